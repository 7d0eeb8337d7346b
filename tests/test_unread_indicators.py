"""A load counts as it was read: what the contract of its time did not read is missing in it, and never zero."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tasks.explain import explain_figure
from tests.house import CASES, House

AGREEMENT = "hours-and-money"
HEADER = "datum;typ;antal;märkning\n"
KEYS = ("patrols/hours", "cost/spent")
# What a contract of rows says, and what one of totals says instead.
TO_TOTALS = {
    'kind = "occasion_rows"': 'kind = "reported_totals"',
    'grain = "row"': 'grain = "month"',
    'date_form = "YYYY-MM-DD"': 'qualifiers = { "exakt" = "exact" }',
    'occurred_on = "datum", type': "indicator",
    'quantity = "antal"': 'value = "antal", qualifier = "hur"',
    "\ntypes = {": "\nindicators = {",
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    """January and February, with hours and money each."""
    made = House(tmp_path)
    made.take_case(AGREEMENT, has_deliveries=False)
    for month in (1, 2):
        rows = f"2024-0{month}-03;Patrull;2,5;PÅHITTAD\n2024-0{month}-04;Kostnad;100;PÅHITTAD\n"
        made.deliver(AGREEMENT, "rows", f"PAHITTAD_2024-0{month}_mottagen_2024-0{month + 1}-05.csv", HEADER + rows)
    assert made.run(at=date(2024, 3, 20))[AGREEMENT].became == "published"
    return made


def said(house: House, figure_id: str) -> tuple[str, str]:
    """Return a figure's number and what it is."""
    figure = house.figure(f"{AGREEMENT}/{figure_id}")
    return figure["actual_value"], figure["value_status"]


def test_what_is_held_under_a_new_contract_says_nothing_of_what_the_old_one_did_not_read(house: House) -> None:
    house.edit(AGREEMENT, 'id = "spent"', 'id = "paid"')
    house.edit(AGREEMENT, '"cost/spent"', '"cost/paid"')
    house.edit(AGREEMENT, 'quantity = "antal"', 'quantity = "mängd"')
    march = "datum;typ;mängd;märkning\n2024-03-03;Patrull;1;PÅHITTAD\n"
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2024-03_mottagen_2024-04-05.csv", march)
    outcome = house.run(at=date(2024, 4, 20))[AGREEMENT]
    assert (outcome.became, len(outcome.problems)) == ("published", 2)
    assert [said(house, f"cost/paid/-/-/2024-0{month}") for month in (1, 2, 3)] == [
        ("", "missing"), ("", "missing"), ("0", "observed"),
    ]  # fmt: skip
    assert [said(house, f"patrols/hours/-/-/2024-0{month}") for month in (1, 2, 3)] == [
        ("2.5", "observed"), ("2.5", "observed"), ("1", "observed"),
    ]  # fmt: skip
    behind = {
        figure: [
            item.receipt.covers_from for item in explain_figure.fn(f"{AGREEMENT}/{figure}", house.state).deliveries
        ]
        for figure in ("cost/paid/-/-/2024-02", "patrols/hours/-/-/2024-02", "cost/paid/-/-/2024-03")
    }
    assert list(behind.values()) == [[], ["2024-02"], ["2024-03"]]


def test_an_indicator_that_is_read_anew_counts_at_once(house: House) -> None:
    house.edit(AGREEMENT, 'id = "spent"', 'id = "paid"')
    house.edit(AGREEMENT, '"cost/spent"', '"cost/paid"')
    assert not house.run(at=date(2024, 3, 20))[AGREEMENT].problems
    assert [said(house, f"cost/paid/-/-/2024-0{month}") for month in (1, 2)] == [("100", "observed")] * 2


