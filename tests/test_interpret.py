"""Text cells and a contract in; typed facts, and the address and rule of each row set aside, out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.interpret import Covered, Interpreted, Interpreter
from schemas.contract import ReadableContract
from schemas.errors import DeliveryHeldError
from schemas.text_table import SetAside, TextTable

CSV = {"encoding": "utf-8", "delimiter": ";", "decimal_mark": ","}
COMMON: dict[str, Any] = {
    "csv": CSV,
    "accumulation": "period",
    "missing_marks": ["..", "-"],
    "set_aside_share_max": Decimal("0.25"),
}
OCCASIONS: dict[str, Any] = {
    **COMMON,
    "kind": "occasion_rows",
    "grain": "row",
    "date_form": "YYYY-MM-DD",
    "constants": {"markering": "PÅHITTAD"},
    "columns": {"row_id": "id", "occurred_on": "datum", "type": "typ", "place": "plats", "quantity": "antal"},
    "types": {
        "Trafikkontroll": "traffic-controls/controls",
        "Riktad narkotikainsats": "drug-operations/operations",
    },
}
TOTALS: dict[str, Any] = {
    **COMMON,
    "kind": "reported_totals",
    "grain": "tertial",
    "columns": {"indicator": "uppgift", "value": "antal", "qualifier": "precision"},
    "indicators": {"Trafikkontroller": "traffic-controls/controls", "Krogkontroller": "pub-inspections/inspections"},
    "qualifiers": {"exakt": "exact", "minst": "at_least", "cirka": "about"},
}
SURVEY: dict[str, Any] = {
    **COMMON,
    "kind": "survey_shares",
    "grain": "year",
    "date_form": "YYYY-MM-DD",
    "share_unit": "percent",
    "columns": {
        "survey": "matning",
        "question": "fraga",
        "area": "omrade",
        "surveyed_on": "matdatum",
        "share": "andel",
        "respondents_count": "svar",
        "response_share": "svarsandel",
    },
    "questions": {"Trygg utomhus sent": "safe-outdoors-late"},
}
# The agreement starts in the middle of the delivery's first month.
JANUARY = Covered("2024-01", "2024-02", date(2024, 1, 10), date(2024, 2, 29))
WHOLE_YEAR = Covered("2024-01", "2024-12", date(2024, 1, 1), date(2024, 12, 31))
GOOD = {"id": "P-1", "datum": "2024-01-15", "typ": "Trafikkontroll", "plats": "Tranås centrum", "antal": "1",
        "markering": "PÅHITTAD"}  # fmt: skip
OTHER = {**GOOD, "id": "P-2", "datum": "2024-02-20", "antal": "2"}
ANSWER = {"matning": "trygghet-2024", "fraga": "Trygg utomhus sent", "omrade": "Tranås", "matdatum": "2024-09-15",
          "andel": "61,5", "svar": "412", "svarsandel": "48,2"}  # fmt: skip


def table(*rows: dict[str, str], set_aside: list[SetAside] | None = None) -> TextTable:
    """Return cells of text as a file would give them, the first row on line 2."""
    index = pd.Index(range(2, len(rows) + 2), name="source_line", dtype="int64")
    return TextTable(pd.DataFrame(list(rows), index=index, dtype=object), set_aside or [])


def read(
    contract: dict[str, Any], *rows: dict[str, str], covered: Covered = JANUARY, decimals: tuple[str, ...] = ()
) -> Interpreted:
    """Interpret rows by a contract; the indicators named in `decimals` are hours or money."""
    readable = ReadableContract.model_validate({
        "agreement_id": "tranas-1",
        "source_id": "source",
        "starts_on": covered.starts_on,
        "ends_on": covered.ends_on,
        "contract": contract,
        "places": {"Tranås centrum": "centre", "Centrum": "centre", "Tranås": "whole-municipality"},
        "decimal_indicators": list(decimals),
    })  # fmt: skip
    return Interpreter(readable, covered).interpret(table(*rows).batch())


def total(indicator: str, value: str, qualifier: str = "exakt") -> dict[str, str]:
    """Return a row of a report of totals."""
    return {"uppgift": indicator, "antal": value, "precision": qualifier}


def addresses(found: Interpreted) -> list[tuple[int, str, str]]:
    """List what was set aside."""
    return [(row.line, row.column, row.rule) for row in found.set_aside]


def records(found: Interpreted) -> list[dict[str, Any]]:
    """List the facts."""
    return list(found.facts.to_pylist())


def test_good_rows_become_typed_facts() -> None:
    found = read(OCCASIONS, GOOD, {**OTHER, "typ": "Riktad narkotikainsats", "plats": ""})
    assert found.set_aside == []
    first, second = records(found)
    assert (first["activity_id"], first["indicator_id"], first["place_id"]) == (
        "traffic-controls",
        "controls",
        "centre",
    )
    assert (first["occurred_on"], first["month"], first["quantity"]) == (date(2024, 1, 15), "2024-01", Decimal(1))
    assert (first["source_line"], second["source_line"]) == (2, 3)
    assert (second["activity_id"], second["month"], second["quantity"]) == ("drug-operations", "2024-02", Decimal(2))
    assert pd.isna(second["place_id"])


CELL_FAULTS = {
    "a kind that the contract does not know": ({"typ": "Krogrond"}, "typ", "unknown_value"),
    "a kind in other letters": ({"typ": "trafikkontroll"}, "typ", "unknown_value"),
    "a place that is not known": ({"plats": "Nässjö"}, "plats", "unknown_value"),
    "an SQL text as a kind": ({"typ": 'x"; drop table occasion;--'}, "typ", "unknown_value"),
    "no kind": ({"typ": ""}, "typ", "missing_value"),
    "no day": ({"datum": ""}, "datum", "missing_value"),
    "a missing mark for a day": ({"datum": ".."}, "datum", "missing_value"),
    "blank is never zero": ({"antal": ""}, "antal", "missing_value"),
    "only spaces": ({"antal": " \u00a0"}, "antal", "missing_value"),
    "a missing mark for a count": ({"antal": "-"}, "antal", "missing_value"),
    "no row id": ({"id": ""}, "id", "missing_value"),
    "no such day": ({"datum": "2024-02-30"}, "datum", "not_a_date"),
    "another form of date": ({"datum": "15/01/2024"}, "datum", "not_a_date"),
    "before the months": ({"datum": "2023-12-31"}, "datum", "outside_the_months_of_the_delivery"),
    "after the months": ({"datum": "2024-03-01"}, "datum", "outside_the_months_of_the_delivery"),
    "before the agreement": ({"datum": "2024-01-09"}, "datum", "outside_the_agreement"),
    "negative": ({"antal": "-2"}, "antal", "negative_count"),
    "a fraction": ({"antal": "1,5"}, "antal", "not_a_whole_number"),
    "ambiguous thousands": ({"antal": "1.234"}, "antal", "not_a_whole_number"),
    "absurd": ({"antal": "12345678"}, "antal", "absurd_count"),
    "NUL in a kind": ({"typ": "Trafik\x00kontroll"}, "typ", "control_character"),
    "NUL after a count": ({"antal": "1\x00"}, "antal", "control_character"),
    "line break in a place": ({"plats": "Tranås\ncentrum"}, "plats", "control_character"),
    "tab after a date": ({"datum": "2024-01-15\t"}, "datum", "control_character"),
    "bell in a row id": ({"id": "P\x07-1"}, "id", "control_character"),
    "not the mark": ({"markering": "SKARP"}, "markering", "unexpected_value"),
    "no mark": ({"markering": ""}, "markering", "missing_value"),
}


@pytest.mark.parametrize(("changes", "column", "rule"), CELL_FAULTS.values(), ids=CELL_FAULTS.keys())
def test_a_cell_that_breaks_a_rule_sets_only_its_row_aside(changes: dict[str, str], column: str, rule: str) -> None:
    found = read(OCCASIONS, {**GOOD, **changes}, OTHER)
    assert addresses(found) == [(2, column, rule)]
    assert records(found) == records(read(OCCASIONS, {**GOOD, "id": "P-3"}, OTHER))[1:]


@pytest.mark.parametrize("day", ["2024-01-10", "2024-02-29"])
def test_the_first_and_the_last_day_count(day: str) -> None:
    assert read(OCCASIONS, {**GOOD, "datum": day}).set_aside == []


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("1 234", 1234), ("1\u00a0234", 1234), ("1\u202f234", 1234), (" 12 ", 12), ("12\u00a0", 12), ("0", 0)],
)
def test_counts_with_spaces(text: str, quantity: int) -> None:
    assert [row["quantity"] for row in records(read(OCCASIONS, {**GOOD, "antal": text}))] == [Decimal(quantity)]


@pytest.mark.parametrize(
    ("text", "count", "amount"),
    [("12", 12, 12), ("12,0", 12, 12), ("12,00", 12, 12), ("12,5", None, Decimal("12.5")),
     ("12,000", None, 12), ("1,234", None, Decimal("1.234")), ("1 000", 1000, 1000)],
)  # fmt: skip
def test_r8_a_count_among_hours_and_money_has_no_decimals_that_may_be_thousands(
    text: str, count: int | None, amount: Decimal
) -> None:
    hours = {**GOOD, "typ": "Riktad narkotikainsats", "antal": text}
    found = read(OCCASIONS, {**OTHER, "antal": text}, hours, decimals=("drug-operations/operations",))
    quantities = {row["activity_id"]: row["quantity"] for row in records(found)}
    assert quantities.pop("drug-operations") == amount
    assert quantities == ({} if count is None else {"traffic-controls": count})
    assert addresses(found) == ([(2, "antal", "not_a_whole_number")] if count is None else [])


def test_spaces_around_agreed_texts_mean_nothing() -> None:
    found = read(OCCASIONS, {**GOOD, "typ": " Trafikkontroll ", "plats": "Tranås centrum\u00a0"})
    assert [row["place_id"] for row in records(found)] == ["centre"]


def test_a_row_with_several_faults_has_every_address_and_counts_once() -> None:
    found = read(OCCASIONS, {**GOOD, "typ": "Krogrond", "antal": "-1"}, OTHER)
    assert addresses(found) == [(2, "antal", "negative_count"), (2, "typ", "unknown_value")]
    assert found.set_aside_lines == 1


def test_a_missing_mark_where_a_value_may_be_missing_is_no_fault() -> None:
    found = read(OCCASIONS, {**GOOD, "plats": ".."})
    assert found.set_aside == []
    assert pd.isna(records(found)[0]["place_id"])


def test_the_same_row_twice_counts_once() -> None:
    found = read(OCCASIONS, GOOD, OTHER, GOOD)
    assert addresses(found) == [(4, "id", "duplicate_row")]
    assert [row["source_line"] for row in records(found)] == [2, 3]


@pytest.mark.parametrize("header", ["id", "antal", "plats"])
@pytest.mark.parametrize("space", [" ", "\u00a0"])
def test_spaces_around_a_cell_make_no_other_row(header: str, space: str) -> None:
    found = read(OCCASIONS, GOOD, OTHER, {**GOOD, header: f"{space}{GOOD[header]}{space}"})
    assert addresses(found) == [(4, "id", "duplicate_row")]
    assert [row["source_line"] for row in records(found)] == [2, 3]


@pytest.mark.parametrize("blank", ["", " ", "\u00a0"])
def test_a_row_with_nothing_in_it_is_blank_and_repeats_no_other(blank: str) -> None:
    found = read(OCCASIONS, dict.fromkeys(GOOD, blank), GOOD, dict.fromkeys(GOOD, blank))
    assert addresses(found) == [(2, "", "blank_row"), (4, "", "blank_row")]
    assert len(records(found)) == 1


@pytest.mark.parametrize(
    ("row", "rule"), [({"plats": "Centrum"}, "missing_value"), ({"datum": ".."}, "missing_value"),
                      ({"id": "\t"}, "control_character")],
)  # fmt: skip
def test_a_row_with_anything_in_it_is_not_blank(row: dict[str, str], rule: str) -> None:
    found = read(OCCASIONS, dict.fromkeys(GOOD, "") | row)
    assert {said for _, _, said in addresses(found)} == {"missing_value", rule}


@pytest.mark.parametrize("space", ["", " ", "\u00a0"])
def test_a_header_among_the_rows_is_no_row(space: str) -> None:
    header = {name: f"{space}{name}" for name in GOOD}
    found = read(OCCASIONS, GOOD, header, OTHER, header)
    assert addresses(found) == [(3, "", "header_again"), (5, "", "header_again")]
    assert len(records(found)) == 2


@pytest.mark.parametrize(
    "header",
    [
        {"uppgift": "antal", "antal": "uppgift", "precision": "precision"},
        {"uppgift": " precision", "antal": "antal", "precision": "uppgift"},
    ],
)
def test_r5_another_table_under_a_header_of_its_own_holds_the_delivery(header: dict[str, str]) -> None:
    with pytest.raises(DeliveryHeldError, match="line 3: the header stands again with its columns in another order"):
        read(TOTALS, total("Trafikkontroller", "4"), header, total("Krogkontroller", "2"))


def test_a_row_with_one_other_text_is_no_header() -> None:
    found = read(TOTALS, total("antal", "uppgift", "exakt"), total("Krogkontroller", "2"))
    assert (2, "uppgift", "unknown_value") in addresses(found)


def test_rows_that_contradict_each_other_count_not_at_all() -> None:
    found = read(OCCASIONS, GOOD, OTHER, {**GOOD, "antal": "3"})
    assert addresses(found) == [(2, "id", "contradicting_rows"), (4, "id", "contradicting_rows")]
    assert [row["source_line"] for row in records(found)] == [3]


def test_without_a_row_id_two_controls_on_one_day_are_two() -> None:
    columns = {key: header for key, header in OCCASIONS["columns"].items() if key != "row_id"}
    row = {key: text for key, text in GOOD.items() if key != "id"}
    found = read({**OCCASIONS, "columns": columns}, row, row)
    assert (found.set_aside, len(found.facts)) == ([], 2)


def test_rows_set_aside_for_their_shape_stay_set_aside() -> None:
    readable = ReadableContract.model_validate({
        "agreement_id": "tranas-1", "source_id": "source", "starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31),
        "contract": OCCASIONS, "places": {"Tranås centrum": "centre"},
    })  # fmt: skip
    shape = SetAside(9, "", "extra_field")
    found = Interpreter(readable, JANUARY).interpret(table(GOOD, set_aside=[shape]).batch())
    assert (found.set_aside, len(found.facts)) == ([shape], 1)


def test_no_rows_give_no_facts() -> None:
    readable_rows = table(GOOD).cells.iloc[:0]
    readable = ReadableContract.model_validate({
        "agreement_id": "tranas-1", "source_id": "source", "starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31),
        "contract": OCCASIONS, "places": {},
    })  # fmt: skip
    found = Interpreter(readable, JANUARY).interpret(TextTable(readable_rows).batch())
    assert (len(found.facts), found.set_aside) == (0, [])


def test_totals_carry_their_qualifier_bounds_and_period() -> None:
    found = read(TOTALS, total("Trafikkontroller", "15", "cirka"), total("Krogkontroller", "43", "minst"))
    about, at_least = records(found)
    assert (about["quantity"], about["qualifier"], about["low"], about["high"]) == (15, "about", 12, 18)
    assert (at_least["quantity"], at_least["qualifier"], at_least["low"]) == (43, "at_least", 43)
    assert pd.isna(at_least["high"])
    assert (about["covers_from_month"], about["covers_to_month"]) == ("2024-01", "2024-02")
    assert (about["covers_from_on"], about["covers_to_on"]) == (date(2024, 1, 10), date(2024, 2, 29))


def test_a_declared_margin_bounds_about() -> None:
    found = read({**TOTALS, "about_margin": Decimal(5)}, total("Trafikkontroller", "15", "cirka"))
    assert [(row["low"], row["high"]) for row in records(found)] == [(10, 20)]


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (total("Fartkontroller", "15"), "uppgift", "unknown_value"),
        (total("Trafikkontroller", ".."), "antal", "missing_value"),
        (total("Trafikkontroller", "ett 15-tal"), "antal", "not_a_whole_number"),
        (total("Trafikkontroller", "15", "ungefär"), "precision", "unknown_value"),
        (total("Trafikkontroller", "15", ""), "precision", "missing_value"),
    ],
)
def test_a_total_that_breaks_a_rule(row: dict[str, str], column: str, rule: str) -> None:
    found = read(TOTALS, row, total("Krogkontroller", "43"))
    assert addresses(found) == [(2, column, rule)]
    assert [fact["activity_id"] for fact in records(found)] == ["pub-inspections"]


def test_one_total_twice_counts_once_and_two_totals_not_at_all() -> None:
    same = read(TOTALS, total("Trafikkontroller", "15"), total("Trafikkontroller", "15"))
    assert addresses(same) == [(3, "uppgift", "duplicate_row")]
    other = read(TOTALS, total("Trafikkontroller", "15"), total("Trafikkontroller", "16"))
    assert addresses(other) == [(2, "uppgift", "contradicting_rows"), (3, "uppgift", "contradicting_rows")]
    assert len(other.facts) == 0


def test_survey_shares() -> None:
    (fact,) = records(read(SURVEY, ANSWER, covered=WHOLE_YEAR))
    assert (fact["survey_id"], fact["question_id"], fact["area_id"]) == (
        "trygghet-2024", "safe-outdoors-late", "whole-municipality",
    )  # fmt: skip
    assert (fact["share"], fact["respondents_count"], fact["response_share"]) == (
        Decimal("0.615"),
        412,
        Decimal("0.482"),
    )
    assert (fact["surveyed_on"], fact["month"]) == (date(2024, 9, 15), "2024-09")


@pytest.mark.parametrize(
    ("changes", "column", "rule"),
    [
        ({"andel": "61.5"}, "andel", "not_a_share"),
        ({"andel": "161,5"}, "andel", "share_above_one"),
        ({"andel": ".."}, "andel", "missing_value"),
        ({"svar": "4,5"}, "svar", "not_a_whole_number"),
        ({"svar": ""}, "svar", "missing_value"),
        ({"matning": "trygghet 2024"}, "matning", "not_an_identifier"),
        ({"matning": "TRYGGHET-2024"}, "matning", "not_an_identifier"),
        ({"fraga": "Orolig"}, "fraga", "unknown_value"),
        ({"omrade": ""}, "omrade", "missing_value"),
        ({"matdatum": "2023-09-15"}, "matdatum", "outside_the_months_of_the_delivery"),
    ],
)
def test_a_survey_row_that_breaks_a_rule(changes: dict[str, str], column: str, rule: str) -> None:
    found = read(SURVEY, {**ANSWER, **changes}, {**ANSWER, "omrade": "Centrum"}, covered=WHOLE_YEAR)
    assert addresses(found) == [(2, column, rule)]
    assert [fact["area_id"] for fact in records(found)] == ["centre"]


@pytest.mark.parametrize(
    ("shares", "aside"),
    [
        (["0,576", "0,61"], [2, 3]),
        (["1", "0"], [2]),
        (["0,576", "..", "0,6 %"], [2]),
        (["0,4", "61,5"], []),
        (["0,4 %", "0,6%"], []),
        (["0", "0,0"], []),
    ],
    ids=["shares", "everyone or one in a hundred", "one with its sign", "per cent", "with their signs", "nothing"],
)
def test_a_share_that_may_not_be_per_cent_is_set_aside(shares: list[str], aside: list[int]) -> None:
    rows = [
        {**ANSWER, "matning": f"trygghet-2024-{number}", "andel": share} for number, share in enumerate(shares, start=1)
    ]
    told = [(row.line, row.column, row.rule) for row in read(SURVEY, *rows, covered=WHOLE_YEAR).set_aside]
    assert [place for place in told if place[2] != "missing_value"] == [
        (line, "andel", "share_or_per_cent") for line in aside
    ]


def test_a_share_where_shares_are_agreed_is_clear() -> None:
    (fact,) = records(
        read({**SURVEY, "share_unit": "share"}, {**ANSWER, "andel": "0,576", "svarsandel": "0,48"}, covered=WHOLE_YEAR)
    )
    assert (fact["share"], fact["response_share"]) == (Decimal("0.576"), Decimal("0.48"))


def test_a_response_share_that_may_not_be_per_cent_sets_its_row_aside() -> None:
    found = read(SURVEY, {**ANSWER, "svarsandel": "0,48"}, covered=WHOLE_YEAR)
    assert addresses(found) == [(2, "svarsandel", "share_or_per_cent")]


def test_a_response_share_may_be_missing() -> None:
    (fact,) = records(read(SURVEY, {**ANSWER, "svarsandel": ".."}, covered=WHOLE_YEAR))
    assert pd.isna(fact["response_share"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({}, {"andel": "70,0"}, id="the same names"),
        pytest.param({"omrade": "Centrum"}, {"omrade": "Tranås centrum", "andel": "70,0"}, id="a place and its alias"),
        pytest.param({"omrade": "Tranås"}, {"omrade": "Tranås\u00a0", "andel": "70,0"}, id="a trailing space"),
    ],
)
def test_two_shares_for_one_question_and_area_count_not_at_all(first: dict[str, str], second: dict[str, str]) -> None:
    found = read(SURVEY, {**ANSWER, **first}, {**ANSWER, **second}, covered=WHOLE_YEAR)
    assert {(row.line, row.rule) for row in found.set_aside} == {(2, "contradicting_rows"), (3, "contradicting_rows")}
    assert len(found.facts) == 0


ROWS = st.fixed_dictionaries({
    "datum": st.sampled_from(["2024-01-15", "2024-02-29", "2024-01-01", "2024-03-01", "i går", ""]),
    "typ": st.sampled_from(["Trafikkontroll", "Riktad narkotikainsats", "Krogrond", ""]),
    "plats": st.sampled_from(["Tranås centrum", "", "Nässjö"]),
    "antal": st.sampled_from(["1", "1 234", "-1", "1,5", "", "..", "x\x00"]),
    "markering": st.sampled_from(["PÅHITTAD", "PÅHITTAD", "SKARP"]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_every_row_is_a_fact_or_has_an_address(rows: list[dict[str, str]]) -> None:
    numbered = [{"id": f"P-{number}", **row} for number, row in enumerate(rows)]
    found = read(OCCASIONS, *numbered)
    lines = set(found.facts["source_line"].to_pylist())
    aside = {row.line for row in found.set_aside}
    assert lines | aside == set(range(2, len(rows) + 2))
    assert not lines & aside


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=6))
def test_a_row_means_the_same_in_any_company(rows: list[dict[str, str]]) -> None:
    numbered = [{"id": f"P-{number}", **row} for number, row in enumerate(rows)]
    together = read(OCCASIONS, *numbered)
    alone = [fact for row in numbered for fact in records(read(OCCASIONS, row))]
    quantities = [(fact["activity_id"], fact["occurred_on"], fact["quantity"]) for fact in records(together)]
    assert quantities == [(fact["activity_id"], fact["occurred_on"], fact["quantity"]) for fact in alone]
