"""Later decisions about an agreement: what was first agreed is still rated, and what cannot be followed is refused."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.periods import Term, calendar_periods
from methods.terms import calendar_periods_of, due_of, early_end, periods_of
from schemas.agreement import Agreement
from schemas.agreement_file import read_agreement
from schemas.amendment import Amendment
from schemas.errors import InvalidAgreementError
from tests.house import House
from tests.test_agreement_file import TEXT, line_with, only_problem, written

HARD = Path(__file__).parent / "agreements"
EXTENDED_BY = st.lists(st.integers(20, 900), min_size=2, max_size=4)
CAME, NEW = "Målet kom med ett beslut som gäller från", "Ett nytt mål kom med ett beslut som gäller från"
DECISION = 'text_sv = "PÅHITTAT beslut."\ndecision_url = "https://example.org/beslut"\n'


def amendment(*lines: str, name: str = "later") -> str:
    """Write an amendment as a person does."""
    return f'\n[[amendments]]\nid = "{name}"\n' + "".join(f"{line}\n" for line in lines) + DECISION


def target(*lines: str) -> str:
    """Write another target of the first activity."""
    return (
        '[[activities.targets]]\nid = "twenty-a-year"\nindicator = "controls"\ncomparison = "at_least"\nvalue = 20\n'
        'wording_sv = "minst 20"\nperiod_wording = "per_year"\n'
        + "".join(f"{line}\n" for line in lines)
        + '[[activities.targets.readings]]\nid = "revised"\nlabel_sv = "per kalenderår"\nperiod = "calendar_year"\n'
        "is_rated = true\n\n"
    )


def with_target(text: str, *lines: str) -> str:
    """Put another target after the first activity's own."""
    mark = '[[activities]]\nid = "pub-inspections"'
    return text.replace(mark, target(*lines) + mark, 1)


