"""The quality declaration: what each indicator's numbers are worth, in data and on the page, and nothing of persons."""

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from methods.status import Comparison
from schemas.agreement_file import read_agreement
from schemas.errors import InvalidAgreementError
from tests.house import House
from tests.test_agreement_file import TEXT, only_problem, written

EARLIER = (
    '\n[[activities.indicators.earlier_years]]\nyear = {year}\nmonths = {months}\nsource_url = "https://example.org/"\n'
)
UNMEASURED = (
    '[[activities]]\nid = "square"\npromises = []\nowner = "police"\ncounted_by = "self_reported"\n'
    'label_sv = "Synas på torget"\nlabel_en = "Be seen"\ntext_sv = "not_transcribed"\ntext_en = "not_transcribed"\n'
    'sources = ["rows"]\n\n'
)
MILESTONE = (
    '[[activities.targets]]\nid = "begun"\nindicator = "made"\ncomparison = "milestone"\ndue_on = 2024-06-30\n'
    'wording_sv = "ha börjat"\nperiod_wording = "agreement"\n'
    '[[activities.targets.readings]]\nid = "begun"\nlabel_sv = "under hela avtalstiden"\nperiod = "agreement"\n'
    "is_rated = true\n\n"
)
DEFINITION = 'definition_sv = "Vad som räknas som en kontroll är inte beskrivet."\n'


def declared(house: House, agreement_id: str) -> dict[str, dict[str, str]]:
    """Return the declarations of an agreement by id."""
    return {row["quality_id"]: row for row in house.rows(agreement_id, "quality")}


def test_every_indicator_and_outcome_is_declared(bundled: House) -> None:
    agreement = read_agreement(bundled.agreements / "tranas-1").agreement
    indicators = [f"{a.id}/{i.id}" for a in agreement.activities for i in a.indicators]
    assert sorted(declared(bundled, "tranas-1")) == sorted([*indicators, *(o.id for o in agreement.outcomes)])


def test_a_declaration_agrees_with_the_other_tables(bundled: House) -> None:
    row = declared(bundled, "tranas-1")["traffic-controls/controls"]
    whole = bundled.figure("tranas-1/traffic-controls/controls/-/-/all")
    for key in ("deliveries_due", "deliveries_received", "covered_until_on", "is_example", "unit", "is_comparable"):
        assert row[key] == whole[key], key
    late = [r for r in bundled.rows("tranas-1", "deliveries") if r["source_id"] == "police-activities"]
    assert row["late_deliveries_count"] == str(sum(r["state"] == "late" for r in late))
    assert row["corrected_deliveries_count"] == str(sum(r["state"] == "corrected" for r in late))
    assert (row["measured_by"], row["finality"]) == ("counted_from_rows", "not_stated")
    outcomes = read_agreement(bundled.agreements / "tranas-1").agreement.outcomes
    assert {declared(bundled, "tranas-1")[outcome.id]["measured_by"] for outcome in outcomes} == {"survey"}


def test_a_delivery_that_is_not_due_yet_is_expected_but_not_listed_as_missing(house: House) -> None:
    """What is for March is due on 15 April: its month is over, and it need not have come."""
    house.take_case("two-readings")
    for month in ("2024-02", "2024-03"):
        for path in (house.agreements / "two-readings/deliveries/rows").glob(f"PAHITTAD_{month}_*"):
            path.unlink()
    assert house.run(month="2024-03", at=date(2024, 4, 5))["two-readings"].problems == []
    row = declared(house, "two-readings")["controls/made"]
    assert (row["deliveries_due"], row["deliveries_received"]) == ("3", "1")
    listed = [(r["month"], r["state"]) for r in house.rows("two-readings", "deliveries")]
    assert listed == [("2024-01", "delivered"), ("2024-02", "missing")]


def test_nothing_is_told_of_how_many_rows_about_persons_there_are(bundled: House) -> None:
    persons = {f"{a.id}/{i.id}" for a in read_agreement(bundled.agreements / "tranas-1").agreement.activities
               for i in a.indicators if i.disclosure_unit != "occasion"}  # fmt: skip
    rows = declared(bundled, "tranas-1")
    assert persons
    assert {rows[name]["set_aside_share"] for name in persons} == {""}
    assert {rows[name]["covered_until_on"] for name in persons} == {""}


