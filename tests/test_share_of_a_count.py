"""A count as a share of another: its bounds hold for whatever the two counts turn out to be."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from methods.actual import Actual
from methods.months import add_months, months_between
from methods.share import share_of
from publication.numbers import percent_beside_sv
from tests.house import House

AGREEMENT = "share-of-a-count"


def between(low: int, high: int | None) -> Actual:
    is_exact = low == high
    return Actual(
        Decimal(low),
        "exact" if is_exact else "at_least",
        Decimal(low),
        None if high is None else Decimal(high),
        is_exact,
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.data())
def test_bounds_hold(a: int, b: int, c: int, d: int, data: st.DataObject) -> None:
    part, whole = sorted((a, b)), sorted((c, d))
    found = share_of(between(*part), between(*whole))
    true_whole = data.draw(st.integers(*whole))
    true_part = data.draw(st.integers(*part))
    if found is None or true_whole == 0 or true_part > true_whole:
        return
    tiny = Decimal("1e-20")
    share = Fraction(true_part, true_whole)
    assert found.high is not None
    assert Fraction(found.low - tiny) <= share <= Fraction(found.high + tiny)


def test_an_open_end_bounds_nothing() -> None:
    found = share_of(between(3, 3), between(10, None))
    assert found is not None
    assert (found.low, found.high, found.value) == (0, 1, Decimal("0.3"))


def test_a_share_of_nothing_or_of_less_than_the_part_is_none() -> None:
    assert share_of(between(0, 0), between(0, 0)) is None
    assert share_of(between(5, 5), between(4, 4)) is None


def test_of_a_whole_that_may_still_come_there_is_no_share_yet() -> None:
    """Zero of nothing is no share of zero, and nobody has done more of something than all of it."""
    assert share_of(between(0, None), between(0, None)) is None
    so_far = [Actual(Decimal(count), "exact", Decimal(count), None, True) for count in (5, 4)]
    assert share_of(so_far[0], so_far[1]) is None


def of_another_source(root: Path, keys: str, last_month: str = "2024-12") -> House:
    """Return the agreement with the whole of its share from a source of its own, of which `keys` say something."""
    house = House(root)
    house.take_case(AGREEMENT, has_deliveries=False)
    path = house.agreements / AGREEMENT / "agreement.toml"
    text = path.read_text("utf-8").replace('sources = ["rows"]', 'sources = ["rows", "wholes"]\ncombine = "sum"')
    start, own = text.split("[[sources]]")
    other = own.replace('id = "rows"', f'id = "wholes"\n{keys}').replace("deliveries/rows", "deliveries/wholes")
    own = own.replace('"Alla" = "drug-crimes/all", ', "")
    other = other.replace(', "Första" = "drug-crimes/first"', "")
    path.write_text("[[sources]]".join((start, own, other)), "utf-8")
    for source, kind, count, last in (("rows", "Första", 1, "2024-12"), ("wholes", "Alla", 4, last_month)):
        for month in months_between("2024-01", last):
            name = f"PAHITTAD_{month}_mottagen_{add_months(month, 1)}-10.csv"
            rows = f"datum;typ;antal;märkning\n{month}-05;{kind};{count};PÅHITTAD\n"
            house.deliver(AGREEMENT, source, name, rows)
    return house


def test_a_share_is_told_to_lack_what_the_source_of_the_whole_will_never_report(tmp_path: Path) -> None:
    keys = 'ended_on = 2024-06-30\nended_reason_sv = "PÅHITTAT: systemet byttes."'
    house = of_another_source(tmp_path, keys, "2024-06")
    house.run(at=date(2025, 1, 20))
    share = house.figure(f"{AGREEMENT}/drug-crimes/first/-/per-year/2024")
    assert (share["status"], share["status_rule"]) == ("undetermined", "source_ended")
    assert "upphörde efter 2024-06-30: PÅHITTAT: systemet byttes." in share["status_reason_sv"]
    assert (share["deliveries_due"], share["deliveries_received"]) == ("18", "18")


def test_a_share_is_as_preliminary_as_the_whole(tmp_path: Path) -> None:
    house = of_another_source(tmp_path, 'finality = "preliminary"')
    house.run(at=date(2025, 1, 20))
    share = house.figure(f"{AGREEMENT}/drug-crimes/first/-/per-year/2024")
    assert (share["actual_value"], share["value_status"], share["status"]) == ("0.25", "preliminary", "kept")
    assert "Den som lämnar uppgifterna kallar dem preliminära." in share["status_reason_sv"]


def test_there_is_no_share_of_other_months_than_the_part_is_of(tmp_path: Path) -> None:
    """One of four in each month would be one of two beside half a year of the whole."""
    house = of_another_source(tmp_path, "searched_on = 2025-04-01", "2024-06")
    for at, said in (
        (date(2025, 1, 20), ("awaiting_data", "months_missing_within_patience")),
        (date(2025, 4, 20), ("undetermined", "months_missing")),
    ):
        house.run(at=at)
        shares = [
            house.figure(f"{AGREEMENT}/drug-crimes/first/-/{name}") for name in ("per-year/2024", "per-tertial/2024-T3")
        ]
        assert [(row["status"], row["status_rule"]) for row in shares] == [said, said]
        assert {row[cell] for row in shares for cell in ("actual_value", "actual_low", "actual_high")} == {""}
        assert {row["value_status"] for row in shares} == {"missing"}
    first = house.figure(f"{AGREEMENT}/drug-crimes/first/-/per-tertial/2024-T1")
    assert (first["actual_value"], first["actual_qualifier"]) == ("0.25", "exact")


def test_while_the_whole_is_nothing_a_share_is_still_to_come(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    name = "PAHITTAD_2024-01_mottagen_2024-02-10.csv"
    house.deliver(AGREEMENT, "rows", name, "datum;typ;antal;märkning\n2024-01-05;Alla;0;PÅHITTAD\n")
    house.run(at=date(2024, 2, 20))
    share = house.figure(f"{AGREEMENT}/drug-crimes/first/-/per-year/2024")
    assert (share["actual_value"], share["value_status"], share["status"]) == ("", "missing", "ongoing")


def of_counts(root: Path, part: int, whole: int, target: str = "0.2") -> dict[str, str]:
    """Return the figure of a year's share, once all has come."""
    house = House(root)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, "value = 0.2\n", f"value = {target}\n")
    for month in months_between("2024-01", "2024-12"):
        name = f"PAHITTAD_{month}_mottagen_{add_months(month, 1)}-10.csv"
        counts = {"Första": part, "Alla": whole} if month == "2024-12" else {"Första": 0, "Alla": 0}
        rows = "".join(f"{month}-05;{kind};{count};PÅHITTAD\n" for kind, count in counts.items())
        house.deliver(AGREEMENT, "rows", name, f"datum;typ;antal;märkning\n{rows}")
    house.run(at=date(2025, 1, 20))
    return house.figure(f"{AGREEMENT}/drug-crimes/first/-/per-year/2024")


