"""Personal data are found however they are written, and counts, dates and export rows are let through.

Only numbers published as examples: the tax agency's test numbers, the post and telecom authority's fictional phone
numbers, example.org, and registration plates of no one.
"""

import time
from datetime import date, datetime
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from methods.personal_data import find_in_cell, find_personal_data
from methods.personal_data_scan import CellFinder
from tests.planted import BROKEN, PLANTED

PERSON = "personnummer eller samordningsnummer"
PHONE = "telefonnummer"
EMAIL = "e-postadress"
PLATE = "registreringsnummer"


def coordination_number(day_of_birth: str, serial: str) -> str:
    """Return a samordningsnummer of a test number: day + 60, check digit computed."""
    body = f"{day_of_birth[:4]}{int(day_of_birth[4:]) + 60}{serial}"
    return body + luhn.calc_check_digit(body)


COORDINATION = coordination_number("811218", "987")
FULL_WIDTH = str.maketrans("0123456789-@", "０１２３４５６７８９－＠")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("198112189876", id="with century"),
        pytest.param("8112189876", id="without century"),
        pytest.param("811218-9876", id="hyphen"),
        pytest.param("19811218-9876", id="century and hyphen"),
        pytest.param("19121212-1212", id="the other test number"),
        pytest.param("121212+1212", id="plus, over a hundred years"),
        pytest.param("811218 9876", id="space"),
        pytest.param("19 811218 9876", id="space after the century"),
        pytest.param("19811218 - 9876", id="spaced hyphen"),
        pytest.param("1981-12-18-9876", id="hyphened date"),
        pytest.param("81 12 18 9876", id="spaced date"),
        pytest.param("811218\u00a09876", id="no-break space"),
        pytest.param("811218\u00c2\u00a09876", id="no-break space read by the wrong encoding"),
        pytest.param("811218\u202f9876", id="narrow no-break space"),
        pytest.param("811218–9876", id="en dash"),
        pytest.param("811218\u20119876", id="no-break hyphen, as word processors write"),
        pytest.param("811218\u20109876", id="typographic hyphen"),
        pytest.param("811218\u22129876", id="minus sign"),
        pytest.param("8112\u200b189876", id="zero-width space"),
        pytest.param("811218\u200d-9876", id="zero-width joiner"),
        pytest.param("811218\u20609876", id="word joiner"),
        pytest.param("\ufeff811218-98\ufeff76", id="byte order mark inside"),
        pytest.param("8112\u00ad18-9876", id="soft hyphen"),
        pytest.param("198112\u200e189876", id="left-to-right mark"),
        pytest.param("19811218-9876".translate(FULL_WIDTH), id="full-width digits"),
        pytest.param("٨١١٢١٨-٩٨٧٦", id="Arabic digits"),
        pytest.param("født ८११२१८ ९८७६", id="Devanagari digits"),
        pytest.param("född 19811218-9876, Tranås", id="inside text"),
        pytest.param("Pnr:8112189876.", id="close to other signs"),
        pytest.param("x198112189876y", id="between letters"),
        pytest.param("2023-01-15;Trafikkontroll;811218-9876;1", id="in a row"),
        pytest.param("1,98112189876E+11", id="as a Swedish spreadsheet exports a large number"),
        pytest.param("1.98112189876E11", id="as programs write a large number"),
        pytest.param("8.112189876e9", id="without century, as programs write a large number"),
        pytest.param("2024-01-05 811218-9876", id="after a date"),
        pytest.param("05/01/2024 811218-9876", id="after a date by slashes"),
        pytest.param("240105 811218-9876", id="after a compact date"),
        pytest.param("2024 811218-9876", id="after a year"),
        pytest.param("2024/811218-9876", id="close to a year"),
        pytest.param("kl 14.30 811218-9876", id="after a time"),
        pytest.param("dnr 2024/1234 811218-9876", id="after a case"),
        pytest.param("sid 10-12 811218-9876", id="after pages"),
        pytest.param("12 19811218-9876", id="with century, after a count"),
        pytest.param("2024-01-05 08:30 19811218-9876", id="with century, after a date and a time"),
        pytest.param("21 000229-0005", id="born on a leap day, after a count that makes no century"),
        pytest.param("PAHITTAD_2024-01 811218-9876 mottagen_2024-02-10.csv", id="in a file's name"),
        pytest.param("811218:9876", id="colon"),
        pytest.param("19811218:9876", id="century and colon"),
        pytest.param("19811218T9876", id="like an instant of no time"),
        pytest.param("(811218)9876", id="brackets around the date"),
        pytest.param("(19811218)-9876", id="brackets around the date, and a hyphen"),
        pytest.param("811218(9876)", id="brackets around the last four"),
        pytest.param("(811218)(9876)", id="brackets around both"),
        pytest.param("811218-98 76", id="a space among the last four"),
        pytest.param("19811218–98\u00a076", id="a no-break space among the last four"),
        pytest.param("2024-01-15T08:30 811218:9876", id="colon, after an instant"),
        pytest.param("811218\\u002d9876", id="as JSON may write a hyphen"),
        pytest.param("81121898.76e2", id="a number with an exponent, alone"),
        pytest.param("8112189876000e-3", id="a number with an exponent below nought, alone"),
        pytest.param("\\u0038\\u0031\\u0031218-9876", id="as JSON may write digits"),
        pytest.param("https://example.org/?pnr=811218%2D9876", id="in a link"),
        pytest.param("811218&#45;9876", id="as a web page may write a hyphen"),
        pytest.param("811218&ndash;9876", id="as a web page writes a dash"),
        pytest.param(COORDINATION, id="samordningsnummer"),
        pytest.param(f"{COORDINATION[:6]}:{COORDINATION[6:]}", id="samordningsnummer with colon"),
        pytest.param(f"19{COORDINATION[:6]}-{COORDINATION[6:]}", id="samordningsnummer with century and hyphen"),
        pytest.param(f"nr {COORDINATION[:6]} {COORDINATION[6:]}", id="samordningsnummer with space"),
    ],
)
def test_numbers_of_persons(text: str) -> None:
    assert find_personal_data(text) == PERSON


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("070-174 06 05", id="mobile"),
        pytest.param("0701740605", id="no separators"),
        pytest.param("070 174 06 05", id="spaces"),
        pytest.param("070\u00a0174\u00a006\u00a005", id="no-break spaces"),
        pytest.param("070\u00c2\u00a0174\u00c2\u00a006\u00c2\u00a005", id="no-break spaces read by the wrong encoding"),
        pytest.param("070.174.06.05", id="dots"),
        pytest.param("070/174 06 05", id="slash"),
        pytest.param("070–174 06 05", id="en dash"),
        pytest.param("070\u2011174 06 05", id="no-break hyphen"),
        pytest.param("+46701740605", id="international"),
        pytest.param("+46 70 174 06 05", id="international, spaces"),
        pytest.param("+46 (0)70-174 06 05", id="international with (0)"),
        pytest.param("+46 (0) 70 174 06 05", id="international with (0) and a space"),
        pytest.param("0046 70 174 06 05", id="international with 00"),
        pytest.param("46701740605", id="international without plus"),
        pytest.param("46 70-174 06 05", id="international without plus, parted"),
        pytest.param("46 (0)70-174 06 05", id="international without plus, with (0)"),
        pytest.param("46846500423", id="Stockholm without plus"),
        pytest.param("46980319200", id="four-digit area code without plus"),
        pytest.param("۰۷۰-۱۷۴ ۰۶ ۰۵", id="Persian digits"),
        pytest.param("08-465 004 23", id="Stockholm"),
        pytest.param("(08) 465 004 23", id="area code in brackets"),
        pytest.param("0980-319 200", id="four-digit area code"),
        pytest.param("08-465\u200b004\u200b23", id="zero-width"),
        pytest.param("070-174 06 05".translate(FULL_WIDTH), id="full-width digits"),
        pytest.param("ring 070-174 06 05 efter kl. 8", id="inside text"),
        pytest.param("tel:0701740605", id="after a colon"),
        pytest.param("070 - 174 06 05", id="spaced hyphen"),
        pytest.param("070 – 174 06 05", id="spaced en dash"),
        pytest.param("(070) - 174 06 05", id="area code in brackets and a spaced hyphen"),
        pytest.param("08 - 465 004 23", id="Stockholm, spaced hyphen"),
        pytest.param("+46 (0) 70 - 174 06 05", id="international with (0) and a spaced hyphen"),
        pytest.param("070-174   06 05", id="three spaces"),
        pytest.param("070&nbsp;174&nbsp;06&nbsp;05", id="no-break spaces as a web page writes them"),
        pytest.param("070%20174%2006%2005", id="in a link"),
        pytest.param("%2B46701740605", id="international, in a link"),
        pytest.param("070\\u00a0174\\u00a006\\u00a005", id="no-break spaces as JSON may write them"),
        pytest.param("Tel0701740605", id="after its word"),
        pytest.param("tel_0701740605", id="after an underscore"),
        pytest.param("mobil070-174 06 05", id="after another word"),
        pytest.param("TFN+46701740605", id="international, after its word"),
        pytest.param("tel46701740605", id="international without plus, after its word"),
        pytest.param("4.6701740605E10", id="as programs write a large number"),
        pytest.param("pass 08.00-16.00 ring 070-174 06 05", id="after times"),
        pytest.param("08.00-16.00 070-174 06 05", id="close to times"),
        pytest.param("2023-01-15;Trafikkontroll;070-174 06 05;1", id="in a row"),
        pytest.param("2023-01-15,Trafikkontroll,070-174 06 05,1", id="in a row of commas"),
        pytest.param("070_174_06_05", id="underscores"),
        pytest.param("samtal_2024-01-05_070-174_06_05.csv", id="in a file's name, with underscores for spaces"),
        pytest.param("+46_70_174_06_05", id="international, underscores"),
        pytest.param("070:1740605", id="colon"),
        pytest.param("070:174 06 05", id="colon and spaces"),
        pytest.param("ring070-1740605", id="after what to do"),
        pytest.param("Ring08-465 004 23", id="Stockholm, after what to do"),
        pytest.param("sms0701740605", id="after sms"),
        pytest.param("SMS070-174 06 05", id="after SMS"),
        pytest.param("nr0701740605", id="after nr"),
        pytest.param("telnr0701740605", id="after telnr"),
        pytest.param("mobilnummer070-174 06 05", id="after mobilnummer"),
        pytest.param("0980-31-92-00", id="hyphens like a date's"),
        pytest.param("0980-31-92 00", id="hyphens like a date's, and a space"),
        pytest.param("2024-08-46500423", id="after a year that makes it look like a month"),
        pytest.param("07.03.24 08:15 070-174 06 05", id="after a time of a short year"),
        pytest.param("07.03.24-08.04.24 08-465 004 23", id="after a span of short years"),
        pytest.param("07.03.24 08.46 50 04 23", id="after a short date, as if a time by a point began"),
        pytest.param("2024-03-07T08:15:01.123456+01:00 070-174 06 05", id="after an instant with a fraction"),
        pytest.param("10:15:08.465 004 23", id="as if a fraction began"),
        pytest.param("07.03.24 04.06-28-0407", id="in odd groups like a span and a zone"),
        pytest.param("id-070-1740605", id="after the hyphen of an id"),
        pytest.param("97d36a16-070-1740605-8e91", id="among groups as of a UUID"),
        pytest.param("97d36a16-0139-4511-8e91-419ea1ac79e1 070-174 06 05", id="after a UUID"),
        pytest.param("0701740605-97d36a16-0139-4511-8e91-419ea1ac79e1", id="joined to a UUID"),
        pytest.param("070-17406052-0139-4511-8e91-419ea1ac79e1", id="into what looks like a UUID"),
        pytest.param("97d36a16-0139-4511-8e91-070174060512-08-465 004 23", id="after what is no whole UUID"),
        pytest.param("2024-01-05 070-174 06 05", id="after a date"),
        pytest.param("3 070-174 06 05", id="after a count"),
        pytest.param("1 234 070-174 06 05", id="after thousands"),
        pytest.param("+46 701 740 605", id="international in threes"),
        pytest.param("0046 701 740 605", id="international with 00, in threes"),
    ],
)
def test_phone_numbers(text: str) -> None:
    assert find_personal_data(text) == PHONE