EXTENDED = ('kind = "extended"', "effective_on = 2024-11-01", "ends_on = 2025-06-30")
REVISED = ('kind = "revised"', "effective_on = 2024-01-01", 'rates = "original"')
NOT_FOLLOWED = {
    "an extension without its end": (
        TEXT + amendment('kind = "extended"', "effective_on = 2024-11-01"), "says ends_on", 'kind = "extended"',
    ),
    "an extension that is none": (
        TEXT + amendment('kind = "extended"', "effective_on = 2024-11-01", "ends_on = 2024-12-31"),
        "ends later than", "ends_on = 2024-12-31\ntext",
    ),
    "an end that is no extension's": (
        TEXT + amendment('kind = "terminated"', "effective_on = 2024-06-01", "ends_on = 2025-06-30"),
        "belongs to an amendment of kind 'extended'", "ends_on = 2025-06-30",
    ),
    "an extension of what has ended": (
        TEXT + amendment('kind = "extended"', "effective_on = 2025-01-02", "ends_on = 2025-06-30"),
        "has ended by then, on 2024-12-31", "effective_on",
    ),
    "a second extension of what has ended": (
        TEXT
        + amendment(*EXTENDED, name="first")
        + amendment('kind = "extended"', "effective_on = 2025-07-02", "ends_on = 2025-12-31"),
        "has ended by then, on 2025-06-30", "effective_on = 2025-07-02",
    ),
    "terminated after its end": (
        TEXT + amendment('kind = "terminated"', "effective_on = 2025-06-01"), "ends by itself", "effective_on",
    ),
    "before the start": (
        TEXT + amendment('kind = "terminated"', "effective_on = 2023-01-01"), "comes after that", "effective_on",
    ),
    "something after the end": (
        TEXT
        + amendment('kind = "terminated"', "effective_on = 2024-06-01", name="end")
        + amendment(*EXTENDED),
        "nothing can follow", 'kind = "extended"',
    ),
    "replaced by what is not there": (
        TEXT + amendment('kind = "replaced"', "effective_on = 2024-06-01", 'replaced_by = "tranas-2"'),
        "there is no agreement 'tranas-2'", "replaced_by",
    ),
    "a revision that does not say what counts": (
        TEXT + amendment('kind = "revised"', "effective_on = 2024-01-01"), "says rates", 'kind = "revised"',
    ),
    "a revision after the end": (
        TEXT + amendment('kind = "revised"', "effective_on = 2025-01-01", 'rates = "original"'),
        "has ended by then", "effective_on",
    ),
    "the same id twice": (
        TEXT + amendment(*REVISED) + amendment(*EXTENDED),
        "used twice", None,
    ),
    "a target of no amendment": (
        with_target(TEXT, 'amendment = "other"') + amendment(*REVISED),
        "there is no revision 'other'", 'amendment = "other"',
    ),
    "a target of an amendment that is no revision": (
        with_target(TEXT, 'amendment = "later"') + amendment(*EXTENDED),
        "there is no revision 'later'", 'amendment = "later"',
    ),
    "instead of nothing": (
        with_target(TEXT, 'amendment = "later"', 'revises = "forty"') + amendment(*REVISED),
        "there is no target 'forty'", 'revises = "forty"',
    ),
    "instead of one, and no decision": (
        with_target(TEXT, 'revises = "thirty-a-year"'), "name in amendment", 'revises = "thirty-a-year"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said", "fragment"), NOT_FOLLOWED.values(), ids=NOT_FOLLOWED.keys())
def test_what_cannot_be_followed_is_refused_on_its_line(
    tmp_path: Path, text: str, said: str, fragment: str | None
) -> None:
    line, message = only_problem(tmp_path, text)
    assert said in message
    if fragment is not None:
        first = fragment.splitlines()[0]
        within = text.rindex(fragment) if first != fragment else text.index(fragment)
        assert line in {text[:within].count("\n") + 1, line_with(first, text)}


def test_an_extension_may_apply_from_the_day_after_what_it_extends(tmp_path: Path) -> None:
    later = amendment('kind = "extended"', "effective_on = 2025-01-01", "ends_on = 2025-06-30")
    assert amended(tmp_path, later).longest_ends_on == date(2025, 6, 30)


def test_amendments_stand_in_order_of_time(tmp_path: Path) -> None:
    text = TEXT + amendment(*EXTENDED, name="b") + amendment(*REVISED, name="a")
    assert "in the order of effective_on" in only_problem(tmp_path, text)[1]


def amended(tmp_path: Path, *amendments: str) -> Agreement:
    """Read the small agreement with amendments."""
    return read_agreement(written(tmp_path, TEXT + "".join(amendments))).agreement


def test_an_extension_adds_periods_and_never_changes_one_that_stood(tmp_path: Path) -> None:
    before = {period.id: period for period in periods_of(read_agreement(written(tmp_path / "a", TEXT)).agreement)}
    after = {period.id: period for period in periods_of(amended(tmp_path / "b", amendment(*EXTENDED)))}
    assert {name: after[name] for name in before} == before
    added = [name for name in after if name not in before]
    assert added == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06",
                     "2025-T1", "2025-T2", "2025", "all-A1", "Y3"]  # fmt: skip
    assert (after["all-A1"].amendment_id, after["all-A1"].end_on) == ("later", date(2025, 6, 30))
    assert after["2025"].is_clipped


def test_two_extensions_are_numbered(tmp_path: Path) -> None:
    second = amendment('kind = "extended"', "effective_on = 2025-06-01", "ends_on = 2025-12-31", name="again")
    found = {period.id: period for period in calendar_periods_of(amended(tmp_path, amendment(*EXTENDED), second))}
    assert {name for name in found if "-A" in name} == {"all-A1", "all-A2", "2025-A2", "2025-T2-A2"}
    assert found["2025"].end_on == date(2025, 6, 30)
    assert found["2025-A2"].end_on == date(2025, 12, 31)


def test_what_is_due_goes_on_after_an_extension_and_stops_at_an_early_end(tmp_path: Path) -> None:
    extended = amended(tmp_path / "a", amendment(*EXTENDED))
    assert [item.id for item in due_of(extended, extended.source("totals"))] == [
        "2023-01/2023-12", "2024-01/2024-12", "2025-01/2025-06",
    ]  # fmt: skip
    ended = amended(tmp_path / "b", amendment('kind = "terminated"', "effective_on = 2024-07-01"))
    assert [item.id for item in due_of(ended, ended.source("rows"))][-1] == "2024-06/2024-06"
    assert [item.id for item in due_of(ended, ended.source("totals"))] == ["2023-01/2023-12", "2024-01/2024-06"]
    end = early_end(ended)
    assert end is not None
    assert end.kind == "terminated"


def agreement_extended(starts_on: date, lengths: list[int]) -> Agreement:
    """Make an agreement of so many days, and of so many more by each extension."""
    ends = [date.fromordinal(starts_on.toordinal() + sum(lengths[: n + 1])) for n in range(len(lengths))]
    later = [
        Amendment(
            id=f"a{n}", kind="extended", effective_on=ends[n - 1], ends_on=ends[n],
            text_sv="PÅHITTAT", decision_url="https://example.org/",
        )
        for n in range(1, len(ends))
    ]  # fmt: skip
    return Agreement.model_construct(
        starts_on=starts_on,
        is_start_assumed=False,
        ends_on=ends[0],
        signed_on=starts_on,
        amendments=later,
        activities=[],
    )


@settings(deadline=None)
@given(starts=st.dates(date(2015, 1, 1), date(2024, 1, 1)), days=EXTENDED_BY)
def test_ids_are_unique_and_the_first_term_stands_first_however_often_it_is_extended(
    starts: date, days: list[int]
) -> None:
    agreement = agreement_extended(starts, days)
    found = periods_of(agreement)
    assert len({period.id for period in found}) == len(found)
    first = calendar_periods(Term(starts, False, agreement.ends_on, starts))
    assert found[: len(first)] == first
    whole = calendar_periods(Term(starts, False, agreement.longest_ends_on, starts))
    spans = {(period.type, period.start_on, period.end_on) for period in found}
    assert {(period.type, period.start_on, period.end_on) for period in whole} <= spans


@pytest.fixture
def extended(tmp_path: Path) -> House:
    """The agreement that is extended in the middle, published."""
    house = House(tmp_path)
    shutil.copytree(HARD / "extended-mid-term", house.agreements / "extended-mid-term")
    assert house.run()["extended-mid-term"].problems == []
    return house


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ends_on = 2024-06-30", "ends_on = 2024-12-31", "is an amendment, with its decision_url"),
        ("ends_on = 2025-06-30", "ends_on = 2025-12-31", "the amendments extension have been published"),
    ],
)
def test_v6_a_published_end_is_not_rewritten(extended: House, old: str, new: str, said: str) -> None:
    published = extended.published()
    extended.edit("extended-mid-term", old, new)
    (problem,) = extended.run()["extended-mid-term"].problems
    assert said in str(problem)
    assert {k: v for k, v in extended.published().items() if k != "status.json"} == {
        k: v for k, v in published.items() if k != "status.json"
    }


