"""Answers to a survey: what is published of them, and that nobody's answer goes further than the store."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.accepting import accept_other_header
from methods.survey_answers import Respondents, Survey, estimates_of
from methods.survey_design import Design
from schemas.delivery import Load
from schemas.warehouse_address import WarehouseAddress
from tests.house import House
from tests.invented_survey import HEADER, ID, SOURCE, answers_of, with_invented_survey

PLACES = Decimal("0.000001")
FILE = "PAHITTAD_svar_2024_mottagen_2024-12-10.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The invented survey, published once."""
    house = with_invented_survey(House(tmp_path_factory.mktemp("answers")))
    outcome = house.run()[ID]
    assert (outcome.became, outcome.problems, outcome.set_aside) == ("published", [], [])
    return house


def result(house: House, year: int, question: str = "safe-outdoors-late", area: str = "centre") -> dict[str, str]:
    """Return a published row of the survey."""
    rows = house.rows(ID, "safety_survey")
    key = (f"matning-{year}", question, area)
    return next(row for row in rows if (row["survey_id"], row["question_id"], row["area_id"]) == key)


def test_the_share_of_an_area_is_that_of_its_answers(published: House) -> None:
    """Within the centre all weigh the same, so its share and standard error can be worked out by hand."""
    answers = [line.split(";")[3] for line in answers_of(2024).splitlines() if ";Tätort;" in line]
    given_answers = [answer for answer in answers if answer != "9"]
    yes = sum(answer in {"1", "2"} for answer in given_answers)
    row = result(published, 2024)
    assert row["respondents_count"] == str(len(given_answers))
    assert Decimal(row["share"]) == (Decimal(yes) / len(given_answers)).quantize(PLACES)
    assert Decimal(row["unanswered_share"]) == (1 - Decimal(len(given_answers)) / len(answers)).quantize(PLACES)
    share, n = yes / len(given_answers), len(given_answers)
    # A domain of a stratum: those who left the question open count with 0, so n and not n − 1 stands below.
    expected = (1 - 450 / 9000) * 450 / 449 * share * (1 - share) / n
    assert float(row["share_standard_error"]) == pytest.approx(expected**0.5, abs=1e-6)
    assert row["response_share"] == "0.466667"
    assert row["share_basis"] == "answers"


def test_a_change_beyond_chance_is_told_and_one_within_it_is_not_called_none(published: House) -> None:
    assert (result(published, 2022)["change_verdict"], result(published, 2024)["change_verdict"]) == (
        "baseline",
        "increase",
    )
    row = result(published, 2023)
    assert row["change_verdict"] == "no_detectable_change"
    assert row["change_sv"].startswith("Ingen påvisbar förändring sedan utgångsmätningen (+4,7 procentenheter). ")
    assert "En förändring på mindre än 6,4 procentenheter hade inte synts." in row["change_sv"]
    assert {
        r["change_sv"] for r in published.rows(ID, "safety_survey") if "Ingen förändring" in r["change_sv"]
    } == set()


def test_holm_takes_the_questions_of_a_report_together(published: House) -> None:
    """Alone, the change from the survey before would have been one; among six it is not."""
    row = result(published, 2024)
    assert Decimal(row["change_from_previous_share"]) > Decimal(row["critical_change_from_previous_share"])
    assert row["change_from_previous_verdict"] == "no_detectable_change"
    assert "när så många frågor prövas på en gång" in row["change_sv"]


def test_the_page_shows_share_interval_and_sentence(published: House) -> None:
    page = (published.public / ID / "latest" / "index.html").read_text("utf-8")
    assert "58,8 %" in page
    assert "(54,2–63,2 %)" in page
    assert "Andelen är högre än i utgångsmätningen: +12,7 procentenheter, mer än slumpen brukar ge." in page
    assert "95-procentigt konfidensintervall" in page
    assert "har inte redovisats hur säker" not in page


def test_no_answer_leaves_the_store(published: House) -> None:
    """Neither what is published nor the warehouse holds a row per respondent."""
    assert not any(HEADER.encode() in content for content in published.published().values())
    counts = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'main'"
    with duckdb.connect(str(published.warehouse_file), read_only=True) as connection:
        rows = dict(connection.execute(counts).fetchall())
    respondents_count = 3 * 700
    assert rows["survey_estimate"] == 3 * 2 * 3
    assert sum(rows.values()) < respondents_count