@pytest.mark.parametrize(
    "text",
    [
        "namn.namn@example.org",
        "skriv till namn@example.org.",
        "<namn@example.org>",
        "namn+tag@sub.example.org",
        "namn＠example.org",
        "na\u200bmn@exam\u00adple.org",
        "2023-01-15;namn@example.org;1",
        "namn @ example.org",
        "namn@ example.org",
        "mailto:namn%40example.org",
        "namn(at)example.org",
        "namn [AT] example.org",
        "namn (@) example.org",
        "namn (snabel-a) example.org",
        "namn&#64;example.org",
        "namn\\u0040example.org",
        "2023-01-15;namn @ example.org;1",
        "ansvarig: namn @ example.org",
        "mejla namn @ example.org",
        "skriv till namn.namn @ example.org i dag",
    ],
)
def test_e_mail_addresses(text: str) -> None:
    assert find_personal_data(text) == EMAIL


@pytest.mark.parametrize(
    "text",
    ["ABC123", "ABC 123", "abc123", "ABC12D", "ABC 12D", "bil ABC123 stoppad", "ＡＢＣ１２３",
     "AB\u200bC123", "2023-01-15;Trafikkontroll;ABC123;1", "regnr ABC-123", "Reg.nr: ABC-12D", "bil abc-123",
     "regnr\u00a0ABC-123", "regnr\u202fABC-123"],
)  # fmt: skip
def test_registration_plates(text: str) -> None:
    assert find_personal_data(text) == PLATE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("1", id="one"),
        pytest.param("1 234 567", id="a large count"),
        pytest.param("1\u00a0234", id="a count with a no-break space"),
        pytest.param("61,5", id="a share"),
        pytest.param("0,1234567", id="many decimals"),
        pytest.param("07%40%60%50%30%20%10", id="shares after each other"),
        pytest.param("https://example.org/Tr%C3%A5n%C3%A4s%20centrum?m=2024%2D01", id="a link"),
        pytest.param("Tran\\u00e5s &amp; Aneby, 70&nbsp;174", id="text with escapes"),
        pytest.param("2023-01-15", id="a date"),
        pytest.param("20230115", id="a compact date"),
        pytest.param("15/01/2023", id="a date by slashes"),
        pytest.param("05/03/2024", id="an early day by slashes"),
        pytest.param("15/01/2023 31/01/2023", id="two dates by slashes"),
        pytest.param("P-1,15/01/2023,Trafikkontroll,12,30", id="a row of commas with a date by slashes"),
        pytest.param("2024-02-01 08.30", id="a date and a time"),
        pytest.param("2024-02-01T08:30:00", id="an instant"),
        pytest.param("2023-01-01 2023-01-31", id="two dates"),
        pytest.param("2023-01-01–2023-01-31", id="a span of dates"),
        pytest.param("2023-01-01/2023-01-31", id="an interval of dates"),
        pytest.param("2023-01-01, 2023-01-31", id="dates in a list"),
        pytest.param("2023-01-01;2023-01-31;12;3", id="dates in a row"),
        pytest.param("08.00-16.00", id="times by points"),
        pytest.param("kl. 08.00–16.30, 2 timmar", id="times by an en dash"),
        pytest.param("kl 08.00 - 16.00", id="times by a spaced hyphen"),
        pytest.param("08:15-10:45", id="times by colons"),
        pytest.param("pass 0800-1600", id="times without points"),
        pytest.param("2024-03-04 0800-1600", id="a date and times"),
        pytest.param("0800-1600 2024-03-04", id="times and a date"),
        pytest.param("1.98112E+11", id="a large number that has lost its digits"),
        pytest.param("1.98112189876E+5", id="a measure with an exponent"),
        pytest.param("X0701740605", id="a code that begins with a letter"),
        pytest.param("rows_2024-01..2024-03_mottagen_2024-04-10.csv", id="a file of some months"),
        pytest.param("polis 2024-01-2024-03.csv", id="a file of some months, by a hyphen"),
        pytest.param("2024-01 2024-12", id="two months"),
        pytest.param("januari 2024", id="a month"),
        pytest.param("maj 2024", id="a short month"),
        pytest.param("2023-T1", id="a tertial"),
        pytest.param("Trafikkontroll, 3 timmar", id="text"),
        pytest.param("E4 vid Tranås, väg 131", id="roads"),
        pytest.param("mellan 30 och 120 besök, 12 per 100 invånare", id="counts after short words"),
        pytest.param("3 @ 5", id="a lone at sign"),
        pytest.param("811218-9875", id="wrong check digit"),
        pytest.param("811318-9876", id="no such month"),
        pytest.param("981121898761234567", id="a longer number"),
        pytest.param("0687", id="a municipality's code"),
        pytest.param("ABC-123", id="a code with a hyphen"),
        pytest.param("ärende ABC-123", id="a case by a code with a hyphen"),
        pytest.param("5000-K123456-24", id="a case of the police"),
        pytest.param("A123.456/2024", id="a case by police area"),
        pytest.param("KS 2024/46701", id="a case of a municipality"),
        pytest.param("46 123 456", id="an amount that begins with 46"),
        pytest.param("46 123 456 789", id="a large amount that begins with 46"),
        pytest.param("467017406051", id="a number longer than a telephone's"),
        pytest.param("0,46701740605", id="decimals like a telephone number"),
        pytest.param("0.8123456", id="a weight with many decimals"),
        pytest.param("P-1;0.812345678912;3", id="a weight in a row"),
        pytest.param("58.0371 14.9751", id="coordinates"),
        pytest.param("POINT(14.0751 58.0371)", id="a point"),
        pytest.param("58.03712345,14.97512345", id="coordinates with many decimals"),
        pytest.param("58,03712345", id="one of them by a comma"),
        pytest.param("05-01-2024", id="a date by hyphens, the day first"),
        pytest.param("05.01.2024 06.01.2024", id="dates by points"),
        pytest.param("03/13/2024", id="a date, the month first"),
        pytest.param("03-14-2024", id="a date by hyphens, the month first"),
        pytest.param("03.14.2024", id="a date by points, the month first"),
        pytest.param("03/14/2024 10:30", id="a date, the month first, and a time"),
        pytest.param("03/14/2024;Kontroll;2", id="a row with the month first"),
        pytest.param("07.03.24 08:15", id="a date of a short year by points and a time"),
        pytest.param("den 07.03.24 08:15 vid torget", id="within a text"),
        pytest.param("07/03/24 08:15:30", id="by slashes, and seconds"),
        pytest.param("07-03-24 8:15", id="by hyphens, and an early hour"),
        pytest.param("03/14/24 10:30", id="the month first"),
        pytest.param("03/14/24 10:30 AM", id="the month first, and before noon"),
        pytest.param("07/03-24 08:15", id="by a slash and a hyphen"),
        pytest.param("24-03-07 08:15:30 +0100", id="the short year first, and a zone"),
        pytest.param("07.03.24 08:15-09:30", id="a short date and times"),
        pytest.param("07.03.24 08:15;2", id="a short date and a time, in a row"),
        pytest.param("P-1|07-03-24 08.15|2", id="a time by a point, in a row"),
        pytest.param("07-03-24 08.15", id="a time by a point, alone in its cell"),
        pytest.param("07-03-24 08.15.30", id="seconds by points"),
        pytest.param("07.03.24 0815", id="a time without a mark, alone in its cell"),
        pytest.param("07.03.24 08.15-09.30", id="times by points, alone in their cell"),
        pytest.param("1/7/2024 08.15-09.30", id="times after a date without noughts"),
        pytest.param("2024/12/09 08.15.30", id="a date by slashes, the year first, and seconds"),
        pytest.param("070324 08:15", id="a compact date and a time, alone in its cell"),
        pytest.param("07.03.24-08.04.24", id="a span of short dates"),
        pytest.param("07-03-24 - 08-04-24", id="a span of short dates by hyphens"),
        pytest.param("2024-03-07T08:15:01.989425", id="an instant with a fraction"),
        pytest.param("2024-03-07T08:15:01.989425+01:00", id="an instant with a fraction and a zone"),
        pytest.param("2024-03-07 08:15:01.9894251 +0100", id="a fraction of seven digits and a zone"),
        pytest.param("97d36a16-0139-4511-8e91-419ea1ac79e1", id="a UUID with groups as of a phone"),
        pytest.param("04848272-B225-4E2F-9E8A-FD562144698B", id="a UUID that begins as a phone does"),
        pytest.param("Z_02659636_D28A_482D_B8EF_5E20C5136D5D_.wvu.FilterData", id="a UUID as Excel calls a view"),
        pytest.param("97d36a16-0139-4511-8e91-4190740605e1", id="a UUID that ends as a number with an exponent"),
        pytest.param("7.5e11 kr, 1000000e3", id="amounts with an exponent"),
        pytest.param("{A3E69033-0917-4000-8364-744086D892FA}", id="a UUID in braces"),
        pytest.param("urn:uuid:890727d1-0277-4396-adf4-00aef82a501f", id="a UUID as a name"),
        pytest.param("53950375-4773-4661-824f-ca87ec1de1fa", id="a UUID with a number of a person's check digit"),
        pytest.param("bilaga_97d36a16-0139-4511-8e91-419ea1ac79e1.pdf", id="a UUID in a file's name"),
        pytest.param("0531930314b9cf4beb67929c4464a807", id="a UUID without hyphens"),
        pytest.param("032891073ba0bb3e2a7868e09ecbd447f3407145", id="a digest"),
        pytest.param("0204-03-04", id="a date whose year is mistyped"),
        pytest.param("0024-03-04", id="a date whose year has lost its century"),
        pytest.param("2024/01234567", id="a long number in a register"),
        pytest.param("01-07 08-14", id="two spans"),
        pytest.param("0 - 1 000 000", id="a range that begins with nought"),
        pytest.param("10 050 000 000", id="thousands with noughts"),
        pytest.param("bilen var 100 m bort", id="a word and a count after a car"),
        # Where the digits begin with a day, they have the check digit of a number of a person.
        pytest.param("2024-01-15T0830", id="an instant without colons"),
        pytest.param("20240115T0830", id="a compact instant"),
        pytest.param("20240115T0830+0100", id="a compact instant and its zone"),
        pytest.param("20240115T083015", id="a compact instant with seconds"),
        pytest.param("20240115T2406", id="past midnight"),
        pytest.param("2024-01-15 08:30", id="a date and a time by a colon"),
        pytest.param("240115:0830", id="a compact date and a time"),
        pytest.param("240115(0830)", id="a compact date and a time in brackets"),
        pytest.param("240115:0830-1600", id="a compact date and times"),
        pytest.param("811218:1", id="a part of a number"),
        pytest.param("240115(1).csv", id="a file saved once more"),
        pytest.param("2024-01-15: 2653 besök", id="a date and a count"),
        pytest.param("2024-01-15:2653", id="a date and a count by a colon"),
        pytest.param("motion 2011/12:1205", id="a motion of parliament"),
        pytest.param("120518 (9879)", id="a count and last year's"),
        pytest.param("(120518) 9879", id="last year's count and this year's"),
        pytest.param("811218,9876", id="a decimal number"),
        pytest.param("240115, 45 68", id="a compact date and counts"),
        pytest.param("240115 98 72", id="a compact date and two counts"),
        pytest.param("240115-17 13 besök", id="days and a count"),
        pytest.param("20240115-31 23", id="days with the century and a count"),
        pytest.param("2024-01-15-17 13 besök", id="days by hyphens and a count"),
        pytest.param("nr 0701", id="a short number"),
        pytest.param("nr0701", id="a short number after its word"),
        pytest.param("dnr0701740605", id="a diary number"),
        pytest.param("löpnr0701740605", id="a serial number"),
        pytest.param("nr0123456789", id="a number that is no mobile's, after its word"),
        pytest.param("Parkering0701740605", id="a code after a word that ends like what to do"),
        pytest.param("0-5,6-9", id="ages"),
        pytest.param("2024_01_02", id="a date by underscores"),
        pytest.param("2024_01_02_2024_01_31", id="a span of dates by underscores"),
        pytest.param("2024-01-01_2024-01-31", id="dates and an underscore"),
        pytest.param("kontroller_2024_01_02_08_30.csv", id="a file's name with a date and a time"),
        pytest.param("kontroller_01_2024_05_2024.csv", id="a file's name with months"),
        pytest.param("P_01_000123", id="an id by underscores"),
        pytest.param("2024_073_0000123", id="an id with its year and unit"),
        pytest.param("072_2024_011", id="a unit, a year and a number"),
        pytest.param("08:46:50", id="a time with seconds"),
        pytest.param("08:15 46:50", id="times"),
        pytest.param("070:1 740 605", id="a code and thousands"),
        pytest.param("07:30-07:45", id="times within an hour"),
        pytest.param("3 @ 5.50", id="a count at a price"),
        pytest.param("träff @ torget. Sedan fika", id="at a place"),
        pytest.param("träff @ torget.Sedan fika", id="at a place, and no space after"),
        pytest.param("möte @ t.ex. torget", id="at a place, abbreviated"),
        pytest.param("möte @ kl. 14.30", id="at a time"),
        pytest.param("läs mer @ example.org", id="at a web site"),
        pytest.param("kontroll (at) torget", id="a word in brackets"),
        pytest.param("följ oss: polisen @polisen.ort", id="an account"),
        pytest.param("P-0000001;20240115T0830;Tranås;Norra;kontroll;3;18-24;anteckning", id="a row with an instant"),
        pytest.param("P-2023-01-01;2023-01-15;Trafikkontroll;Tranås centrum;1;PÅHITTAD", id="an export row"),
        pytest.param("P-2023-01-01,2023-01-15,Trafikkontroll,Tranås centrum,1,PÅHITTAD", id="a row of commas"),
        pytest.param("P-2023-01-01\t2023-01-15\tTrafikkontroll\t1", id="a row of tabs"),
        pytest.param("P-2023-01-01|2023-01-15|Trafikkontroll|1", id="a row of bars"),
        pytest.param("Omhändertagna enligt LOB;12;exakt;PÅHITTAD", id="a row of totals"),
        pytest.param("survey-2023;Trygg utomhus sent;Tranås;2023-09-15;61,5;412;48,2;PÅHITTAD", id="a survey row"),
        pytest.param("PAHITTAD_polis_2023-01_mottagen_2023-02-10.csv", id="a file name"),
    ],
)
def test_what_is_no_personal_data(text: str) -> None:
    assert find_personal_data(text) is None


