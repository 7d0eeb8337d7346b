"""Design-based shares beside R's survey package, svy and statsmodels.

`tests/survey/` holds the two samples of Californian schools (Academic Performance Index 2000) that come with R's
package survey 4.1-1; R's figures here are of that package under R 4.2.2.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import svy
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from methods.survey_design import Design, DesignError, estimate_share, linearised_variance, share_interval

DATA = Path(__file__).parent / "survey"


def sample(name: str) -> dict[str, Any]:
    """Return the columns of a sample."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def stratified(with_population: bool) -> tuple[Design, dict[str, Any]]:
    """Return R's `apistrat`: 200 schools by kind."""
    cells = sample("apistrat.csv")
    strata = np.unique(cells["stype"], return_inverse=True)[1]
    sizes = [int(cells["fpc"][strata == stratum][0]) for stratum in range(3)]
    weights = cells["pw"].astype(float)
    return Design(weights, strata, populations=sizes if with_population else None), cells


def clustered(with_population: bool) -> tuple[Design, dict[str, Any]]:
    """Return R's `apiclus1`: all schools of 15 districts of 757."""
    cells = sample("apiclus1.csv")
    weights = cells["pw"].astype(float)
    return Design(weights, np.zeros(len(weights), int), cells["dnum"], [757] if with_population else None), cells


@pytest.mark.parametrize(("with_population", "expected"), [(True, 9.40894080278), (False, 9.53613229693)])
def test_the_variance_is_that_of_r(with_population: bool, expected: float) -> None:
    design, cells = stratified(with_population)
    score = cells["api00"].astype(float)
    mean = np.average(score, weights=design.weights)
    assert mean == pytest.approx(662.287363159, abs=1e-8)
    error = linearised_variance(design, design.weights * (score - mean) / design.weights.sum()) ** 0.5
    assert error == pytest.approx(expected, abs=1e-8)


R_SHARES = [
    # design, with population, question, domain (column, value, is it so), share, standard error, degrees of freedom
    (stratified, True, "sch.wide", None, 0.827948011416, 0.0243447801131, 197),
    (stratified, True, "awards", None, 0.638936064051, 0.0344059179973, 197),
    (stratified, False, "awards", None, 0.638936064051, 0.0348975177769, 197),
    (stratified, True, "awards", ("sch.wide", "Yes", True), 0.771710367367, 0.0350698578153, 149),
    (stratified, False, "awards", ("stype", "H", False), 0.683208308423, 0.0386501622416, 148),
    (clustered, True, "sch.wide", None, 0.874316939891, 0.0203594772446, 14),
    (clustered, False, "awards", None, 0.710382513661, 0.0333503726041, 14),
    (clustered, True, "awards", ("stype", "E", True), 0.770833333333, 0.0290458694008, 14),
    (clustered, False, "awards", ("stype", "E", False), 0.487179487179, 0.0846004847679, 11),
]


@pytest.mark.parametrize("vector", R_SHARES, ids=lambda vector: f"{vector[0].__name__}-{vector[2]}-{vector[3]}")
def test_a_share_of_a_domain_is_that_of_r(vector: Any) -> None:
    make, with_population, question, within, share, error, freedom = vector
    design, cells = make(with_population)
    domain = np.ones(len(design.weights), bool)
    if within:
        domain = (cells[within[0]] == within[1]) == within[2]
    found = estimate_share(design, cells[question] == "Yes", domain)
    assert found is not None
    assert found.share == pytest.approx(share, abs=1e-9)
    assert found.standard_error == pytest.approx(error, abs=1e-9)
    assert found.freedom == freedom


def test_leaving_out_those_outside_a_domain_would_be_another_variance() -> None:
    design, cells = clustered(False)
    domain = cells["stype"] != "E"
    whole = estimate_share(design, cells["awards"] == "Yes", domain)
    clusters = design.clusters[domain] if design.clusters is not None else None
    part = estimate_share(
        Design(design.weights[domain], design.strata[domain], clusters),
        cells["awards"][domain] == "Yes",
        np.ones(int(domain.sum()), bool),
    )
    assert whole is not None
    assert part is not None
    assert abs(whole.standard_error - part.standard_error) > 1e-4


def simulated(seed: int, strata: int, clusters: int, size: int) -> dict[str, Any]:
    """Draw answers that hang together within clusters, with weights that differ."""
    random = np.random.default_rng(seed)
    n = strata * clusters * size
    cluster = np.arange(n) // size
    leaning = random.normal(0, 0.8, strata * clusters)[cluster]
    return {
        "y": (random.normal(0, 1, n) + leaning > 0.2).astype(int),
        "w": random.uniform(0.5, 4, n).round(3),
        "stratum": cluster // clusters,
        "cluster": cluster,
        "area": random.integers(0, 3, n),
    }


