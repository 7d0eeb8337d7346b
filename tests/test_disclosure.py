"""What is withheld before there is disclosure control."""

from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from methods.disclosure import DisclosureUnit, is_share_withheld, is_withheld
from tests.house import House

PERIOD_TYPES = ("month", "tertial", "year", "agreement", "year_from_signing")


def withheld(unit: DisclosureUnit, period_type: str = "year", **changes: bool) -> bool:
    """Ask about a figure of a whole year that is all delivered, but for what is changed."""
    facts = {"public_elsewhere": False, "is_clipped": False, "is_complete": True, "is_received": True, **changes}
    return is_withheld(unit, period_type=period_type, **facts)


@pytest.mark.parametrize("unit", ["person", "undeclared"])
@pytest.mark.parametrize("period_type", PERIOD_TYPES)
def test_persons_and_undeclared_units_give_no_number(unit: DisclosureUnit, period_type: str) -> None:
    for is_clipped, is_complete, is_received in product((True, False), repeat=3):
        assert withheld(unit, period_type, is_clipped=is_clipped, is_complete=is_complete, is_received=is_received)


@pytest.mark.parametrize("unit", ["occasion", "establishment", "person", "undeclared"])
@pytest.mark.parametrize("period_type", PERIOD_TYPES)
def test_what_is_public_elsewhere_is_not_withheld(unit: DisclosureUnit, period_type: str) -> None:
    assert not withheld(unit, period_type, public_elsewhere=True)


@pytest.mark.parametrize("period_type", PERIOD_TYPES)
def test_occasions_are_published_in_every_period(period_type: str) -> None:
    assert not withheld("occasion", period_type, is_complete=False, is_clipped=True)


@pytest.mark.parametrize(
    ("period_type", "is_clipped", "is_complete", "expected"),
    [
        pytest.param("year", False, True, False, id="a whole year"),
        pytest.param("year", False, False, True, id="a year under way grows by the month"),
        pytest.param("year", True, True, True, id="a clipped year is a few months"),
        pytest.param("month", False, True, True, id="month"),
        pytest.param("tertial", False, True, True, id="tertial"),
        pytest.param("agreement", False, True, True, id="the whole term, less its years, is a part year"),
        pytest.param("year_from_signing", False, True, True, id="years from signing overlap calendar years"),
    ],
)
def test_establishments_only_by_whole_year(
    period_type: str, is_clipped: bool, is_complete: bool, expected: bool
) -> None:
    assert withheld("establishment", period_type, is_clipped=is_clipped, is_complete=is_complete) is expected


def test_nothing_received_about_establishments_hides_nothing() -> None:
    assert not withheld("establishment", "month", is_received=False, is_complete=False)


@pytest.mark.parametrize(
    ("share", "respondents", "expected"),
    [
        pytest.param("0.5", 30, False, id="base 30"),
        pytest.param("0.5", 29, True, id="base 29"),
        pytest.param("0.125", 40, False, id="numerator 5"),
        pytest.param("0.1", 40, True, id="numerator 4"),
        pytest.param("0.875", 40, False, id="complement 5"),
        pytest.param("0.9", 40, True, id="complement 4"),
        pytest.param("0", 200, True, id="nobody"),
        pytest.param("1", 200, True, id="everybody"),
        pytest.param("0.5", 0, True, id="no base"),
    ],
)
def test_survey_shares_need_a_base(share: str, respondents: int, expected: bool) -> None:
    assert is_share_withheld(Decimal(share), respondents) is expected


MILESTONE = """
[[activities.targets]]
id = "begun"
indicator = "made"
comparison = "milestone"
due_on = 2024-06-30
wording_sv = "införa kontroller"
period_wording = "agreement"

[[activities.targets.readings]]
id = "whole"
label_sv = "under hela avtalstiden"
period = "agreement"
is_rated = true

[[sources]]
"""


@pytest.mark.parametrize("unit", ["person", "establishment", "occasion"])
def test_a_milestone_has_no_number_though_its_indicator_is_counted(unit: DisclosureUnit, tmp_path: Path) -> None:
    house, name = House(tmp_path), "year-to-date-totals"
    house.take_case(name, has_deliveries=False)
    house.edit(name, 'disclosure_unit = "occasion"', f'disclosure_unit = "{unit}"')
    house.edit(name, "\n[[sources]]\n", MILESTONE)
    house.deliver(name, "rows", "PAHITTAD_2024-01_mottagen_2024-02-10.csv",
                  "typ;antal;hur;märkning\nKontroll;3;exakt;PÅHITTAD\n")  # fmt: skip
    assert house.run(at=date(2024, 3, 3))[name].problems == []
    told = {reading: house.figure(f"{name}/controls/made/-/{reading}/all") for reading in ("-", "whole")}
    assert told["-"]["actual_value"] == ("3" if unit == "occasion" else "")
    numbers = ("actual_value", "actual_qualifier", "actual_low", "actual_high")
    assert [told["whole"][key] for key in numbers] == [""] * 4
    assert (told["whole"]["status"], told["whole"]["value_status"]) == ("ongoing", "not_applicable")