FOUR_TOGETHER = ("{day}:{last}", "{day}T{last}", "({day}){last}", "({day})-{last}", "{day}({last})", "({day})({last})")
JOINTS = st.sampled_from(["{day}-{last}", "{day}-{first} {second}", *FOUR_TOGETHER])
DAYS = st.builds(date.strftime, st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%y%m%d", "%Y%m%d"]))


@settings(max_examples=1000, deadline=None)
@given(DAYS, st.integers(0, 999).map("{:03}".format), st.booleans(), JOINTS)
@example("240115", "083", True, "{day}:{last}")
def test_a_compact_day_and_four_digits_are_a_number_of_a_person_but_for_times_and_spans_of_days(
    day: str, serial: str, has_check_digit: bool, joint: str
) -> None:
    check_digit = next(digit for digit in "0123456789" if check_sum(day[-6:] + serial + digit) % 10 == 0)
    last = serial + (check_digit if has_check_digit else str((int(check_digit) + 1) % 10))
    first, second = last[:2], last[2:]
    is_time = joint in FOUR_TOGETHER and int(first) <= 24 and int(second) <= 59
    is_span = "{first}" in joint and int(first) <= 31
    found = find_personal_data(joint.format(day=day, last=last, first=first, second=second))
    assert (found == PERSON) == (has_check_digit and not is_time and not is_span)


def check_sum(digits: str) -> int:
    """Sum the digits of each digit times 2 or 1, in turn."""
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(digits))


