"""Targets for a direction: raised or lowered by more than chance, or it cannot be told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from cli.explaining import explain_published
from methods.actual import Actual
from methods.status import Evidence
from methods.status_direction import Direction, rate_direction
from methods.survey import Change, ChangeVerdict, SurveyResult
from schemas.agreement_file import read_agreement
from schemas.errors import InvalidAgreementError
from tasks.explain import explain_figure
from tests.house import House
from tests.invented_survey import DIRECTIONS, ID, with_invented_shares, with_invented_survey
from tests.test_amendments import amendment

AFTER = date(2025, 2, 1)
OVER = Evidence(
    has_indicator=True,
    is_withheld=False,
    comparison="none",
    target=None,
    actual=Actual(Decimal(0), "exact", Decimal(0), None, False),
    is_dated=True,
    is_source_coarser=False,
    is_over=True,
    is_complete=True,
    has_gap=False,
    is_clipped=False,
    is_start_assumed=False,
    reported_share=Fraction(0),
    reach_probability=None,
    last_due_on=date(2024, 12, 31),
    as_of_on=date(2025, 1, 31),
    searched_on=None,
    is_known_unread=False,
)


def seen(verdict: ChangeVerdict, share: str | None = "0.6") -> SurveyResult:
    """Return a survey share whose change has a verdict."""
    return SurveyResult(
        source_id="answers",
        survey_id="s-2024",
        question_id="q",
        area_id="centre",
        surveyed_on=date(2024, 10, 31),
        share=None if share is None else Decimal(share),
        respondents_count=400,
        response_share=None,
        is_baseline=verdict == "baseline",
        change=None if verdict in {"not_available", "baseline"} else Change("s-2022", Decimal("0.1"), verdict),
    )


@pytest.mark.parametrize(
    ("direction", "verdict", "status", "rule"),
    [
        ("increase", "increase", "kept", "direction_detected"),
        ("increase", "decrease", "not_kept", "direction_opposite"),
        ("decrease", "decrease", "kept", "direction_detected"),
        ("decrease", "increase", "not_kept", "direction_opposite"),
        ("increase", "no_detectable_change", "undetermined", "direction_no_detectable_change"),
        ("increase", "not_tested", "undetermined", "direction_not_tested"),
        ("increase", "not_available", "undetermined", "direction_no_baseline"),
    ],
)
def test_a_period_that_is_over(direction: Direction, verdict: ChangeVerdict, status: str, rule: str) -> None:
    found = rate_direction(direction, OVER, seen(verdict))
    assert (found.status, found.rule) == (status, rule)


@pytest.mark.parametrize("verdict", ["increase", "decrease", "no_detectable_change"])
def test_nothing_is_settled_while_the_period_runs(verdict: ChangeVerdict) -> None:
    """A share that has risen can fall again before the end."""
    found = rate_direction("increase", replace(OVER, is_over=False, is_complete=False), seen(verdict))
    assert (found.status, found.rule) == ("ongoing", "running")


def test_the_last_survey_of_the_period_is_waited_for() -> None:
    missing = replace(OVER, is_complete=False)
    assert rate_direction("increase", missing, seen("increase")).status == "awaiting_data"
    late = replace(missing, as_of_on=date(2025, 3, 31))
    assert rate_direction("increase", late, seen("increase")).rule == "months_missing"
    nothing = replace(late, actual=None)
    assert rate_direction("increase", nothing, None).status == "awaiting_data"
    searched = replace(nothing, searched_on=date(2025, 3, 1))
    assert rate_direction("increase", searched, None).status == "not_reported"


def test_a_withheld_share_decides_nothing() -> None:
    found = rate_direction("increase", OVER, seen("not_available", None))
    assert (found.status, found.rule) == ("undetermined", "direction_share_withheld")


@pytest.mark.parametrize(("key", "cause"), [("is_clipped", "clipped_period"), ("is_start_assumed", "assumed_start")])
def test_a_clipped_period_or_an_assumed_start_decides_nothing(key: str, cause: str) -> None:
    found = rate_direction("increase", replace(OVER, **{key: True}), seen("increase"))  # type: ignore[arg-type]
    assert (found.status, found.rule) == ("undetermined", f"direction_detected_{cause}")


def test_a_target_without_a_signing_date_has_no_period() -> None:
    found = rate_direction("increase", replace(OVER, is_dated=False), None)
    assert (found.status, found.rule) == ("undetermined", "signing_date_unknown")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The invented agreement with two directions, after its term."""
    house = with_invented_survey(House(tmp_path_factory.mktemp("directions")), DIRECTIONS)
    outcome = house.run(at=AFTER)[ID]
    assert (outcome.became, outcome.problems) == ("published", [])
    return house


