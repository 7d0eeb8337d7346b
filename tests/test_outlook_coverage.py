"""The interval of a running count, tried on made-up years: it holds where the method page says that it does."""

import re
from pathlib import Path

import pytest

from bench.outlook_coverage import EVEN, SUMMERY, Way, held_share

PROJECT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("way", "phi", "profile", "low", "high"),
    [
        pytest.param(Way("none", 0), 1.0, EVEN, 0.78, 0.90, id="chance alone"),
        pytest.param(Way("none", 0), 2.0, EVEN, 0.58, 0.75, id="clustered, nothing known: too narrow"),
        pytest.param(Way("one", 1), 2.0, EVEN, 0.73, 0.86, id="clustered, one earlier year"),
        pytest.param(Way("two", 2), 3.0, EVEN, 0.71, 0.86, id="very clustered, two earlier years"),
        pytest.param(Way("even", 4), 1.0, SUMMERY, 0.38, 0.97, id="seasonal, by days: wrong"),
        pytest.param(Way("season", 4, is_seasonal=True), 1.0, SUMMERY, 0.70, 0.90, id="seasonal, by season"),
    ],
)
def test_the_interval_holds_as_often_as_is_said(
    way: Way, phi: float, profile: tuple[float, ...], low: float, high: float
) -> None:
    shares = held_share(way, phi, profile, runs=400, seed=7)
    assert all(low <= share <= high for share in shares), shares


def test_the_method_page_says_what_was_measured() -> None:
    measured = (PROJECT / "docs/outlook-coverage.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\d.]+) \| (?:no|1|2|4) earlier years? \| \d+% \| (\d+)% \|", measured, re.MULTILINE)
    page = (PROJECT / "templates/method.html").read_text("utf-8")
    told = re.findall(r'<tr><th scope="row">([\d,]+)</th>((?:<td>\d+ %</td>)+)</tr>', page)
    assert [(phi.replace(",", "."), share) for phi, cells in told for share in re.findall(r"\d+", cells)] == rows
    assert len(rows) == 16


def test_the_method_page_says_what_was_measured_of_the_survey() -> None:
    measured = (PROJECT / "docs/survey-coverage.md").read_text("utf-8")
    rows = re.findall(r"^\|[^|]+\|[^|]+\| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \|$", measured, re.MULTILINE)
    held = [share for whole, area, _ in rows for share in (whole, area)]
    alarms = [alarm for _, _, alarm in rows]
    page = (PROJECT / "templates/method.html").read_text("utf-8")
    for shares in (held, alarms):
        low, high = (bound(shares, key=float).replace(".", ",") for bound in (min, max))
        assert f"mellan {low} och {high} gånger av 100" in page
    assert len(rows) == 5