@pytest.mark.parametrize("text", BROKEN)
def test_p6_a_line_break_within_a_cell_does_not_hide_it(text: str) -> None:
    assert find_in_cell(text) is not None
    assert find_in_cell(f"vid torget\n {text}\r\nTranås") is not None
    assert find_in_cell(text.replace("\n", "\x00")) is not None
    find = CellFinder()
    assert find(text) == find(text) == find_in_cell(text)


@pytest.mark.parametrize(
    "text", ["kl. 8\n30 min", "2024-03-04\n12", "Trafikkontroll\r\nTranås", "12\n1219", "\n" * 50_000]
)
def test_a_line_break_makes_no_number(text: str) -> None:
    assert find_in_cell(text) is None


INSTANTS = st.builds(
    datetime.strftime,
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 as exports write them, without a zone
    st.sampled_from(["%Y%m%dT%H%M", "%y%m%d:%H%M", "%Y-%m-%dT%H%M%S", "%Y_%m_%d_%H_%M", "%Y-%m-%d_%Y-%m-%d"]),
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31))  # noqa: DTZ001 as exports write them
TIMESTAMP_FORMS = (
    "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H.%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f+02:00", "%d.%m.%y %H:%M:%S +0200", "%Y/%m/%d %H:%M", "%Y/%m/%d %H.%M.%S",
    "%Y%m%d %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H.%M", "%d-%m-%Y %H.%M.%S", "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%y %H:%M", "%d.%m.%y %H.%M", "%d.%m.%y kl. %H.%M", "%d/%m/%y %H:%M:%S", "%d/%m-%y %H.%M", "%d-%m-%y %H.%M",
    "%d-%m-%y %H:%M:%S", "%m/%d/%y %H:%M", "%m/%d/%y %I:%M %p", "%y-%m-%d %H:%M", "%y%m%d %H:%M",
)  # fmt: skip