@pytest.mark.parametrize(
    ("bad_rows", "share", "is_read_in_full", "said"),
    [
        (0, "0", "true", "Inga."),
        (1, "0.0006", "false", "0,06 %. De är inte medräknade."),
        (500, "0.2015", "false", "20,15 %. De är inte medräknade."),
    ],
)
def test_rows_that_were_set_aside_are_never_rounded_away(
    house: House, bad_rows: int, share: str, is_read_in_full: str, said: str
) -> None:
    house.take_case("two-readings")
    house.edit("two-readings", "set_aside_share_max = 0", "set_aside_share_max = 0.5")
    rows = ["PÅHITTAD;2024-03-15;Kontroll;1"] * 1980 + ["PÅHITTAD;2024-03-15;Kontroll;-1"] * bad_rows
    house.deliver("two-readings", "rows", "PAHITTAD_2024-03_mottagen_2024-04-10.csv",
                  "\n".join(["märkning;datum;typ;antal", *rows, ""]))  # fmt: skip
    assert house.run()["two-readings"].problems == []
    (row,) = declared(house, "two-readings").values()
    assert (row["set_aside_share"], row["is_read_in_full"]) == (share, is_read_in_full)
    assert said in (house.public / "two-readings/latest/index.html").read_text("utf-8")


