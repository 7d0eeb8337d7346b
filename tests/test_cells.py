"""Cells of text as counts, shares and dates; what is ambiguous is refused by the name of its rule."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cells import parse_count, parse_date, parse_share


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0", 0, id="zero"),
        pytest.param("22", 22, id="plain"),
        pytest.param("1 234", 1234, id="space"),
        pytest.param("1\u00a0234", 1234, id="no-break space"),
        pytest.param("1\u202f234", 1234, id="narrow no-break space"),
        pytest.param("1 234 567", 1234567, id="two spaces"),
        pytest.param("9999999", 9999999, id="seven digits"),
        pytest.param("10000000", "absurd_count", id="eight digits"),
        pytest.param("10 000 000", "absurd_count", id="eight digits with spaces"),
        pytest.param("-2", "negative_count", id="negative"),
        pytest.param("−2", "negative_count", id="minus sign"),
        pytest.param("- 2", "negative_count", id="minus and space"),
        pytest.param("-1 234", "negative_count", id="negative with thousands"),
        pytest.param("-1,5", "negative_count", id="negative and fractional"),
        pytest.param("1,5", "not_a_whole_number", id="decimal comma"),
        pytest.param("1.5", "not_a_whole_number", id="decimal point"),
        pytest.param("1.234", "not_a_whole_number", id="ambiguous point"),
        pytest.param("1,234", "not_a_whole_number", id="ambiguous comma"),
        pytest.param("1.0", "not_a_whole_number", id="whole with a decimal"),
        pytest.param("12 34", "not_a_whole_number", id="misplaced space"),
        pytest.param("1234 567", "not_a_whole_number", id="space only once"),
        pytest.param("1  234", "not_a_whole_number", id="two spaces together"),
        pytest.param("+5", "not_a_whole_number", id="plus"),
        pytest.param("1e3", "not_a_whole_number", id="exponent"),
        pytest.param("ca 15", "not_a_whole_number", id="words"),
        pytest.param("", "not_a_whole_number", id="blank is never zero"),
        pytest.param("-", "not_a_whole_number", id="dash"),
        pytest.param("１２", "not_a_whole_number", id="full-width"),
        pytest.param("٣", "not_a_whole_number", id="other digits"),
        pytest.param("²", "not_a_whole_number", id="superscript"),
        pytest.param("5\n", "not_a_whole_number", id="line break"),
        pytest.param("1_000", "not_a_whole_number", id="underscore"),
        pytest.param("0x10", "not_a_whole_number", id="hexadecimal"),
    ],
)
def test_counts(text: str, expected: int | str) -> None:
    assert parse_count(text) == expected


@pytest.mark.parametrize(
    ("text", "mark", "unit", "expected"),
    [
        pytest.param("61,5", ",", "percent", Decimal("0.615"), id="percent, comma"),
        pytest.param("61.5", ".", "percent", Decimal("0.615"), id="percent, point"),
        pytest.param("100", ",", "percent", Decimal(1), id="all"),
        pytest.param("0", ",", "percent", Decimal(0), id="none"),
        pytest.param("0,615", ",", "share", Decimal("0.615"), id="share"),
        pytest.param("1", ",", "share", Decimal(1), id="share of one"),
        pytest.param("100,1", ",", "percent", "share_above_one", id="above a hundred"),
        pytest.param("61", ",", "share", "share_above_one", id="percent where a share was agreed"),
        pytest.param("61.5", ",", "percent", "not_a_share", id="point where a comma was agreed"),
        pytest.param("61,5", ".", "percent", "not_a_share", id="comma where a point was agreed"),
        pytest.param("61,5 %", ",", "percent", Decimal("0.615"), id="with its sign"),
        pytest.param("61,5\u00a0%", ",", "share", Decimal("0.615"), id="with its sign, where a share was agreed"),
        pytest.param("0,5%", ",", "share", Decimal("0.005"), id="half a percent"),
        pytest.param("100,1%", ",", "share", "share_above_one", id="above a hundred, with its sign"),
        pytest.param("33,33333%", ",", "percent", "too_many_decimals", id="computed and not rounded"),
        pytest.param("61,5 %%", ",", "percent", "not_a_share", id="with two signs"),
        pytest.param("% 61,5", ",", "percent", "not_a_share", id="with its sign before"),
        pytest.param("-1", ",", "percent", "not_a_share", id="negative"),
        pytest.param("", ",", "percent", "not_a_share", id="blank"),
        pytest.param("6１", ",", "percent", "not_a_share", id="full-width"),
        pytest.param(",5", ",", "percent", "not_a_share", id="no whole part"),
    ],
)
def test_shares(text: str, mark: str, unit: str, expected: Decimal | str) -> None:
    assert parse_share(text, mark, unit) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        pytest.param("2024-03-04", "YYYY-MM-DD", date(2024, 3, 4), id="ISO"),
        pytest.param("20240304", "YYYYMMDD", date(2024, 3, 4), id="compact"),
        pytest.param("04/03/2024", "DD/MM/YYYY", date(2024, 3, 4), id="day first"),
        pytest.param("2024-02-29", "YYYY-MM-DD", date(2024, 2, 29), id="leap day"),
        pytest.param("2023-02-29", "YYYY-MM-DD", "not_a_date", id="no leap day"),
        pytest.param("2024-13-01", "YYYY-MM-DD", "not_a_date", id="month 13"),
        pytest.param("2024-00-10", "YYYY-MM-DD", "not_a_date", id="month 0"),
        pytest.param("0000-01-01", "YYYY-MM-DD", "not_a_date", id="year 0"),
        pytest.param("2024-3-4", "YYYY-MM-DD", "not_a_date", id="no leading zeros"),
        pytest.param("24-03-04", "YYYY-MM-DD", "not_a_date", id="two-digit year"),
        pytest.param("2024-03-04T00:00", "YYYY-MM-DD", "not_a_date", id="with a time"),
        pytest.param("2024-03-04", "YYYYMMDD", "not_a_date", id="another form"),
        pytest.param("03/14/2024", "DD/MM/YYYY", "not_a_date", id="month first"),
        pytest.param("２０２４-03-04", "YYYY-MM-DD", "not_a_date", id="full-width"),
        pytest.param("45355", "YYYY-MM-DD", "not_a_date", id="a spreadsheet's serial"),
        pytest.param("", "YYYY-MM-DD", "not_a_date", id="blank"),
    ],
)
def test_dates(text: str, form: str, expected: date | str) -> None:
    assert parse_date(text, form) == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 9_999_999), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_a_count_reads_back_however_its_thousands_are_set(count: int, space: str) -> None:
    assert parse_count(f"{count:,}".replace(",", space)) == count


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1000, 1, 1)))
def test_a_date_reads_back_in_every_form(day: date) -> None:
    assert parse_date(day.isoformat(), "YYYY-MM-DD") == day
    assert parse_date(day.strftime("%Y%m%d"), "YYYYMMDD") == day
    assert parse_date(day.strftime("%d/%m/%Y"), "DD/MM/YYYY") == day


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789 -−.,\u00a0\u202f١e+", max_size=12))
def test_any_text_is_a_count_or_breaks_a_named_rule(text: str) -> None:
    found = parse_count(text)
    if isinstance(found, int):
        assert "".join(character for character in text if character in "0123456789").lstrip("0") in {str(found), ""}
    else:
        assert found in {"negative_count", "not_a_whole_number", "absurd_count"}