@pytest.mark.parametrize("form", TIMESTAMP_FORMS)
@settings(max_examples=100, deadline=None)
@given(moment=MOMENTS)
def test_a_day_and_a_time_are_no_telephone_number(form: str, moment: datetime) -> None:
    text = moment.strftime(form)
    assert find_in_cell(text) is None
    assert find_in_cell(f"P-1;{text};Tranås;2") is None


@settings(max_examples=1000, deadline=None)
@given(st.uuids(), st.sampled_from(["{}", "{{{}}}", "urn:uuid:{}", "P-1;{};2", "bilaga_{}.pdf"]))
def test_no_uuid_is_a_number_of_anyone(uuid: UUID, around: str) -> None:
    assert find_in_cell(around.format(uuid)) is None
    assert find_in_cell(around.format(str(uuid).upper())) is None
    assert find_in_cell(around.format(uuid.hex)) is None


PHONES = st.sampled_from([
    "070-174 06 05", "0701740605", "070 174 06 05", "070.174.06.05", "070/174 06 05", "070-17 40 605",
    "070 - 174 06 05", "+46701740605", "+46 (0)70-174 06 05", "0046 70 174 06 05", "46701740605", "08-465 004 23",
    "(08) 465 004 23", "08-46 50 04 23", "08.46.50.04.23", "08-46-50-04-23", "0980-319 200", "0980-31-92-00",
    "040-628 04 07", "04-06-28-04-07",
])  # fmt: skip
BESIDE = ("{phone} {other}", "{other} {phone}", "{other};{phone}", "{phone};{other}", "{other}, {phone}", "id-{phone}")


