"""A promise is summed up by rule only; a yearly target over two years is two ratings, never a sum."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from methods.figure import Figure
from methods.promise_summary import PromiseSummary, summarize
from methods.status import Verdict
from publication.wording import summary_sv
from schemas.codes import Status
from tests.house import House
from tests.test_status import OVER, figure_of


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        (
            PromiseSummary(2, 3, (("not_reported", 1),), False, False, False),
            "2 av 3 mål nådda, 1 inte redovisat.",
        ),
        (PromiseSummary(1, 1, (), False, False, False), "1 av 1 mål nått."),
        (
            PromiseSummary(0, 5, (("not_kept", 3), ("not_reported", 2)), False, True, False, has_several_places=True),
            "0 av 5 mål nådda, 3 inte nådda, 2 inte redovisade. Ett mål räknas en gång för varje period och plats.",
        ),
        (
            PromiseSummary(1, 2, (("not_reported", 1),), False, False, False, has_several_places=True),
            "1 av 2 mål nådda, 1 inte redovisat. Ett mål räknas en gång för varje plats.",
        ),
        (PromiseSummary(1, 2, (("not_kept", 1),), True, True, False), "Målet nått 1 av 2 år, 1 inte nått."),
        (
            PromiseSummary(0, 3, (("ongoing", 2), ("suppressed", 1)), False, True, True),
            (
                "0 av 3 mål nådda, 2 pågår, 1 visas inte. Ett mål räknas en gång för varje period. "
                "En annan läsning av orden ger ett annat besked."
            ),
        ),
    ],
)
def test_a_summary_is_said_in_plain_swedish(summary: PromiseSummary, said: str) -> None:
    assert summary_sv(summary) == said


def rated(status: Status, *, is_rated: bool = True, target: str = "target") -> Figure:
    figure = figure_of(OVER)
    assert figure.target is not None
    assert figure.reading is not None
    return replace(
        figure,
        target=figure.target.model_copy(update={"id": target}),
        reading=figure.reading.model_copy(update={"id": f"{target}-{is_rated}".lower(), "is_rated": is_rated}),
        is_rated=is_rated,
        verdict=Verdict(status, "rule"),
    )


def test_only_rated_readings_count_and_another_that_disagrees_is_told() -> None:
    found = summarize([rated("kept"), rated("not_kept", is_rated=False), rated("undetermined", target="other")])
    assert found == PromiseSummary(1, 2, (("undetermined", 1),), False, False, True)


def test_readings_that_agree_are_not_told() -> None:
    found = summarize([rated("kept"), rated("kept", is_rated=False)])
    assert found is not None
    assert not found.has_other_reading


def test_a_period_that_an_extension_made_longer_is_no_other_reading() -> None:
    first, longer = rated("kept"), rated("not_kept")
    longer = replace(longer, period=replace(longer.period, id="2024-A1", amendment_id="extension"))
    found = summarize([first, rated("kept", is_rated=False), longer])
    assert found is not None
    assert (found.has_other_reading, found.has_other_amended) == (False, True)


def test_a_promise_without_targets_is_not_summed_up() -> None:
    assert summarize([]) is None
    assert summarize([replace(rated("kept"), target=None, reading=None)]) is None


def test_the_page_sums_up_each_promise(tmp_path: Path) -> None:
    house = House(tmp_path).take("goteborg-centrum-1", "tranas-1")
    house.run()
    page = (house.public / "goteborg-centrum-1/latest/index.html").read_text("utf-8")
    assert "2 av 2 mål nådda." in page
    tranas = (house.public / "tranas-1/latest/index.html").read_text("utf-8")
    assert "Målet nått 0 av 2 år, 1 inte nått, 1 går inte att avgöra." in tranas
    assert "En annan läsning av orden ger ett annat besked." in tranas


def test_what_is_due_on_one_day_is_one_target_however_many_years_the_agreement_has(house: House) -> None:
    name = "milestones-of-two-years"
    house.take_case(name)
    house.run(at=date(2024, 11, 15))
    rated = {(row["activity_id"], row["status"]) for row in house.rows(name, "promise_progress") if row["target_id"]}
    assert len(rated) == 4
    said = {row["summary_sv"] for row in house.rows(name, "promise_summary")}
    assert said == {"3 av 5 mål nådda, 2 går inte att avgöra. Ett mål räknas en gång för varje period."}