def test_rows_set_aside_of_what_has_been_replaced_are_told_no_more(house: House) -> None:
    name, header = "year-to-date-rows", "datum;typ;antal;märkning\n"
    house.take_case(name, has_deliveries=False)
    house.edit(name, "set_aside_share_max = 0", "set_aside_share_max = 0.5")
    good, bad = "2024-02-05;Kontroll;1;PÅHITTAD\n", "2024-02-06;Kontroll;x;PÅHITTAD\n"
    march = "2024-03-05;Kontroll;1;PÅHITTAD\n"
    told = []
    for month, received_on, rows in (
        ("2024-02", date(2024, 3, 10), good + bad),
        ("2024-03", date(2024, 4, 10), good + good + march),
        ("2024-04", date(2024, 5, 10), good + good + march + bad),
    ):
        house.deliver(name, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.csv", header + rows)
        assert house.run(name, at=received_on)[name].problems == []
        (row,) = declared(house, name).values()
        told.append((row["set_aside_share"], row["is_read_in_full"]))
    assert told == [("0.5", "false"), ("0", "true"), ("0.25", "false")]


def test_that_rows_were_set_aside_is_told_of_what_is_about_persons_too(house: House) -> None:
    house.take("tranas-1")
    house.deliver("tranas-1", "municipality-activities", "PAHITTAD_kommun_2024-05_mottagen_2025-01-09.csv",
                  "id;datum;typ;antal;markering\nA;2024-05-04;Informationsinsats;1;PÅHITTAD\n"
                  "B;2024-05-05;Krogrond;1;PÅHITTAD\n")  # fmt: skip
    assert house.run()["tranas-1"].problems == []
    rows = declared(house, "tranas-1")
    in_full = {name: row["is_read_in_full"] for name, row in rows.items() if row["set_aside_share"] == ""}
    assert in_full["supply-prevention/efforts"] == "false"
    assert in_full["intoxication-and-police-act/detentions"] == "true"
    page = (house.public / "tranas-1/latest/index.html").read_text("utf-8")
    assert "Det finns sådana; hur många visas inte, för att skydda enskilda. De är inte medräknade." in page


def test_nothing_is_said_of_rows_where_nothing_has_come(house: House) -> None:
    house.take_case("two-readings", has_deliveries=False)
    with_nothing = house.run(at=date(2024, 5, 1))["two-readings"]
    assert with_nothing.problems == []
    assert {row["is_read_in_full"] for row in declared(house, "two-readings").values()} == {""}
    assert "Rader som inte gick att läsa" not in (house.public / "two-readings/latest/index.html").read_text("utf-8")


def test_what_the_provider_calls_preliminary_is_published_as_that(house: House) -> None:
    house.take("grastorp-1")
    house.edit("grastorp-1", 'cadence = "year"\n', 'cadence = "year"\nfinality = "preliminary"\n')
    house.edit("grastorp-1", "[[activities.indicators]]\n", "[[activities.indicators]]\nknown_faults_sv = "
               '["PÅHITTAT: två källor räknar olika."]\n')  # fmt: skip
    house.run()
    figure = house.figure("grastorp-1/traffic-controls/controls/-/-/2021")
    assert figure["value_status"] == "preliminary"
    assert figure["status_reason_sv"].endswith("Den som lämnar uppgifterna kallar dem preliminära.")
    row = declared(house, "grastorp-1")["traffic-controls/controls"]
    assert (row["finality"], row["known_faults_sv"]) == ("preliminary", "PÅHITTAT: två källor räknar olika.")
    page = (house.public / "grastorp-1/latest/index.html").read_text("utf-8")
    assert "Hur säkra är uppgifterna?" in page
    assert "PÅHITTAT: två källor räknar olika." in page


def test_a_release_keeps_the_method_that_it_was_made_by(bundled: House) -> None:
    folder = bundled.public / "tranas-1" / "latest"
    page = (folder / "metod.html").read_text("utf-8")
    assert (folder / "index.html").read_text("utf-8").count('href="metod.html"') == 1
    assert folder.resolve().name in page


def test_the_method_says_by_what_each_comparison_is_decided(bundled: House) -> None:
    share = "”Minst” eller ”högst” en andel av ett antal: andelen kan både öka och minska, så inget avgörs förrän"
    said = {
        "none": "Finns inget målantal redovisas utfallet utan betyg.",
        "at_least": "”Minst”: nått så snart den undre gränsen når målet",
        "at_most": "”Högst”: inte nått så snart den undre gränsen är över målet.",
        "exactly": "”Exakt”: inte nått så snart den undre gränsen är över målet.",
        "increase": "”Fler än” ett tal från förut: nått så snart den undre gränsen är över talet.",
        "decrease": "”Färre än” ett tal från förut: inte nått så snart den undre gränsen når talet.",
        "share_at_least": share,
        "share_at_most": share,
        "rhythm": "inget kan ha skett i den, också medan perioden pågår",
    }
    assert set(said) == set(get_args(Comparison))
    page = (bundled.public / "tranas-1/latest/metod.html").read_text("utf-8")
    rules = page[page.index('id="besked"') : page.index('id="takt"')]
    items = re.findall(r"<li>(.+)</li>", rules)
    for words in (*said.values(), "”Klart senast” en dag", "”En ökning” eller ”en minskning” i trygghetsmätningen"):
        assert sum(words in item for item in items) == 1, words


def test_who_counts_is_said_as_agreed_where_nothing_has_come(bundled: House) -> None:
    page = (bundled.public / "vetlanda-1/latest/index.html").read_text("utf-8")
    assert "har kommit" in page
    assert page.count("<dt>Vem räknar?</dt><dd>Den ansvariga räknar själv.</dd>") == 3
    assert page.count("<dt>Hur det mäts</dt><dd>Den ansvariga räknar själv. Uppgifterna lämnas av Polisen.</dd>") == 3
    assert {row["counted_by_sv"] for row in bundled.rows("vetlanda-1", "overview")} == {"Den ansvariga räknar själv"}
    counted = (bundled.public / "tranas-1/latest/index.html").read_text("utf-8")
    assert "<dt>Vem räknar?</dt><dd>Vi räknar raderna i den ansvarigas uttag.</dd>" in counted


def test_nobody_is_said_to_count_where_there_is_nothing_to_count_or_no_source(house: House) -> None:
    house.take_case("milestones")
    assert house.run(at=date(2024, 11, 15))["milestones"].problems == []
    assert {row["counted_by_sv"] for row in house.rows("milestones", "overview")} == {""}
    assert {row["measured_by"] for row in house.rows("milestones", "quality")} == {""}
    page = (house.public / "milestones/latest/index.html").read_text("utf-8")
    assert "Ingen källa är angiven." in page
    assert "Vem räknar?" not in page
    assert "Hur det mäts" not in page


def test_nobody_is_said_to_count_what_has_no_measure_or_is_a_milestone(house: House) -> None:
    house.take_case("two-readings")
    house.edit("two-readings", "[[activities]]\n", UNMEASURED + "[[activities]]\n")
    house.edit("two-readings", "[[activities.targets]]\n", MILESTONE + "[[activities.targets]]\n")
    assert house.run()["two-readings"].problems == []
    rows = house.rows("two-readings", "overview")
    said = {(row["activity_label_sv"], row["target_sv"]): row["counted_by_sv"] for row in rows}
    rows_are_counted = "Vi räknar raderna i den ansvarigas uttag"
    assert said == {
        ("Synas på torget", ""): "",
        ("Kontroller", "klart senast 2024-06-30"): "",
        ("Kontroller", "minst 30"): rows_are_counted,
    }
    page = (house.public / "two-readings/latest/index.html").read_text("utf-8")
    assert page.count("Vem räknar?") == page.count(f"<dt>Vem räknar?</dt><dd>{rows_are_counted}.</dd>") == 1


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("outlook = { season = true }\n", "two earlier years or more tell a season"),
        ("outlook = { prior_years = 0.5 }\n", "no count in earlier_years"),
        ("outlook = { prior_years = 0.5 }\n" + EARLIER.format(year=2022, months=[0] * 12), "no count in earlier_years"),
        (EARLIER.format(year=2023, months=[1] * 12), "ended before the agreement started"),
        (EARLIER.format(year=2022, months=[1] * 12) * 2, "a year is given twice"),
        (EARLIER.format(year=2022, months=[1] * 11), "at least 12 items"),
        (EARLIER.format(year=2022, months=[1] * 11 + [-1]), "greater than or equal to 0"),
        ("outlook = { prior_years = 1.5 }\n", "less than or equal to 1"),
        ("outlook = { seasons = true }\n", "nearest known key is 'season'"),
    ],
)
def test_what_earlier_years_cannot_tell_is_refused(tmp_path: Path, keys: str, said: str) -> None:
    assert said in only_problem(tmp_path, TEXT.replace(DEFINITION, DEFINITION + keys, 1))[1]


