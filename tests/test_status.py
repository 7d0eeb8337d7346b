"""Every rule of the domain's section on status, edge by edge: evidence in, one verdict with its rule out."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from methods.actual import Actual, Qualifier, bounds_of
from methods.figure import Figure
from methods.forecast import Outlook, Pace
from methods.periods import Period
from methods.status import Comparison, Evidence, rate
from methods.status_milestone import Milestone, rate_milestone
from publication.wording import reason_sv
from schemas.agreement import Activity
from schemas.codes import STATUS_WORDS
from schemas.target import Reading, Target

TARGET: TypeAdapter[Target] = TypeAdapter(Target)
DUE = date(2025, 1, 15)
EDGE = DUE + timedelta(days=60)
SEARCHED = date(2025, 3, 1)

# A year that is over, wholly delivered, with at least 30 promised.
OVER = Evidence(
    has_indicator=True,
    is_withheld=False,
    comparison="at_least",
    target=Decimal(30),
    actual=None,
    is_dated=True,
    is_source_coarser=False,
    is_over=True,
    is_complete=True,
    has_gap=False,
    is_clipped=False,
    is_start_assumed=False,
    reported_share=Fraction(1),
    reach_probability=None,
    last_due_on=DUE,
    as_of_on=date(2025, 12, 31),
    searched_on=None,
    is_known_unread=False,
)


def reported(value: int, qualifier: Qualifier = "exact") -> Actual:
    """Return an actual when every month has been delivered."""
    low, high = bounds_of(Decimal(value), qualifier, None)
    return Actual(Decimal(value), qualifier, low, high, qualifier == "exact")


def so_far(value: int, *, is_exact: bool = True) -> Actual:
    """Return an actual when a month has not been delivered."""
    return Actual(Decimal(value), "at_least", Decimal(value), None, is_exact)


def share(low: str, high: str) -> Actual:
    """Return a share between two bounds."""
    return Actual(Decimal(low), "exact" if low == high else "about", Decimal(low), Decimal(high), low == high)


def beats(met: int, at_most: int) -> Actual:
    """Return how many weeks are met, and how many can still be."""
    return Actual(Decimal(met), "exact", Decimal(met), Decimal(at_most), True)


def over(actual: Actual | None, **changes: Any) -> Evidence:
    """Return evidence of a period that is over and wholly delivered."""
    return replace(OVER, actual=actual, **changes)


def lacking(actual: Actual | None, **changes: Any) -> Evidence:
    """Return evidence of a period that is over and not wholly delivered."""
    return over(actual, **{"is_complete": False, "reported_share": Fraction(1, 2), **changes})


def running(value: int | None, **changes: Any) -> Evidence:
    """Return evidence of a period that is under way, half of it reported."""
    actual = None if value is None else Actual(Decimal(value), "exact", Decimal(value), None, True)
    base = {"is_over": False, "is_complete": False, "reported_share": Fraction(1, 2), "reach_probability": 0.5}
    return over(actual, **{**base, "as_of_on": date(2024, 6, 30), **changes})


AT_MOST: dict[str, Any] = {"comparison": "at_most"}
EXACTLY: dict[str, Any] = {"comparison": "exactly"}
INCREASE: dict[str, Any] = {"comparison": "increase"}
DECREASE: dict[str, Any] = {"comparison": "decrease"}
SHARE: dict[str, Any] = {"comparison": "share_at_least", "target": Decimal("0.2")}
SHARE_MOST: dict[str, Any] = {"comparison": "share_at_most", "target": Decimal("0.2")}
RHYTHM: dict[str, Any] = {"comparison": "rhythm", "target": Decimal(52)}
NONE: dict[str, Any] = {"comparison": "none", "target": None}
CLIPPED: dict[str, Any] = {"is_clipped": True}
ASSUMED: dict[str, Any] = {"is_start_assumed": True}
LATE: dict[str, Any] = {"as_of_on": EDGE + timedelta(days=1)}
ON_EDGE: dict[str, Any] = {"as_of_on": EDGE}

CASES: dict[str, tuple[Evidence, str, str]] = {
    # What is protected or has nothing to count comes before every number.
    "person unit, target reached": (over(reported(34), is_withheld=True), "suppressed", "protected_unit"),
    "person unit, nothing received": (lacking(None, is_withheld=True), "suppressed", "protected_unit"),
    "person unit, no target": (over(reported(3), is_withheld=True, **NONE), "suppressed", "protected_unit"),
    "person unit, undated": (over(None, is_withheld=True, is_dated=False), "suppressed", "protected_unit"),
    "no indicator": (over(None, has_indicator=False, **NONE), "not_measurable", "no_indicator"),
    "no indicator, running": (running(None, has_indicator=False, **NONE), "not_measurable", "no_indicator"),
    "no indicator, report unread": (
        lacking(None, has_indicator=False, is_known_unread=True, **NONE), "not_measurable", "no_indicator",
    ),
    # No target.
    "no target, received": (over(reported(7), **NONE), "reported", "no_target_received"),
    "no target, zero received": (over(reported(0), **NONE), "reported", "no_target_received"),
    "no target, received in part": (lacking(so_far(7), **NONE), "reported", "no_target_received"),
    "no target, received, running": (running(7, **NONE), "reported", "no_target_received"),
    "no target, running": (running(None, **NONE), "ongoing", "running_no_target"),
    "no target, running, report unread": (
        running(None, is_known_unread=True, **NONE), "ongoing", "running_no_target",
    ),
    "no target, silent on the edge": (
        lacking(None, searched_on=SEARCHED, **ON_EDGE, **NONE), "awaiting_data", "nothing_received_within_patience",
    ),
    "no target, silent after the edge": (
        lacking(None, searched_on=SEARCHED, **LATE, **NONE), "not_reported", "nothing_received",
    ),
    "no target, silent, not searched": (
        lacking(None, **LATE, **NONE), "awaiting_data", "nothing_received_not_searched",
    ),
    "no target, silent, report unread": (
        lacking(None, searched_on=SEARCHED, is_known_unread=True, **LATE, **NONE), "awaiting_data", "known_unread",
    ),
    # Increase and decrease, against a baseline.
    "increase above the baseline, at once": (running(31, **INCREASE), "kept", "increase_reached"),
    "increase at the baseline": (over(reported(30), **INCREASE), "not_kept", "increase_complete_not_above"),
    "increase, months missing": (lacking(so_far(30), **INCREASE, **LATE), "undetermined", "months_missing"),
    "increase, about decides nothing": (
        over(reported(30, "about"), **INCREASE), "undetermined", "qualifier_does_not_decide",
    ),
    "increase below, clipped": (
        over(reported(29), **INCREASE, **CLIPPED), "undetermined", "increase_complete_not_above_clipped_period",
    ),
    "decrease below the baseline": (over(reported(29), **DECREASE), "kept", "decrease_complete_below"),
    "decrease at the baseline, at once": (running(30, **DECREASE), "not_kept", "decrease_exceeded"),
    "decrease, running": (running(29, **DECREASE), "ongoing", "running"),
    "decrease below, assumed start": (
        over(reported(29), **DECREASE, **ASSUMED), "undetermined", "decrease_complete_below_assumed_start",
    ),
    "no baseline": (over(reported(29), comparison="decrease", target=None), "undetermined", "no_baseline"),
    "no baseline, nothing received": (
        lacking(None, comparison="decrease", target=None, searched_on=SEARCHED, **LATE),
        "not_reported", "nothing_received",
    ),
    # A share of another count: what is to come may change it either way.
    "share reached": (over(share("0.2", "0.2"), **SHARE), "kept", "share_at_least_complete_reached"),
    "share short": (over(share("0.1999", "0.1999"), **SHARE), "not_kept", "share_at_least_complete_below"),
    "share, bounds on both sides": (over(share("0.1", "0.3"), **SHARE), "undetermined", "qualifier_does_not_decide"),
    "share reached while running": (
        over(share("0.5", "0.5"), is_over=False, is_complete=False, **SHARE), "ongoing", "running",
    ),
    "share at most, within": (over(share("0.2", "0.2"), **SHARE_MOST), "kept", "share_at_most_complete_within"),
    "share at most, above": (over(share("0.21", "0.3"), **SHARE_MOST), "not_kept", "share_at_most_complete_above"),
    "share of nothing": (over(None, is_share_undefined=True, **SHARE), "undetermined", "share_undefined"),
    # Rhythm: periods met of periods due.
    "rhythm held": (over(beats(52, 52), **RHYTHM), "kept", "rhythm_held"),
    "rhythm broken while running": (
        over(beats(10, 51), is_over=False, is_complete=False, **RHYTHM), "not_kept", "rhythm_broken",
    ),
    "rhythm so far": (over(beats(10, 52), is_over=False, is_complete=False, **RHYTHM), "ongoing", "running"),
    "rhythm with a gap": (lacking(beats(48, 52), **RHYTHM, **LATE), "undetermined", "months_missing"),
    "rhythm broken, assumed start": (
        over(beats(51, 51), **RHYTHM, **ASSUMED), "undetermined", "rhythm_broken_assumed_start",
    ),
    "rhythm held in a clipped period": (over(beats(52, 52), **RHYTHM, **CLIPPED), "kept", "rhythm_held"),
    "rhythm with nothing due": (
        over(beats(0, 0), comparison="rhythm", target=Decimal(0)), "undetermined", "nothing_due",
    ),
    # A property that the deliveries do not carry.
    "property not delivered": (over(None, lacks_property=True), "undetermined", "property_not_delivered"),
    "property not delivered, protected": (
        over(None, lacks_property=True, is_withheld=True), "suppressed", "protected_unit",
    ),
    # At least.
    "at_least reached exactly": (over(reported(30)), "kept", "at_least_reached"),
    "at_least one short": (over(reported(29)), "not_kept", "at_least_complete_below"),
    "at_least zero attested": (over(reported(0)), "not_kept", "at_least_complete_below"),
    "at_least reached with months missing": (lacking(so_far(30)), "kept", "at_least_reached"),
    "at_least reached across a gap": (lacking(so_far(31), has_gap=True), "kept", "at_least_reached"),
    "at_least reached while running": (running(30), "kept", "at_least_reached"),
    "at_least reached while running across a gap": (running(30, has_gap=True), "kept", "at_least_reached"),
    "at_least reached in a clipped period": (over(reported(30), **CLIPPED), "kept", "at_least_reached"),
    "at_least reached from an assumed start": (over(reported(30), **ASSUMED), "kept", "at_least_reached"),
    "at_least short in a clipped period": (
        over(reported(29), **CLIPPED), "undetermined", "at_least_complete_below_clipped_period",
    ),
    "at_least short from an assumed start": (
        over(reported(29), **ASSUMED), "undetermined", "at_least_complete_below_assumed_start",
    ),
    "minst 43 against 30": (over(reported(43, "at_least")), "kept", "at_least_reached"),
    "minst 29 against 30": (over(reported(29, "at_least")), "undetermined", "qualifier_does_not_decide"),
    "about 38 lies wholly over 30": (over(reported(38, "about")), "kept", "at_least_reached"),
    "about 37 reaches down to 29": (over(reported(37, "about")), "undetermined", "qualifier_does_not_decide"),
    "about 24 lies wholly under 30": (over(reported(24, "about")), "not_kept", "at_least_complete_below"),
    "about 25 reaches up to 30": (over(reported(25, "about")), "undetermined", "qualifier_does_not_decide"),
    "about 25 in a clipped period": (
        over(reported(25, "about"), **CLIPPED), "undetermined", "qualifier_does_not_decide",
    ),
    # At most.
    "at_most equal": (over(reported(30), **AT_MOST), "kept", "at_most_complete_within"),
    "at_most exceeded": (over(reported(31), **AT_MOST), "not_kept", "at_most_exceeded"),
    "at_most exceeded while running": (running(31, **AT_MOST), "not_kept", "at_most_exceeded"),
    "at_most exceeded with months missing": (lacking(so_far(31), **AT_MOST), "not_kept", "at_most_exceeded"),
    "at_most exceeded in a clipped period": (over(reported(31), **AT_MOST, **CLIPPED), "not_kept", "at_most_exceeded"),
    "at_most exceeded from an assumed start": (
        over(reported(31), **AT_MOST, **ASSUMED), "not_kept", "at_most_exceeded",
    ),
    "at_most within while running": (running(3, **AT_MOST), "ongoing", "running"),
    "at_most within, months missing": (lacking(so_far(3), **AT_MOST), "undetermined", "months_missing"),
    "at_most within, clipped": (
        over(reported(3), **AT_MOST, **CLIPPED), "undetermined", "at_most_complete_within_clipped_period",
    ),
    "at_most within, assumed start": (
        over(reported(3), **AT_MOST, **ASSUMED), "undetermined", "at_most_complete_within_assumed_start",
    ),
    "at_most, minst 31": (over(reported(31, "at_least"), **AT_MOST), "not_kept", "at_most_exceeded"),
    "at_most, minst 30": (over(reported(30, "at_least"), **AT_MOST), "undetermined", "qualifier_does_not_decide"),
    "at_most, about 25 at most 30": (over(reported(25, "about"), **AT_MOST), "kept", "at_most_complete_within"),
    "at_most, about 26 may be 32": (
        over(reported(26, "about"), **AT_MOST), "undetermined", "qualifier_does_not_decide",
    ),
    "at_most, about 39 at least 31": (over(reported(39, "about"), **AT_MOST), "not_kept", "at_most_exceeded"),
    # Exactly.
    "exactly equal": (over(reported(30), **EXACTLY), "kept", "exactly_complete_equal"),
    "exactly below": (over(reported(29), **EXACTLY), "not_kept", "exactly_complete_below"),
    "exactly exceeded": (over(reported(31), **EXACTLY), "not_kept", "exactly_exceeded"),
    "exactly exceeded while running": (running(31, **EXACTLY), "not_kept", "exactly_exceeded"),
    "exactly exceeded with months missing": (lacking(so_far(31), **EXACTLY), "not_kept", "exactly_exceeded"),
    "exactly exceeded in a clipped period": (over(reported(31), **EXACTLY, **CLIPPED), "not_kept", "exactly_exceeded"),
    "exactly equal while running": (running(30, **EXACTLY), "ongoing", "running"),
    "exactly equal, months missing": (lacking(so_far(30), **EXACTLY), "undetermined", "months_missing"),
    "exactly equal, clipped": (
        over(reported(30), **EXACTLY, **CLIPPED), "undetermined", "exactly_complete_equal_clipped_period",
    ),
    "exactly below, clipped": (
        over(reported(29), **EXACTLY, **CLIPPED), "undetermined", "exactly_complete_below_clipped_period",
    ),
    "exactly equal, assumed start": (
        over(reported(30), **EXACTLY, **ASSUMED), "undetermined", "exactly_complete_equal_assumed_start",
    ),
    "exactly below, assumed start": (
        over(reported(29), **EXACTLY, **ASSUMED), "undetermined", "exactly_complete_below_assumed_start",
    ),
    "exactly, minst 30": (over(reported(30, "at_least"), **EXACTLY), "undetermined", "qualifier_does_not_decide"),
    "exactly, about 30": (over(reported(30, "about"), **EXACTLY), "undetermined", "qualifier_does_not_decide"),
    "exactly, about 24": (over(reported(24, "about"), **EXACTLY), "not_kept", "exactly_complete_below"),
    "exactly, about 39": (over(reported(39, "about"), **EXACTLY), "not_kept", "exactly_exceeded"),
    # Over, and not all has come.
    "silent on the edge of patience": (
        lacking(None, searched_on=SEARCHED, **ON_EDGE), "awaiting_data", "nothing_received_within_patience",
    ),
    "silent a day after": (lacking(None, searched_on=SEARCHED, **LATE), "not_reported", "nothing_received"),
    "silent a day after, not searched": (lacking(None, **LATE), "awaiting_data", "nothing_received_not_searched"),
    "silent and clipped": (lacking(None, searched_on=SEARCHED, **LATE, **CLIPPED), "not_reported", "nothing_received"),
    "silent from an assumed start": (
        lacking(None, searched_on=SEARCHED, **LATE, **ASSUMED), "not_reported", "nothing_received",
    ),
    "silent, at_most": (lacking(None, searched_on=SEARCHED, **LATE, **AT_MOST), "not_reported", "nothing_received"),
    "silent, exactly": (lacking(None, searched_on=SEARCHED, **LATE, **EXACTLY), "not_reported", "nothing_received"),
    "silent, a report unread": (
        lacking(None, searched_on=SEARCHED, is_known_unread=True, **LATE), "awaiting_data", "known_unread",
    ),
    "silent within patience, a report unread": (
        lacking(None, is_known_unread=True, **ON_EDGE), "awaiting_data", "known_unread",
    ),
    "months missing on the edge": (
        lacking(so_far(20), searched_on=SEARCHED, **ON_EDGE), "awaiting_data", "months_missing_within_patience",
    ),
    "months missing a day after": (lacking(so_far(20), **LATE), "undetermined", "months_missing"),
    "months missing, searched": (lacking(so_far(20), searched_on=SEARCHED, **LATE), "undetermined", "months_missing"),
    "months missing, clipped": (lacking(so_far(20), **LATE, **CLIPPED), "undetermined", "months_missing"),
    "months missing, a report unread": (
        lacking(so_far(20), is_known_unread=True, **LATE), "awaiting_data", "known_unread",
    ),
    # No dates.
    "undated": (over(None, is_dated=False, is_over=False), "undetermined", "signing_date_unknown"),
    "undated, report unread": (
        over(None, is_dated=False, is_over=False, is_known_unread=True), "undetermined", "signing_date_unknown",
    ),
    "source reports for longer periods": (
        lacking(None, is_source_coarser=True, searched_on=SEARCHED, **LATE),
        "undetermined", "source_reports_longer_periods",
    ),
    "a total of the year so far left out, on the edge": (
        lacking(None, lacks_total_between=True, searched_on=SEARCHED, **ON_EDGE),
        "awaiting_data", "total_missing_within_patience",
    ),
    "a total of the year so far left out": (
        lacking(None, lacks_total_between=True, searched_on=SEARCHED, **LATE), "undetermined", "total_missing",
    ),
    # Running.
    "nothing yet": (running(None, reported_share=Fraction(0), reach_probability=None), "ongoing", "running"),
    "just under a quarter": (running(20, reported_share=Fraction(2499, 10000)), "ongoing", "running"),
    "at a quarter": (running(20, reported_share=Fraction(1, 4)), "on_track", "pace_even_or_better"),
    "even pace": (running(15), "on_track", "pace_even_or_better"),
    "behind even pace": (running(14), "at_risk", "pace_behind"),
    "probability 0.2": (running(14, reach_probability=0.2), "at_risk", "pace_behind"),
    "probability under 0.2": (running(14, reach_probability=0.1999), "off_track", "pace_far_behind"),
    "even pace, whatever the probability": (running(15, reach_probability=0.1), "on_track", "pace_even_or_better"),
    "a gap": (running(20, has_gap=True), "ongoing", "running"),
    "not exact": (over(so_far(20, is_exact=False), is_over=False, is_complete=False, reported_share=Fraction(1, 2),
                       reach_probability=0.5), "ongoing", "running"),
    "a month late at the end": (over(so_far(20), is_over=False, is_complete=False, reported_share=Fraction(1, 2),
                                     reach_probability=0.5), "on_track", "pace_even_or_better"),
    "no statement on pace": (running(14, reach_probability=None), "ongoing", "running"),
    "clipped, on pace": (running(15, **CLIPPED), "on_track", "pace_even_or_better"),
    "clipped, behind": (running(14, **CLIPPED), "at_risk", "pace_behind"),
    "assumed start, behind": (running(14, **ASSUMED), "at_risk", "pace_behind"),
    "complete before its end": (
        running(20, is_complete=True, reported_share=Fraction(1), reach_probability=None), "ongoing", "running",
    ),
    "running, report unread": (running(15, is_known_unread=True), "on_track", "pace_even_or_better"),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "status", "rule"), CASES.values(), ids=CASES.keys())
def test_rule(evidence: Evidence, status: str, rule: str) -> None:
    verdict = rate(evidence)
    assert (verdict.status, verdict.rule) == (status, rule)


@pytest.mark.parametrize(("days", "of"), [(120, 360), (146, 365), (219, 365), (292, 365), (183, 366), (122, 366)])
def test_pace_equal_to_the_share_of_days_is_on_track(days: int, of: int) -> None:
    """y/T = f, whatever the binary digits of the quotient."""
    share = Fraction(days, of)
    found = rate(running(days, target=Decimal(of), reported_share=share, reach_probability=0.5))
    assert found.status == "on_track"


def test_twelve_of_thirty_after_two_fifths_of_the_year_is_on_track() -> None:
    assert rate(running(12, reported_share=Fraction(146, 365), reach_probability=0.5)).status == "on_track"


def test_protection_comes_before_the_lack_of_an_indicator() -> None:
    """The order of the domain: suppressed first, so that nothing else can be told from the status."""
    assert rate(over(None, is_withheld=True, has_indicator=False, **NONE)).status == "suppressed"


def test_a_report_for_just_this_period_is_rated_however_seldom_the_source_reports() -> None:
    """Of an agreement of one year, a report for the whole term is the report for the year: L ≥ T is kept, at once."""
    assert rate(over(reported(34), is_source_coarser=True)).status == "kept"


@pytest.mark.parametrize("comparison", ["none", "at_least", "at_most", "exactly"])
def test_patience_starts_only_with_a_day(comparison: Any) -> None:
    evidence = lacking(None, comparison=comparison, last_due_on=None, searched_on=SEARCHED)
    assert rate(evidence).status == "awaiting_data"


SMALL = st.integers(0, 60)
ACTUALS = st.none() | st.builds(
    lambda value, span, is_exact, is_open: Actual(
        Decimal(value),
        "exact" if is_exact and span == 0 else "about",
        Decimal(value),
        None if is_open else Decimal(value + span),
        is_exact,
    ),
    SMALL,
    st.integers(0, 10),
    st.booleans(),
    st.booleans(),
)
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
EVIDENCE = st.builds(
    Evidence,
    has_indicator=st.booleans(),
    is_withheld=st.booleans(),
    comparison=st.sampled_from(get_args(Comparison)),
    target=st.builds(Decimal, SMALL),
    actual=ACTUALS,
    is_dated=st.sampled_from([True, True, True, False]),
    is_source_coarser=st.sampled_from([True, False, False, False]),
    is_over=st.booleans(),
    is_complete=st.booleans(),
    has_gap=st.booleans(),
    is_clipped=st.booleans(),
    is_start_assumed=st.booleans(),
    reported_share=st.fractions(0, 1, max_denominator=1461),
    reach_probability=st.none() | st.floats(0, 1),
    last_due_on=st.none() | DAYS,
    as_of_on=DAYS,
    searched_on=st.none() | DAYS,
    is_known_unread=st.booleans(),
)
COUNTED = st.builds(
    lambda evidence, shown: replace(evidence, has_indicator=True, is_withheld=False, is_dated=True, actual=shown),
    EVIDENCE,
    ACTUALS.filter(lambda actual: actual is not None),
)


@settings(max_examples=300, deadline=None)
@given(COUNTED, SMALL, SMALL)
def test_more_of_what_was_promised_never_unkeeps_it(evidence: Evidence, count: int, more: int) -> None:
    before, after = (replace(evidence, comparison="at_least", actual=reported(n)) for n in (count, count + more))
    if rate(before).status == "kept":
        assert rate(after).status == "kept"


@settings(max_examples=300, deadline=None)
@given(COUNTED, SMALL, SMALL)
def test_what_is_said_before_all_has_come_still_holds_when_it_has(evidence: Evidence, count: int, more: int) -> None:
    early = replace(evidence, is_complete=False, is_over=False, is_source_coarser=False, actual=so_far(count))
    final = replace(early, is_complete=True, is_over=True, has_gap=False, actual=reported(count + more))
    said = rate(early).status
    if said in {"kept", "not_kept"}:
        assert rate(final).status == said


@settings(max_examples=200, deadline=None)
@given(EVIDENCE)
def test_nothing_received_is_never_called_kept_or_broken(evidence: Evidence) -> None:
    assert rate(replace(evidence, actual=None)).status not in {"kept", "not_kept", "reported", "on_track", "off_track"}


@settings(max_examples=200, deadline=None)
@given(EVIDENCE)
def test_a_promise_of_at_least_is_not_broken_before_its_time(evidence: Evidence) -> None:
    assert rate(replace(evidence, comparison="at_least", is_over=False)).status != "not_kept"


ACTIVITY = Activity(
    id="traffic-controls",
    promises=["traffic"],
    owner="police",
    counted_by="self_reported",
    label_sv="Trafikkontroller",
    label_en="Traffic controls",
    text_sv="not_transcribed",
    text_en="not_transcribed",
)
READING = Reading(id="calendar-year", label_sv="per kalenderår", period="calendar_year", is_rated=True)


def _target(comparison: Comparison, number: Decimal | None) -> Target | None:
    """Return a target of a kind."""
    if comparison == "none":
        return None
    own: dict[str, Any] = {
        "share": {"of_indicator": "all", "value": Decimal("0.2")},
        "rhythm": {"every": "week"},
        "increase": {"baseline": number},
        "decrease": {"baseline": number},
    }.get("share" if comparison.startswith("share") else comparison, {"value": number or Decimal(0)})
    said = {"id": "target", "indicator": "controls", "wording_sv": "minst 30", "period_wording": "per_year"}
    return TARGET.validate_python({**said, "comparison": comparison, "readings": [READING], **own})


def figure_of(evidence: Evidence) -> Figure:
    """Return a figure that has been rated."""
    target = _target(evidence.comparison, evidence.target)
    return Figure(
        agreement_id="tranas-1",
        activity=ACTIVITY,
        indicator=None,
        target=target,
        target_number=None if evidence.comparison == "none" else evidence.target,
        places=(),
        reading=None if evidence.comparison == "none" else READING,
        is_rated=evidence.comparison != "none",
        period=Period("2024", "year", "2024", date(2024, 1, 1), date(2024, 12, 31), False, False),
        is_untargeted=evidence.comparison == "none",
        is_example=True,
        actual=evidence.actual,
        value_status="observed",
        verdict=rate(evidence),
        missing_months=[],
        deliveries_due=None,
        deliveries_received=None,
        covered_until_on=None,
        outlook=Outlook(0.5, 24, 38, Pace(Fraction(1, 2))),
        searched_on=evidence.searched_on,
        source_url="https://example.org/",
    )


@settings(max_examples=300, deadline=None)
@given(EVIDENCE)
def test_every_evidence_has_one_known_status_and_a_sentence(evidence: Evidence) -> None:
    verdict = rate(evidence)
    assert verdict.status in STATUS_WORDS
    assert verdict == rate(evidence)
    sentence = reason_sv(figure_of(evidence))
    assert sentence
    assert "None" not in sentence


@pytest.mark.parametrize("evidence", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_every_rule_of_the_table_has_a_sentence(evidence: Evidence) -> None:
    sentence = reason_sv(figure_of(evidence))
    assert sentence
    assert "None" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(("days_after", "status"), [(-300, "awaiting_data"), (0, "awaiting_data"), (1, "not_reported")])
def test_a_search_before_anything_was_due_has_found_nothing_out(days_after: int, status: str) -> None:
    due_on = OVER.last_due_on
    assert due_on is not None
    searched_on = due_on + timedelta(days=days_after)
    assert rate(lacking(None, searched_on=searched_on, **LATE)).status == status
    milestone = Milestone(due_on, None, None, searched_on)
    assert rate_milestone(milestone, due_on + timedelta(days=90)).status == status


@pytest.mark.parametrize(("days_after", "status"), [(0, "awaiting_data"), (1, "not_kept")])
def test_what_is_not_done_on_its_last_day_may_still_be_done_that_day(days_after: int, status: str) -> None:
    milestone = Milestone(DUE, None, DUE + timedelta(days=days_after), None)
    assert rate_milestone(milestone, DUE + timedelta(days=30)).status == status