def test_safety_has_risen_and_worry_cannot_be_told(published: House) -> None:
    safe = published.figure(f"{ID}/walks/safe/-/whole-term/all")
    assert (safe["status"], safe["status_rule"], safe["target_comparison"]) == (
        "kept",
        "direction_detected",
        "increase",
    )
    assert safe["status_reason_sv"] == (
        "Trygghetsmätningen 2024: 58,8 procent. "
        "Andelen är högre än i utgångsmätningen: +12,7 procentenheter, mer än slumpen brukar ge."
    )
    worried = published.figure(f"{ID}/walks/worried/-/whole-term/all")
    assert (worried["status"], worried["status_rule"]) == ("undetermined", "direction_no_detectable_change")
    assert "En förändring på mindre än 5 procentenheter hade inte synts." in worried["status_reason_sv"]
    assert {safe["actual_value"], safe["target_value"], worried["actual_value"]} == {""}


def test_a_direction_is_explained_by_the_surveys_that_it_rests_on(published: House) -> None:
    whole = explain_figure.fn(f"{ID}/walks/safe/-/whole-term/all", published.state)
    early = explain_figure.fn(f"{ID}/walks/safe/-/calendar-year/2023", published.state)
    assert len(whole.deliveries) > len(early.deliveries) > 0
    assert {delivery.receipt.source_id for delivery in whole.deliveries} == {early.deliveries[0].receipt.source_id}


def test_each_year_is_rated_by_its_own_survey(published: House) -> None:
    start = f"{ID}/walks/safe/-/calendar-year"
    assert [published.figure(f"{start}/{year}")["status"] for year in (2023, 2024)] == ["undetermined", "kept"]


@pytest.mark.parametrize("last", ["4x,9", None], ids=["cannot be read", "is left out"])
def test_an_older_survey_does_not_decide_where_the_last_one_does_not_tell_the_share(
    tmp_path: Path, last: str | None
) -> None:
    house = with_invented_shares(House(tmp_path), {2022: "40,0", 2023: "62,0", 2024: last})
    assert house.run(at=AFTER)[ID].problems == []
    early, late, whole = (
        house.figure(f"{ID}/walks/safe/-/{period}")
        for period in ("calendar-year/2023", "calendar-year/2024", "whole-term/all")
    )
    assert (early["status"], early["status_rule"]) == ("kept", "direction_detected")
    for figure in (late, whole):
        assert (figure["status"], figure["status_rule"]) == ("undetermined", "direction_share_missing")
        assert figure["status_reason_sv"].startswith("Mätningen har kommit, men utan en andel")


def test_a_survey_that_has_not_come_is_named(tmp_path: Path) -> None:
    house = with_invented_shares(House(tmp_path), {2022: "40,0", 2024: "62,0"})
    house.run(at=date(2025, 8, 1))
    whole = house.figure(f"{ID}/walks/safe/-/whole-term/all")
    assert (whole["status"], whole["status_rule"]) == ("undetermined", "months_missing")
    assert whole["status_reason_sv"].endswith("Uppgifter saknas för januari–december 2023.")
    assert "januari–december 2023" in {row["missing_sv"] for row in house.rows(ID, "overview")}


def test_a_direction_is_explained_by_nothing_from_before_its_baseline(tmp_path: Path) -> None:
    house = with_invented_shares(House(tmp_path), {2021: "41,0", 2022: "40,0", 2023: "62,0", 2024: "63,0"})
    assert house.run(at=AFTER)[ID].problems == []
    explained = explain_figure.fn(f"{ID}/walks/safe/-/calendar-year/2024", house.state)
    assert [item.receipt.covers_from[:4] for item in explained.deliveries] == ["2022", "2023", "2024"]


def test_targets_and_page_say_the_direction(published: House) -> None:
    rows = {row["target_id"]: row for row in published.rows(ID, "targets")}
    assert (rows["raise-safety"]["comparison"], rows["raise-safety"]["value"]) == ("increase", "")
    page = (published.public / ID / "latest" / "index.html").read_text("utf-8")
    assert "en ökning sedan utgångsmätningen" in page
    assert "Trygghetsmätningen 2024: 58,8 procent." in page
    assert "<dt>Vem räknar?</dt><dd>En enkät till ett urval av invånarna.</dd>" in page
    assert {row["counted_by_sv"] for row in published.rows(ID, "overview")} == {"En enkät till ett urval av invånarna"}


