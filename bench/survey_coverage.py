"""How often do 95 % intervals of survey shares hold the true share? `python -m bench.survey_coverage` prints a table.

Populations are made once by a fixed seed; samples are drawn from them again and again by the design, and each is
estimated as a delivery would be. Change is tested between two samples of one population, so every change found in it
is a false alarm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from methods.survey_change import Measure, are_detected, difference
from methods.survey_design import Design, estimate_share, share_interval


@dataclass(frozen=True)
class Plan:
    """A population and how it is sampled: clusters in each stratum, persons in each cluster, clusters drawn."""

    name: str
    clusters: tuple[int, ...]
    cluster_size: int
    drawn: tuple[int, ...]
    share: float
    likeness: float


PLANS = (
    Plan("stratified persons, one in two of the small stratum", (400, 9000), 1, (200, 250), 0.5, 0.0),
    Plan("stratified persons, a rare answer", (3000, 9000), 1, (300, 300), 0.12, 0.0),
    Plan("stratified clusters of 8, answers hang together", (200, 400), 8, (30, 40), 0.45, 0.5),
    Plan("few clusters of 15, answers hang together", (60, 90), 15, (9, 11), 0.6, 0.4),
    Plan("three strata of clusters of 5, weights 1 to 20", (40, 200, 800), 5, (20, 20, 20), 0.35, 0.4),
)


@dataclass(frozen=True)
class Population:
    """Every person's stratum, cluster, area and answer."""

    stratum: Any
    cluster: Any
    area: Any
    answer: Any


def population_of(plan: Plan, seed: int) -> Population:
    """Make a population; the share differs between strata, and clusters lean together."""
    random = np.random.default_rng(seed)
    count = sum(plan.clusters)
    stratum = np.repeat(np.arange(len(plan.clusters)), plan.clusters)
    leaning = random.normal(0, plan.likeness, count) + 0.3 * (stratum - stratum.mean())
    cluster = np.repeat(np.arange(count), plan.cluster_size)
    tendency = leaning[cluster] + random.normal(0, 1, len(cluster))
    answer = (tendency > np.quantile(tendency, 1 - plan.share)).astype(float)
    return Population(stratum[cluster], cluster, random.integers(0, 3, len(cluster)), answer)


def sample_of(plan: Plan, population: Population, random: Any) -> tuple[Design, Any]:
    """Draw clusters in each stratum, whole; return their design and who was drawn."""
    first = np.concatenate([[0], np.cumsum(plan.clusters)[:-1]])
    chosen = np.concatenate(
        [
            start + random.choice(size, drawn, replace=False)
            for start, size, drawn in zip(first, plan.clusters, plan.drawn, strict=True)
        ]
    )
    persons = np.flatnonzero(np.isin(population.cluster, chosen))
    weights = np.array(plan.clusters)[population.stratum[persons]] / np.array(plan.drawn)[population.stratum[persons]]
    design = Design(weights, population.stratum[persons], population.cluster[persons], plan.clusters)
    return design, persons


def coverage_of(plan: Plan, repetitions: int, seed: int = 1) -> tuple[float, float]:
    """Return how often the interval holds the true share, of everybody and of an area."""
    population, random = population_of(plan, seed), np.random.default_rng(seed + 1)
    everybody = np.ones(len(population.answer), dtype=bool)
    held = np.zeros((2, repetitions), dtype=bool)
    for repetition in range(repetitions):
        design, persons = sample_of(plan, population, random)
        for place, domain in enumerate((everybody, population.area == 0)):
            found = estimate_share(design, population.answer[persons], domain[persons])
            if found is None:
                continue
            low, high = share_interval(found.share, found.effective_count, found.freedom)
            held[place, repetition] = low <= population.answer[domain].mean() <= high
    return float(held[0].mean()), float(held[1].mean())


def false_alarms_of(plan: Plan, repetitions: int, seed: int = 1) -> float:
    """Return how often a report of three areas calls a change where nothing has changed."""
    population, random = population_of(plan, seed), np.random.default_rng(seed + 2)
    alarms = 0
    for _ in range(repetitions):
        years = [sample_of(plan, population, random) for _ in range(2)]
        measures = [
            [_measure(design, population, persons, population.area == area) for area in range(3)]
            for design, persons in years
        ]
        pairs = zip(*measures, strict=True)
        alarms += any(are_detected([difference(later, earlier).probability for earlier, later in pairs]))
    return alarms / repetitions


def _measure(design: Design, population: Population, persons: Any, domain: Any) -> Measure:
    found = estimate_share(design, population.answer[persons], domain[persons])
    if found is None:
        raise ValueError("an area of nobody")
    return Measure(found.share, found.standard_error, found.freedom)


def main(repetitions: int = 5000) -> None:
    """Print the table of docs/survey-coverage.md."""
    print("| design | clusters drawn | whole | area | false alarms |")  # noqa: T201
    print("|---|---|---|---|---|")  # noqa: T201
    for plan in PLANS:
        whole, area = coverage_of(plan, repetitions)
        alarms = false_alarms_of(plan, repetitions)
        drawn = " + ".join(map(str, plan.drawn))
        print(f"| {plan.name} | {drawn} | {whole:.1%} | {area:.1%} | {alarms:.1%} |")  # noqa: T201


if __name__ == "__main__":
    main()