def test_both_warehouses_publish_the_same_bytes(published: House, warehouse: WarehouseAddress, tmp_path: Path) -> None:
    other = with_invented_survey(House(tmp_path / "other", warehouse, lock_wait_seconds=5))
    other.run()
    assert other.published() == published.published()


def test_a_lost_warehouse_comes_back_from_the_aggregates_alone(house: House) -> None:
    with_invented_survey(house).run()
    before = house.published()
    ledger = house.state.ledger(ID)
    for receipt in ledger.receipts():
        (house.state.root / "store" / receipt.content_hash[:2] / receipt.content_hash).unlink()
    house.warehouse_file.unlink()
    house.run()
    assert house.published() == before
    assert all(isinstance(load, Load) and load.aggregate_hash for load in ledger.loads().values())


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("20,0000;T;Tätort", "0;T;Tätort", "vikt", "unknown_value"),
        ("20,0000;T;Tätort", ";T;Tätort", "vikt", "missing_value"),
        ("20,0000;T;Tätort", "20,0000;X;Tätort", "stratum", "unknown_value"),
        ("20,0000;T;Tätort", "20,0000;T;Annanstans", "omrade", "unknown_value"),
    ],
)
def test_a_row_that_breaks_the_contract_is_set_aside_by_its_address(
    house: House, old: str, new: str, column: str, rule: str
) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, FILE, answers_of(2024).replace(old, new, 1))
    outcome = house.run()[ID]
    (found,) = outcome.set_aside
    assert (found.row.line, found.row.column, found.row.rule) == (2, column, rule)
    assert result(house, 2024, "worried-about-crime")["respondents_count"] == "449"


def test_blank_rows_are_nobody_who_answered(house: House) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, FILE, answers_of(2024) + ";;;;;\n" * 5)
    outcome = house.run()[ID]
    assert {(item.row.column, item.row.rule) for item in outcome.set_aside} == {("", "blank_row")}
    assert result(house, 2024)["response_share"] == "0.466667"


def with_a_column_more(text: str) -> str:
    """Let each answer say what no contract asks for."""
    header, *rows = text.splitlines()
    return "".join(f"{line}\n" for line in [f"{header};kanal", *(f"{row};brev" for row in rows)])


def test_a_header_among_the_answers_is_nobody_who_answered(house: House) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, FILE, answers_of(2024) + f"{HEADER}\n" * 5)
    outcome = house.run()[ID]
    assert {(item.row.column, item.row.rule) for item in outcome.set_aside} == {("", "header_again")}
    assert result(house, 2024)["response_share"] == "0.466667"


def test_r5_answers_under_another_header_hold_the_delivery(house: House) -> None:
    with_invented_survey(house)
    other = HEADER.replace("f1;f2", "f2;f1")
    house.deliver(ID, SOURCE, FILE, answers_of(2024) + answers_of(2024).replace(HEADER, other))
    (problem,) = house.run()[ID].problems
    assert "the header stands again with its columns in another order" in str(problem)


def test_r5_a_column_more_of_answers_is_passed_over_where_the_contract_says_so(house: House, published: House) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, FILE, with_a_column_more(answers_of(2024)))
    (problem,) = house.run()[ID].problems
    assert "1 not in the contract (kanal)" in str(problem)
    house.edit(ID, "set_aside_share_max = 0.05", 'set_aside_share_max = 0.05\nadded_columns = "ignore"')
    assert house.run()[ID].problems == []
    assert house.rows(ID, "safety_survey") == published.rows(ID, "safety_survey")


def test_r5_a_column_more_of_answers_is_accepted_by_an_office(house: House, published: House) -> None:
    with_invented_survey(house)
    house.edit(ID, 'roles = ["deliver"]', 'roles = ["deliver", "correct"]')
    house.deliver(ID, SOURCE, FILE, with_a_column_more(answers_of(2024)))
    assert len(house.run()[ID].problems) == 1
    with house.settings():
        reason = "Leverantören har lagt till hur man svarade."
        assert accept_other_header(ID, SOURCE, FILE, [], "municipality", reason, date(2025, 1, 10)) == 0
    assert house.run()[ID].problems == []
    assert house.rows(ID, "safety_survey") == published.rows(ID, "safety_survey")