@settings(max_examples=2000, deadline=None)
@given(PHONES, st.sampled_from(BESIDE), st.builds(datetime.strftime, MOMENTS, st.sampled_from(TIMESTAMP_FORMS)))
def test_a_time_beside_it_does_not_hide_a_telephone_number(phone: str, beside: str, other: str) -> None:
    assert find_in_cell(beside.format(phone=phone, other=other)) is not None


@settings(max_examples=1000, deadline=None)
@given(PHONES, st.sampled_from([*BESIDE, "{other}-{phone}", "{phone}-{other}"]), st.uuids().map(str))
def test_nor_does_a_uuid(phone: str, beside: str, other: str) -> None:
    assert find_in_cell(beside.format(phone=phone, other=other)) is not None


ROW_TEXTS = st.sampled_from(["Trafikkontroll", "Tranås centrum", "Riktad narkotikainsats", "PÅHITTAD", "exakt"])
DATES = st.builds(
    date.strftime,
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"]),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(ROW_TEXTS | DATES | INSTANTS | st.integers(0, 9999).map(str), min_size=1, max_size=7),
    st.sampled_from(";\t|"),
)
def test_rows_of_dates_counts_and_agreed_texts_pass(cells: list[str], delimiter: str) -> None:
    assert find_personal_data(delimiter.join(cells)) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert find_personal_data(text) in {None, PERSON, PHONE, EMAIL, PLATE}


