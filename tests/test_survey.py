"""Survey shares beside their baseline, and what is withheld of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from methods.survey import SurveyResult, protected, with_changes

START = date(2023, 1, 1)


def result(year: int, share: str | None, respondents: int | None = 200, **changes: str) -> SurveyResult:
    """Return one question of a year's survey."""
    base = SurveyResult(
        source_id="safety-survey",
        survey_id=f"survey-{year}",
        question_id="safe-outdoors-late",
        area_id="centre",
        surveyed_on=date(year, 9, 1),
        share=None if share is None else Decimal(share),
        respondents_count=respondents,
        response_share=Decimal("0.48"),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_last_survey_before_the_start_is_the_baseline() -> None:
    found = with_changes([result(2021, "0.55"), result(2022, "0.60"), result(2023, "0.66")], START)
    assert [(item.change_verdict, item.change and item.change.share) for item in found] == [
        ("not_available", None),
        ("baseline", None),
        ("not_tested", Decimal("0.06")),
    ]
    assert [item.change_from_previous and item.change_from_previous.share for item in found] == [
        None,
        Decimal("0.05"),
        Decimal("0.06"),
    ]


def test_order_of_rows_does_not_matter() -> None:
    rows = [result(2023, "0.66"), result(2021, "0.55"), result(2022, "0.60")]
    assert sorted(with_changes(rows, START), key=lambda item: item.surveyed_on) == with_changes(
        sorted(rows, key=lambda item: item.surveyed_on), START
    )


def test_a_survey_on_the_first_day_is_no_baseline() -> None:
    on_the_day = replace(result(2023, "0.60"), surveyed_on=START)
    found = with_changes([on_the_day, result(2024, "0.66")], START)
    assert {item.change_verdict for item in found} == {"not_available"}


def test_a_change_is_told_only_within_a_question_and_an_area() -> None:
    rows = [
        result(2022, "0.60"),
        result(2023, "0.30", question_id="worried-about-crime"),
        result(2023, "0.66", area_id="whole-municipality"),
    ]
    assert [item.change_verdict for item in with_changes(rows, START)] == ["baseline", "not_available", "not_available"]


def test_a_fall_is_negative() -> None:
    found = with_changes([result(2022, "0.60"), result(2023, "0.55")], START)
    assert found[1].change is not None
    assert found[1].change.share == Decimal("-0.05")


def test_no_change_is_told_from_or_to_a_withheld_share() -> None:
    hidden_baseline = with_changes([result(2022, None, None), result(2023, "0.66")], START)
    assert hidden_baseline[1].change is None
    assert hidden_baseline[1].change_verdict == "not_available"
    hidden_later = with_changes([result(2022, "0.60"), result(2023, None, None)], START)
    assert hidden_later[1].change is None
    assert hidden_later[1].change_verdict == "not_available"


def test_a_withheld_baseline_is_not_replaced_by_an_older_survey() -> None:
    found = with_changes([result(2021, "0.55"), result(2022, None, None), result(2023, "0.66")], START)
    assert found[2].change is None


def test_a_share_on_a_small_base_loses_all_its_numbers() -> None:
    found = protected(result(2023, "0.66", 29))
    assert (found.share, found.respondents_count, found.response_share, found.is_withheld) == (None, None, None, True)


def test_a_share_that_few_answers_stand_behind_is_withheld() -> None:
    assert protected(result(2023, "0.02", 200)).is_withheld
    assert protected(result(2023, "0.98", 200)).is_withheld


def test_a_share_on_an_unknown_base_is_withheld() -> None:
    """Only shares with a base of at least 30 are published; an unknown base is none."""
    assert protected(result(2023, "0.66", None)).is_withheld


def test_a_share_on_a_large_base_stays_as_it_is() -> None:
    assert protected(result(2023, "0.66", 200)) == result(2023, "0.66", 200)


@settings(max_examples=100, deadline=None)
@given(st.decimals(0, 1, places=3), st.integers(0, 400))
def test_what_is_shown_hides_the_single_answer(share: Decimal, respondents: int) -> None:
    found = protected(result(2023, str(share), respondents))
    if not found.is_withheld:
        assert respondents >= 30
        assert 5 <= share * respondents <= respondents - 5
    assert protected(found) == found