def test_v6_the_words_of_an_amendment_may_be_mended(extended: House) -> None:
    extended.edit("extended-mid-term", "PÅHITTAT beslut.", "PÅHITTAT beslut, nu med flera ord.")
    assert extended.run()["extended-mid-term"].became == "published"


def test_the_tables_tell_the_amendment(extended: House) -> None:
    (row,) = extended.rows("extended-mid-term", "amendments")
    assert (row["amendment_kind"], row["effective_on"], row["amended_ends_on"]) == (
        "extended", "2024-06-01", "2025-06-30",
    )  # fmt: skip
    (agreement,) = extended.rows("extended-mid-term", "agreements")
    assert (agreement["ends_on"], agreement["in_force_until_on"]) == ("2024-06-30", "2025-06-30")


def test_the_summary_counts_the_first_end_and_tells_that_the_extension_ends_otherwise(extended: House) -> None:
    rows = {row["rated_status"]: row for row in extended.rows("extended-mid-term", "promise_summary")}
    assert {status: row["ratings_count"] for status, row in rows.items()} == {
        "kept": "0", "not_kept": "1", "undetermined": "2",
    }  # fmt: skip
    assert rows["kept"]["all_ratings_count"] == "3"
    assert rows["kept"]["summary_sv"].endswith("En ändring av avtalet ger ett annat besked.")