@settings(max_examples=100, deadline=None)
@given(
    st.text("abcå ;:", max_size=8), st.sampled_from(["198112189876", "namn@example.org"]), st.text(" ;:", max_size=8)
)
def test_what_stands_around_does_not_hide_it(before: str, planted: str, after: str) -> None:
    assert find_personal_data(before + planted + after) is not None


DIGITS = st.sampled_from(
    [
        "2024-01-05",
        "05/01/2024",
        "2024",
        "240105",
        "20240105",
        "2024-01",
        "2024/1234",
        "10-12",
        "14.30",
        "08:30",
        "12",
        "573 82",
        "1 234",
        "0",
        "5,5",
        "kl",
        "dnr",
        "A123.456/2024",
    ]
)


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(DIGITS, max_size=3),
    st.sampled_from([" ", ", ", ": ", " - "]),
    st.sampled_from([number for number in PLANTED if not number[0].isalpha()]),
    st.lists(DIGITS, max_size=2),
)
def test_digits_around_do_not_hide_it(before: list[str], apart: str, planted: str, after: list[str]) -> None:
    text = " ".join(before) + apart + planted + "".join(f", {digits}" for digits in after)
    assert find_in_cell(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a" * 40_000,
        "a1;" * 13_000,
        "0 " * 20_000,
        "1-" * 20_000,
        "@." * 20_000,
        "07.03.24 " * 5_000,
        "07-03-24-" * 5_000,
        "08:15:01.9" * 4_000,
        "0a1b2c3d-" * 5_000,
    ],
)
def test_a_long_line_is_looked_at_in_time_that_grows_with_its_length(text: str) -> None:
    begun = time.perf_counter()
    find_personal_data(text)
    assert time.perf_counter() - begun < 1
