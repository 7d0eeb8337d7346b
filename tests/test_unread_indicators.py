"""A load counts as it was read: what the contract of its time did not read is missing in it, and never zero."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tasks.explain import explain_figure
from tests.house import CASES, House

AGREEMENT = "hours-and-money"
HEADER = "datum;typ;antal;märkning\n"


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
        figure: [item.receipt.covers_from for item in explain_figure(f"{AGREEMENT}/{figure}", house.state).deliveries]
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
    changes = {
        'kind = "occasion_rows"': 'kind = "reported_totals"',
        'grain = "row"': 'grain = "month"',
        'date_form = "YYYY-MM-DD"': 'qualifiers = { "exakt" = "exact" }',
        'occurred_on = "datum", type': "indicator",
        'quantity = "antal"': 'value = "antal", qualifier = "hur"',
        "\ntypes = {": "\nindicators = {",
    }
    for rows, totals in changes.items():
        house.edit(AGREEMENT, rows, totals)
    january = "typ;antal;hur;märkning\nPatrull;2,5;exakt;PÅHITTAD\n"
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2024-01_mottagen_2024-02-05.csv", january)
    house.run(at=date(2024, 2, 20))
    assert [said(house, f"{key}/-/-/2024-01") for key in ("patrols/hours", "cost/spent")] == [
        ("2.5", "observed"), ("", "missing"),
    ]  # fmt: skip
    shutil.copy(CASES / AGREEMENT / "agreement.toml", house.agreements / AGREEMENT)
    (problem,) = house.run(at=date(2024, 3, 1))[AGREEMENT].problems
    assert "the columns are not those of the contract" in str(problem)
    assert said(house, "cost/spent/-/-/2024-01") == ("", "missing")