def test_explain_says_of_a_direction_what_it_is_and_that_a_survey_measured_it(
    published: House, capsys: pytest.CaptureFixture[str]
) -> None:
    with published.settings():
        assert explain_published(f"{ID}/walks/safe/-/whole-term/all") == 0
    told = capsys.readouterr().out
    assert "Target    increase (öka tryggheten i tätorten)" in told
    assert "Counted   by a survey; 2 of 2 deliveries due have come" in told


def test_a_running_term_is_ongoing(tmp_path: Path) -> None:
    house = with_invented_survey(House(tmp_path), DIRECTIONS, years=(2022, 2023))
    house.run(at=date(2024, 2, 1))
    whole = house.figure(f"{ID}/walks/safe/-/whole-term/all")
    assert (whole["status"], whole["deliveries_received"], whole["deliveries_due"]) == ("ongoing", "1", "1")
    assert house.figure(f"{ID}/walks/safe/-/calendar-year/2023")["status"] == "undetermined"


def test_a_survey_of_an_earlier_year_is_no_delivery_for_a_later_one(tmp_path: Path) -> None:
    house = with_invented_survey(House(tmp_path), DIRECTIONS, years=(2022, 2023))
    house.run(at=AFTER)
    years = [house.figure(f"{ID}/walks/safe/-/calendar-year/{year}") for year in (2023, 2024)]
    assert [(row["deliveries_received"], row["deliveries_due"]) for row in years] == [("1", "1"), ("0", "1")]
    assert years[1]["status"] == "awaiting_data"


def ended(root: Path, effective_on: date, years: tuple[int, ...]) -> House:
    """Return the invented agreement, ended before its last day."""
    house = with_invented_survey(House(root), DIRECTIONS, years)
    path = house.agreements / ID / "agreement.toml"
    end = amendment('kind = "terminated"', f"effective_on = {effective_on}")
    path.write_text(path.read_text("utf-8") + end, "utf-8")
    return house


@pytest.mark.parametrize("at", [date(2024, 2, 1), AFTER], ids=["before its first end", "after its first end"])
def test_an_agreement_that_ended_early_is_not_said_to_run_and_is_rated_by_no_survey_of_a_part(
    tmp_path: Path, at: date
) -> None:
    house = ended(tmp_path, date(2023, 12, 15), (2022, 2023))
    house.run(at=at)
    for period in ("whole-term/all", "calendar-year/2024"):
        figure = house.figure(f"{ID}/walks/safe/-/{period}")
        assert (figure["status"], figure["status_rule"]) == ("undetermined", "agreement_terminated")
        assert figure["status_reason_sv"].startswith("Avtalet upphörde att gälla 2023-12-15, innan tiden var slut.")
    # Its last month was still due, so this year has all that it would have had.
    assert house.figure(f"{ID}/walks/safe/-/calendar-year/2023")["status_rule"] == "direction_no_detectable_change"


def test_a_survey_after_the_early_end_decides_nothing(tmp_path: Path) -> None:
    house = ended(tmp_path, date(2024, 7, 1), (2022, 2023, 2024))
    house.run(at=AFTER)
    for period in ("whole-term/all", "calendar-year/2024"):
        assert house.figure(f"{ID}/walks/safe/-/{period}")["status_rule"] == "agreement_terminated"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('outcome = "safe-outdoors"', 'outcome = "unknown"', "there is no outcome 'unknown'"),
        ('area = "centre"', 'area = "moon"', "there is no place 'moon'"),
        ('area = "centre"\n', "", "say in area which place"),
        ('outcome = "safe-outdoors"\n', "", "name that in outcome"),
        ('area = "centre"', 'area = "centre"\nbaseline = 0.4', "has no survey behind it"),
        ('role = "outcome"\nlabel_sv = "Trygga', 'role = "output"\nlabel_sv = "Trygga', 'role = "outcome"'),
        ('period = "calendar_year"', 'period = "tertial"', "tells nothing of a tertial or a month"),
    ],
)
def test_what_cannot_be_rated_is_refused_by_name(house: House, old: str, new: str, message: str) -> None:
    with_invented_survey(house, DIRECTIONS)
    house.edit(ID, old, new)
    with pytest.raises(InvalidAgreementError, match=message):
        read_agreement(house.agreements / ID)