def test_an_answer_that_nobody_has_explained_is_no_answer(house: House) -> None:
    with_invented_survey(house)
    text = answers_of(2024)
    first = text.splitlines()[1]
    house.deliver(ID, SOURCE, FILE, text.replace(first, ";".join([*first.split(";")[:3], "7", "1", "PÅHITTAD"]), 1))
    (found,) = house.run()[ID].set_aside
    assert (found.row.column, found.row.rule) == ("f1", "unknown_value")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("invited_count = 1500", "invited_count = 10", "more answers than invited_count"),
        ("= 2022-10-31", "= 2021-10-31", "the contract tells of no surveys between 2022-01 and 2022-12"),
        ("{ T = 9000,", "{ T = 100,", "stratum 1 has more in the delivery than in the population"),
    ],
)
def test_a_design_that_cannot_be_holds_the_delivery(house: House, old: str, new: str, message: str) -> None:
    with_invented_survey(house, years=(2022,))
    house.edit(ID, old, new)
    (problem,) = [problem for problem in house.run(at=date(2024, 2, 1))[ID].problems if problem.stage == "load"]
    assert message in str(problem)
    assert "Tätort" not in str(problem)


def test_everyone_who_was_asked_may_have_answered(house: House) -> None:
    with_invented_survey(house, years=(2022,))
    house.edit(ID, "invited_count = 1500", "invited_count = 700")
    house.run(at=date(2024, 2, 1))
    assert result(house, 2022)["response_share"] == "1"


def test_a_stratum_with_one_respondent_holds_the_delivery(house: House) -> None:
    with_invented_survey(house, years=())
    house.deliver(ID, SOURCE, FILE, answers_of(2024, countryside=1))
    (problem,) = [problem for problem in house.run()[ID].problems if problem.stage == "load"]
    assert "stratum 2 has one cluster only" in str(problem)


def respondents(areas: list[str | None], answers: list[float]) -> Respondents:
    """Return respondents who all weigh the same."""
    design = Design(np.ones(len(areas)), np.zeros(len(areas), int))
    return Respondents(design, np.array(areas, dtype=object), {"q": np.array(answers, dtype=float)})


SURVEY = Survey("s", "s-2024", date(2024, 10, 31), "all", None)


def test_an_area_that_subtraction_would_tell_of_takes_another_with_it() -> None:
    """Three of 32 in the south say no; whole minus north would tell that, so the north is withheld too."""
    areas: list[str | None] = ["north"] * 100 + ["south"] * 32
    found = {item.area_id: item for item in estimates_of(respondents(areas, [1, 0] * 50 + [1] * 29 + [0] * 3), SURVEY)}
    assert {area: item.is_withheld for area, item in found.items()} == {"north": True, "south": True, "all": False}


def test_the_smallest_area_goes_with_one_that_subtraction_would_tell_of() -> None:
    areas: list[str | None] = ["north"] * 100 + ["west"] * 60 + ["south"] * 32
    answers = [1.0, 0.0] * 80 + [1.0] * 29 + [0.0] * 3
    found = {item.area_id: item.is_withheld for item in estimates_of(respondents(areas, answers), SURVEY)}
    assert found == {"north": False, "west": True, "south": True, "all": False}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 120), st.floats(0, 1)), min_size=1, max_size=4),
    st.integers(0, 40),
)
def test_what_is_shown_never_tells_of_few_by_subtraction(parts: list[tuple[int, float]], nowhere: int) -> None:
    areas: list[str | None] = [None] * nowhere
    answers: list[float] = [float(number % 2) for number in range(nowhere)]
    for number, (count, share) in enumerate(parts):
        areas += [f"area-{number}"] * count
        answers += [float(place < share * count) for place in range(count)]
    if len(areas) < 2:
        return
    shown = {i.area_id: i for i in estimates_of(respondents(areas, answers), SURVEY) if not i.is_withheld}
    whole = shown.pop("all", None)
    for item in shown.values():
        assert (item.respondents_count or 0) >= 30
        assert 5 <= (item.numerator_count or 0) <= (item.respondents_count or 0) - 5
    if whole is not None:
        left = (whole.respondents_count or 0) - sum(item.respondents_count or 0 for item in shown.values())
        yes = (whole.numerator_count or 0) - sum(item.numerator_count or 0 for item in shown.values())
        assert left == 0 or (left >= 30 and 5 <= yes <= left - 5)