def test_an_invented_year_is_never_put_beside_a_real_source(tmp_path: Path) -> None:
    year = EARLIER.format(year=2022, months=[1] * 12) + "is_invented = true\n"
    text = TEXT.replace(DEFINITION, DEFINITION + year, 1)
    assert read_agreement(written(tmp_path, text)).agreement.activities[0].indicators[0].earlier_years
    with pytest.raises(InvalidAgreementError, match="never put together"):
        read_agreement(written(tmp_path, text.replace("is_example = true", "is_example = false", 1)))


def test_a_target_that_is_kept_on_preliminary_numbers_says_so_before_the_period_is_over(house: House) -> None:
    house.take_case("two-readings")
    house.edit("two-readings", 'cadence = "month"\n', 'cadence = "month"\nfinality = "preliminary"\n')
    house.run(at=date(2024, 12, 10))
    rows = [row for row in house.rows("two-readings", "promise_progress") if row["value_status"] == "partial"]
    assert {row["status_reason_sv"].endswith("kallar dem preliminära.") for row in rows if row["status"]} == {True}


def test_a_delivery_that_came_late_is_late_also_when_it_is_for_several_months_or_corrected(house: House) -> None:
    """January and February are due in February and March; both come in April, and January once more."""
    house.take_case("two-readings", has_deliveries=False)
    house.edit("two-readings", "PAHITTAD_{month}_mottagen", "PAHITTAD_{from}_{to}_mottagen")
    for first, last, received_on in (
        ("2024-01", "2024-02", "2024-04-10"),
        ("2024-03", "2024-03", "2024-04-10"),
        ("2024-01", "2024-02", "2024-04-20"),
    ):
        text = (
            f"datum;typ;antal;märkning\n{first}-05;Kontroll;1;PÅHITTAD\n{last}-06;Kontroll;{received_on[-2]};PÅHITTAD\n"
        )
        house.deliver("two-readings", "rows", f"PAHITTAD_{first}_{last}_mottagen_{received_on}.csv", text)
    assert house.run(at=date(2024, 5, 1))["two-readings"].problems == []
    found = {row["delivery_id"]: (row["due_on"], row["state"]) for row in house.rows("two-readings", "deliveries")}
    assert found["rows/2024-02/1"] == ("2024-02-15", "late")
    assert found["rows/2024-02/2"] == ("2024-03-15", "corrected")
    assert found["rows/2024-03/1"] == ("2024-04-15", "delivered")
    assert declared(house, "two-readings")["controls/made"]["late_deliveries_count"] == "1"
