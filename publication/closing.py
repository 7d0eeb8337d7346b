"""Short lines about a release for those who run the program: nothing that is not published."""

from collections import Counter
from typing import Any

from methods.figure import Figure
from publication.wording import actual_sv, target_sv
from schemas.codes import EXAMPLE_MARK, STATUS_WORDS

Line = dict[str, str]


def summary_lines(figures: list[Figure]) -> list[Line]:
    """Return a line for each figure that the overview shows."""
    return [_line(figure) for figure in figures if figure.target or _is_untargeted_year(figure)]


def coverage_lines(deliveries: list[dict[str, Any]]) -> list[Line]:
    """Return a line for each source: how many deliveries are in each state."""
    states: dict[str, Counter[str]] = {}
    for row in deliveries:
        states.setdefault(row["source_id"], Counter())[row["state"]] += 1
    return [
        {"source": source, "deliveries": ", ".join(f"{n} {state}" for state, n in sorted(counts.items()))}
        for source, counts in states.items()
    ]


def _is_untargeted_year(figure: Figure) -> bool:
    return figure.is_untargeted and figure.period.type == "year"


def _line(figure: Figure) -> Line:
    label = figure.indicator.label_sv if figure.indicator else figure.activity.label_sv
    return {
        "activity": f"{label}{f' ({EXAMPLE_MARK})' if figure.is_example else ''}",
        "period": f"{figure.period.label_sv}{f', {figure.reading.label_sv}' if figure.reading else ''}",
        "actual": actual_sv(figure) or ("visas inte" if figure.is_withheld else "–"),
        "target": target_sv(figure) or "–",
        "status": STATUS_WORDS[figure.status].label_sv if figure.status else "–",
    }