def page_of(house: House, agreement_id: str) -> str:
    """Read the newest page of an agreement."""
    return (house.public / agreement_id / "latest" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(("effective_on", "is_told"), [("2024-10-01", False), ("2025-01-01", True)])
def test_no_outlook_is_told_of_a_period_that_reaches_past_an_early_end(
    tmp_path: Path, effective_on: str, is_told: bool
) -> None:
    name, house = "terminated-early", House(tmp_path)
    house.take_case(name)
    house.edit(name, "effective_on = 2024-10-01", f"effective_on = {effective_on}")
    assert house.run(at=date(2024, 9, 12))[name].problems == []
    figure = house.figure(f"{name}/controls/made/-/per-year/2024")
    assert [figure[key] != "" for key in ("reach_probability", "forecast_low", "pace_share")] == [is_told] * 3


def test_the_page_tells_an_early_end_and_whose_agreement_took_over(tmp_path: Path) -> None:
    house = House(tmp_path)
    case = HARD / "replaced-by-another"
    shutil.copytree(case, house.agreements / case.name)
    shutil.copytree(case / "beside/the-new-one", house.agreements / "the-new-one")
    house.run()
    page = page_of(house, case.name)
    assert "Ersatt" in page
    assert "/the-new-one/" in page
    assert "Ett nytt avtal tog över 2024-10-01, innan tiden var slut." in page


def test_the_page_tells_which_of_two_targets_counts(tmp_path: Path) -> None:
    house = House(tmp_path)
    shutil.copytree(HARD / "revised-target", house.agreements / "revised-target")
    house.run()
    page = page_of(house, "revised-target")
    assert "Målet kom med ett beslut som gäller från 2025-01-01. Det räknas sedan dess." in page
    assert "Målet kan läsas på" not in page


FIRST_COUNTS = "Det först avtalade målet, inte det här, räknas sedan dess."
# By which targets each of two revisions lets the agreement be rated, and what is said of the three targets.
REVISED_TWICE = {
    ("original", "revised"): [
        f"{NEW} 2025-02-01; det nya räknas.",
        f"{CAME} 2025-01-01. {FIRST_COUNTS} {NEW} 2025-02-01; det nya räknas.",
        f"{CAME} 2025-02-01. Det räknas sedan dess.",
    ],
    ("revised", "original"): [
        f"{NEW} 2025-01-01; det nya räknas.",
        f"{CAME} 2025-01-01. Det räknas sedan dess. {NEW} 2025-02-01; det här räknas.",
        f"{CAME} 2025-02-01. Ett tidigare mål, inte det här, räknas sedan dess.",
    ],
    ("original", "original"): [
        f"{NEW} 2025-01-01; det här, det först avtalade, räknas.",
        f"{CAME} 2025-01-01. {FIRST_COUNTS} {NEW} 2025-02-01; inte heller det räknas.",
        f"{CAME} 2025-02-01. {FIRST_COUNTS}",
    ],
}


@pytest.mark.parametrize(
    ("rates", "said"), REVISED_TWICE.items(), ids=["-then-".join(rates) for rates in REVISED_TWICE]
)
def test_the_page_tells_which_of_three_targets_counts(tmp_path: Path, rates: tuple[str, str], said: list[str]) -> None:
    name, (first, second) = "revised-target", rates
    house = House(tmp_path)
    house.take_case(name)
    house.edit(name, 'rates = "revised"', f'rates = "{first}"')
    path = house.agreements / name / "agreement.toml"
    text = path.read_text("utf-8")
    start, end = text.index('[[activities.targets]]\nid = "twenty"'), text.index("[[sources]]")
    third = text[start:end]
    for old, new in (("twenty", "ten"), ("per-year-revised", "ten"), ('"fewer"', '"again"'), ("thirty", "twenty")):
        third = third.replace(old, new)
    path.write_text(text[:end] + third + text[end:], "utf-8")
    again = amendment('kind = "revised"', "effective_on = 2025-02-01", f'rates = "{second}"', name="again")
    house.edit(name, "[[offices]]", f"{again}\n[[offices]]")
    assert house.run(name)[name].problems == []
    page = page_of(house, name)
    assert re.findall(f"(?:{CAME}|{NEW})[^<]*", page) == said


@pytest.mark.parametrize(
    ("rates", "counted", "said"),
    [
        ("original", {"thirty"}, "Det räknas inte i sammanfattningar."),
        ("revised", {"thirty", "twenty"}, "Det räknas sedan dess."),
    ],
    ids=["original", "revised"],
)
def test_a_target_that_a_revision_adds_counts_only_where_that_says_so(
    tmp_path: Path, rates: str, counted: set[str], said: str
) -> None:
    name = "revised-target"
    house = House(tmp_path)
    house.take_case(name)
    house.edit(name, 'rates = "revised"', f'rates = "{rates}"')
    house.edit(name, 'revises = "thirty"\n', "")
    assert house.run(name)[name].problems == []
    rows = house.rows(name, "promise_progress")
    assert {row["target_id"] for row in rows if row["is_rated_reading"] == "true"} == counted
    assert re.findall(f"{CAME}[^<]*", page_of(house, name)) == [f"{CAME} 2025-01-01. {said}"]


def test_an_agreement_read_with_a_broken_one_beside_it(tmp_path: Path) -> None:
    written(tmp_path, "id = ", name="broken")
    assert read_agreement(written(tmp_path, TEXT)).agreement.id == "tranas-1"


SERIES = 'series_id = "controls"\nis_comparable = true\ncomparability_sv = "Samma sak räknas."\n'


def in_series(text: str, name: str, **changes: str) -> str:
    """Let the first indicator be comparable with others of its series."""
    old = 'definition_sv = "Vad som räknas som en kontroll är inte beskrivet."\n'
    text = text.replace(old, old + SERIES, 1).replace('id = "tranas-1"', f'id = "{name}"', 1)
    for before, after in changes.items():
        text = text.replace(f'{before} = "kontroll"', f'{before} = "{after}"', 1)
    return text


def test_what_is_said_to_be_comparable_must_count_the_same(tmp_path: Path) -> None:
    written(tmp_path, in_series(TEXT, "tranas-2", unit="timme"), name="tranas-2")
    line, message = only_problem(tmp_path, in_series(TEXT, "tranas-1"))
    assert line == line_with('unit = "kontroll"', in_series(TEXT, "tranas-1"))
    assert "'timme' in tranas-2" in message


def test_the_same_unit_in_a_series_is_comparable(tmp_path: Path) -> None:
    written(tmp_path, in_series(TEXT, "tranas-2"), name="tranas-2")
    assert read_agreement(written(tmp_path, in_series(TEXT, "tranas-1"))).agreement.id == "tranas-1"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('series_id = "controls"\n', "give is_comparable too"),
        ("is_comparable = false\n", "give series_id too"),
        ('series_id = "controls"\nis_comparable = true\n', "say in comparability_sv"),
    ],
)
def test_a_series_says_whether_and_why_it_is_comparable(tmp_path: Path, keys: str, said: str) -> None:
    assert said in only_problem(tmp_path, in_series(TEXT, "tranas-1").replace(SERIES, keys))[1]


def test_a_broken_agreement_in_the_series_is_its_own_fault(tmp_path: Path) -> None:
    written(tmp_path, 'series_id = "controls"\nid = ', name="tranas-2")
    read_agreement(written(tmp_path, in_series(TEXT, "tranas-1")))
    with pytest.raises(InvalidAgreementError):
        read_agreement(tmp_path / "tranas-2")