def test_a_share_that_misses_its_target_by_little_does_not_read_as_one_that_meets_it(tmp_path: Path) -> None:
    share = of_counts(tmp_path, 999, 5000)
    assert (share["actual_value"], share["achieved_share"], share["status"]) == ("0.1998", "0.999", "not_kept")
    said = "Uppgifter har kommit för hela perioden: 19,98\u00a0%. Målet är minst 20\u00a0%."
    assert share["status_reason_sv"] == said
    page = (tmp_path / "public" / AGREEMENT / "latest" / "index.html").read_text("utf-8")
    assert said in page


def test_what_is_achieved_is_one_only_where_it_is_just_the_target(tmp_path: Path) -> None:
    share = of_counts(tmp_path, 333_332, 1_000_000, target="0.333333")
    assert (share["achieved_share"], share["status"]) == ("0.9999", "not_kept")
    assert "33,3\u00a0%. Målet är minst 33,3333\u00a0%." in share["status_reason_sv"]


counts = st.integers(1, 10**7).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
targets = st.integers(1, 10**4).map(lambda number: Decimal(number).scaleb(-4))


@given(counts, targets)
def test_a_share_as_it_is_written_stands_to_its_target_as_it_does(counts: tuple[int, int], target: Decimal) -> None:
    percent = Fraction(*counts) * 100
    written = percent_beside_sv(Decimal(counts[0]) / counts[1], target)
    shown = Fraction(written.removesuffix("\u00a0%").replace(",", "."))
    for border in (Fraction(0), Fraction(target) * 100, Fraction(100)):
        assert (shown > border, shown < border) == (percent > border, percent < border)
    assert abs(shown - percent) <= Fraction(1, 20)