@pytest.mark.parametrize("shape", [(1, 40, 1), (4, 25, 1), (3, 8, 5), (6, 4, 12)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_simulated_designs_are_as_svy_has_them(shape: tuple[int, int, int], seed: int) -> None:
    cells = simulated(seed, *shape)
    design = Design(cells["w"], cells["stratum"], cells["cluster"])
    frame = pl.DataFrame({**cells, "y": cells["y"].astype(float)})
    theirs = svy.Sample(frame, svy.Design(stratum="stratum", wgt="w", psu="cluster"))
    by_area = theirs.estimation.mean("y", by="area")
    assert not isinstance(by_area, list)
    for row in by_area.to_polars().to_dicts():
        found = estimate_share(design, cells["y"], cells["area"] == int(row["area"]))
        assert found is not None
        assert found.share == pytest.approx(row["est"], abs=1e-9)
        assert found.standard_error == pytest.approx(row["se"], abs=1e-9)


def test_wilson_is_that_of_statsmodels() -> None:
    assert share_interval(0.6, 30) == pytest.approx((0.423204, 0.754094), abs=5e-7)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_are_those_of_statsmodels(counts: tuple[int, int]) -> None:
    yes, n = counts
    method = "beta" if yes in {0, n} else "wilson"
    expected = proportion_confint(yes, n, alpha=0.05, method=method)
    assert share_interval(yes / n, n) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1), st.floats(1, 5000), st.integers(1, 500))
def test_an_interval_holds_its_share_and_stays_within_bounds(share: float, effective: float, freedom: int) -> None:
    low, high = share_interval(share, effective, freedom)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_few_clusters_widen_an_interval() -> None:
    few, many = share_interval(0.5, 100, 4), share_interval(0.5, 100, 400)
    assert few[0] < many[0] < many[1] < few[1]


def test_nobody_gives_no_share() -> None:
    assert estimate_share(Design(np.ones(4), np.zeros(4, int)), np.ones(4), np.zeros(4, bool)) is None


def test_a_stratum_with_one_cluster_is_refused() -> None:
    design = Design(np.ones(5), np.array([0, 0, 0, 0, 1]))
    with pytest.raises(DesignError, match="stratum 2 has one cluster only"):
        estimate_share(design, np.array([1, 0, 1, 0, 1]), np.ones(5, bool))


def test_a_stratum_drawn_whole_adds_no_variance() -> None:
    """The only cluster of a stratum that has no other is no chance."""
    answers = np.array([1, 0, 1, 0, 1])
    design = Design(np.ones(5), np.array([0, 0, 0, 0, 1]), populations=[400, 1])
    found = estimate_share(design, answers, np.ones(5, bool))
    assert found is not None
    expected = 4 / 3 * (1 - 4 / 400) * sum((y - 0.5) ** 2 for y in answers[:4]) / 25
    assert found.standard_error**2 == pytest.approx(expected)


def test_more_drawn_than_there_are_is_refused() -> None:
    design = Design(np.ones(5), np.zeros(5, int), populations=[4])
    with pytest.raises(DesignError, match="more in the delivery than in the population"):
        estimate_share(design, np.array([1, 0, 1, 0, 1]), np.ones(5, bool))


@pytest.mark.parametrize("answer", [0, 1])
def test_where_all_answer_alike_the_weights_tell_the_effective_count(answer: int) -> None:
    weights = np.array([1.0, 1.0, 2.0, 4.0] * 10)
    found = estimate_share(Design(weights, np.zeros(40, int)), np.full(40, answer), np.ones(40, bool))
    assert found is not None
    assert (found.share, found.standard_error) == (answer, 0)
    assert found.effective_count == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


def test_clusters_that_do_not_differ_leave_what_the_weights_tell() -> None:
    clusters = np.arange(40) // 4
    answers = np.tile([1, 1, 0, 0], 10)
    found = estimate_share(Design(np.ones(40), np.zeros(40, int), clusters), answers, np.ones(40, bool))
    assert found is not None
    assert found.effective_count == pytest.approx(40)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.randoms())
def test_neither_order_nor_scale_of_weights_matters(seed: int, random: Any) -> None:
    cells = simulated(seed, 2, 6, 4)
    order = list(range(48))
    random.shuffle(order)
    domain = cells["area"] != 0
    one = estimate_share(Design(cells["w"], cells["stratum"], cells["cluster"]), cells["y"], domain)
    other = estimate_share(
        Design(cells["w"][order] * 7, cells["stratum"][order], cells["cluster"][order]),
        cells["y"][order],
        domain[order],
    )
    assert one is not None
    assert other is not None
    assert one.share == pytest.approx(other.share, abs=1e-9)
    assert one.standard_error == pytest.approx(other.standard_error, abs=1e-9)
