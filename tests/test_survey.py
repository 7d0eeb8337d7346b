"""Survey shares beside their baseline, and what is withheld of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from methods.survey import SurveyResult, protected, told_results, with_changes
from publication.survey_wording import changes_sv
from schemas.agreement import Agreement
from schemas.agreement_file import read_agreement
from schemas.errors import InvalidAgreementError
from schemas.toml_file import read_toml
from tests.house import PROJECT, House

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


def agreement_with(effect: str) -> Agreement:
    """Return the Tranås agreement, its survey's contract with something stated of its precision."""
    text = (PROJECT / "agreements" / "tranas-1" / "agreement.toml").read_text("utf-8")
    return read_toml(
        text.replace('share_unit = "percent"', f'share_unit = "percent"\n{effect}').encode(), "t", Agreement
    )


STATED = 'design_effect = 1.4\ndesign_effect_reason_sv = "Påhittad."'


def test_without_a_stated_design_effect_nothing_is_tested() -> None:
    baseline, later = told_results(agreement_with(""), [result(2022, "0.30"), result(2024, "0.60")])
    assert (baseline.interval, later.standard_error, later.change_verdict) == (None, None, "not_tested")
    assert later.change is not None
    assert later.change.critical_share is None


def test_a_stated_design_effect_gives_interval_and_test() -> None:
    baseline, later = told_results(agreement_with(STATED), [result(2022, "0.50"), result(2024, "0.62")])
    assert later.standard_error == Decimal("0.040610")  # √(0.62 × 0.38 / 200 × 1.4)
    assert (later.effective_count, later.design_effect) == (Decimal("142.857143"), Decimal("1.400000"))
    expected = proportion_confint(0.62 * 200 / 1.4, 200 / 1.4, method="wilson")
    assert [float(limit) for limit in later.interval or ()] == pytest.approx(expected, abs=1e-6)
    assert later.change is not None
    error = (0.5 * 0.5 / (200 / 1.4) + 0.62 * 0.38 / (200 / 1.4)) ** 0.5
    assert float(later.change.critical_share or 0) == pytest.approx(1.959964 * error, abs=2e-6)
    assert float(later.change.detectable_share or 0) == pytest.approx((1.959964 + 0.841621) * error, abs=3e-6)
    assert (baseline.change_verdict, later.change_verdict) == ("baseline", "increase")


def test_holm_counts_the_questions_of_a_report() -> None:
    """The same change is one alone, and none among three."""
    rows = [result(2022, "0.50"), result(2024, "0.62")]
    others = [
        result(year, "0.50", question_id=question, area_id=area)
        for year in (2022, 2024)
        for question, area in (("worried-about-crime", "centre"), ("worried-about-crime", "municipality"))
    ]
    found = told_results(agreement_with(STATED), [*rows, *others])
    assert found[1].change_verdict == "no_detectable_change"


def test_holm_counts_also_what_was_last_asked_in_another_survey() -> None:
    """The others were not asked in 2022: they are of the same report, whatever they are set beside."""
    rows = [result(2022, "0.50"), result(2024, "0.62")]
    others = [
        result(year, "0.50", question_id="worried-about-crime", area_id=area)
        for year in (2021, 2024)
        for area in ("centre", "municipality")
    ]
    found = told_results(agreement_with(STATED), [*rows, *others])[1]
    assert (found.change_verdict, found.change.from_survey_id if found.change else None) == (
        "no_detectable_change",
        "survey-2022",
    )
    assert found.change_from_previous == found.change


def test_a_small_base_flags_a_published_share_and_does_not_hide_it() -> None:
    (found,) = told_results(agreement_with(STATED), [result(2024, "0.50", 36)])
    assert (found.share, found.is_imprecise) == (Decimal("0.50"), True)


def test_a_question_that_the_agreement_does_not_follow_is_not_told() -> None:
    assert told_results(agreement_with(STATED), [result(2024, "0.5", question_id="something-else")]) == []


def test_what_cannot_be_seen_is_never_called_no_change() -> None:
    shares = [("0.50", "0.51"), ("0.50", "0.50"), ("0.62", "0.50"), ("0.50", "0.75")]
    for effect in ("", STATED):
        for before, after in shares:
            _, later = told_results(agreement_with(effect), [result(2022, before), result(2024, after)])
            said = changes_sv(later) or ""
            assert "ngen förändring" not in said
            assert ("hade inte synts" in said) == (later.change_verdict == "no_detectable_change")


def test_a_design_effect_without_a_reason_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path).take("tranas-1")
    house.edit("tranas-1", 'share_unit = "percent"', 'share_unit = "percent"\ndesign_effect = 1.4')
    with pytest.raises(InvalidAgreementError, match="design_effect_url"):
        read_agreement(house.agreements / "tranas-1")


def test_the_page_tells_of_a_stated_design_effect(tmp_path: Path) -> None:
    house = House(tmp_path).take("tranas-1")
    house.edit("tranas-1", 'share_unit = "percent"', f'share_unit = "percent"\nshare_rounding = 0.001\n{STATED}')
    house.run()
    page = (house.public / "tranas-1" / "latest" / "index.html").read_text("utf-8")
    assert "Ingen påvisbar förändring sedan utgångsmätningen" in page
    assert "Avrundad till 0,1 procentenheter" in page
    row = next(row for row in house.rows("tranas-1", "safety_survey") if row["survey_id"] == "trygghet-2024")
    assert (row["design_effect"], row["share_rounding"], row["share_basis"]) == ("1.4", "0.001", "published")