def test_months_of_totals_are_no_zero_when_the_source_comes_to_deliver_rows(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    for rows, totals in TO_TOTALS.items():
        house.edit(AGREEMENT, rows, totals)
    january = "typ;antal;hur;märkning\nPatrull;2,5;exakt;PÅHITTAD\n"
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2024-01_mottagen_2024-02-05.csv", january)
    house.run(at=date(2024, 2, 20))
    assert [said(house, f"{key}/-/-/2024-01") for key in KEYS] == [
        ("2.5", "observed"), ("", "missing"),
    ]  # fmt: skip
    shutil.copy(CASES / AGREEMENT / "agreement.toml", house.agreements / AGREEMENT)
    (problem,) = house.run(at=date(2024, 3, 1))[AGREEMENT].problems
    assert "the columns are not those of the contract" in str(problem)
    assert said(house, "cost/spent/-/-/2024-01") == ("", "missing")


def test_months_of_rows_stay_whole_when_the_source_comes_to_deliver_totals(house: House) -> None:
    before = [house.figure(f"{AGREEMENT}/{key}/-/-/2024-0{month}") for key in KEYS for month in (1, 2)]
    for rows, totals in TO_TOTALS.items():
        house.edit(AGREEMENT, rows, totals)
    march = "typ;antal;hur;märkning\nPatrull;1;exakt;PÅHITTAD\n"
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2024-03_mottagen_2024-04-05.csv", march)
    outcome = house.run(at=date(2024, 4, 20))[AGREEMENT]
    assert (outcome.became, len(outcome.problems)) == ("published", 2)
    assert [house.figure(f"{AGREEMENT}/{key}/-/-/2024-0{month}") for key in KEYS for month in (1, 2)] == before
    assert [said(house, f"{key}/-/-/2024-03") for key in KEYS] == [("1", "observed"), ("", "missing")]


def test_late_rows_of_what_was_not_read_give_way_to_the_source_that_counts(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(FIRST, has_deliveries=False)
    path = house.agreements / FIRST / "agreement.toml"
    first, later = path.read_text("utf-8").split('id = "later"', 1)
    first = first.replace('ended_on = 2024-06-30\nended_reason_sv = "PÅHITTAT: systemet byttes."\n', "")
    first = first.replace('taken_over_by = "later"\n', "").replace('combine = "sum"', 'combine = "first"')
    first = first.replace('accumulation = "period"', 'accumulation = "period"\nlate_rows = "accept"')
    first = first.replace('quantity = "antal" }', 'quantity = "antal", row_id = "id" }')
    first = first.replace("[[activities.targets]]", FINES + "[[activities.targets]]", 1)
    later = later.replace("started_on = 2024-07-01\n", "").replace(TYPES, BOTH_TYPES)
    path.write_text(f'{first}id = "later"{later}', "utf-8")
    for source, rows in {
        "rows": "id;datum;typ;antal;märkning\na;2024-01-05;Kontroll;2;PÅHITTAD\n",
        "later": f"{HEADER}2024-01-05;Kontroll;2;PÅHITTAD\n2024-01-06;Bot;4;PÅHITTAD\n",
    }.items():
        house.deliver(FIRST, source, "PAHITTAD_2024-01_mottagen_2024-02-10.csv", rows)
    assert house.run(at=date(2024, 2, 20))[FIRST].became == "published"
    first = first.replace(TYPES, BOTH_TYPES).replace('quantity = "antal", row', 'quantity = "mängd", row')
    path.write_text(f'{first}id = "later"{later}', "utf-8")
    rows = "id;datum;typ;mängd;märkning\nb;2024-02-05;Kontroll;1;PÅHITTAD\nc;2024-01-06;Bot;4;PÅHITTAD\n"
    house.deliver(FIRST, "rows", "PAHITTAD_2024-02_mottagen_2024-03-10.csv", rows)
    outcome = house.run(at=date(2024, 3, 20))[FIRST]
    assert (outcome.became, len(outcome.problems)) == ("published", 1)
    fines = house.figure(f"{FIRST}/controls/fines/-/-/2024-01")
    assert (fines["actual_value"], fines["actual_qualifier"]) == ("4", "exact")


FIRST = "source-handed-over"
TYPES = 'types = { "Kontroll" = "controls/made" }'
BOTH_TYPES = 'types = { "Kontroll" = "controls/made", "Bot" = "controls/fines" }'
FINES = """[[activities.indicators]]
id = "fines"
role = "result"
label_sv = "Böter"
label_en = "Fines"
unit = "bot"
quantity = "count"
disclosure_unit = "occasion"
definition_sv = "PÅHITTAD."

"""
