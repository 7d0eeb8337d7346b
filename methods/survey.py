"""Survey shares with their uncertainty, beside the baseline and the survey before; what single answers show is gone."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from methods.disclosure import is_estimate_withheld, is_share_withheld
from methods.survey_change import Difference, Measure, are_detected, difference
from methods.survey_design import share_interval
from schemas.agreement import Agreement
from schemas.contract import SurveyContract

ChangeVerdict = Literal["baseline", "not_tested", "not_available", "no_detectable_change", "increase", "decrease"]
Basis = Literal["published", "answers"]
Pair = tuple["SurveyResult", "SurveyResult"]
PLACES = Decimal("0.000001")
# A share of fewer effective answers, or with a wider interval, is too uncertain to stand alone.
EFFECTIVE_COUNT_MIN = 30
INTERVAL_WIDTH_MAX = Decimal("0.30")


@dataclass(frozen=True)
class Change:
    """A share minus that of an earlier survey.

    `critical_share` is the smallest measured change that could have been called one, `detectable_share` the true
    change that is seen at least four times in five; None where nothing is tested.
    """

    from_survey_id: str
    share: Decimal
    verdict: ChangeVerdict
    critical_share: Decimal | None = None
    detectable_share: Decimal | None = None


@dataclass(frozen=True)
class SurveyResult:
    """A share of one survey, question and area; `share` is None where it is withheld.

    What a basis does not give is None: a published share has no numerator and no degrees of freedom, and a standard
    error only where its design effect is stated.
    """

    source_id: str
    survey_id: str
    question_id: str
    area_id: str
    surveyed_on: date
    share: Decimal | None
    respondents_count: int | None
    response_share: Decimal | None
    basis: Basis = "published"
    standard_error: Decimal | None = None
    numerator_count: int | None = None
    effective_count: Decimal | None = None
    freedom_count: int | None = None
    unanswered_share: Decimal | None = None
    is_baseline: bool = False
    change: Change | None = field(default=None, repr=False)
    change_from_previous: Change | None = field(default=None, repr=False)

    @property
    def is_withheld(self) -> bool:
        """The share exists and is not shown."""
        return self.share is None

    @property
    def change_verdict(self) -> ChangeVerdict:
        """What may be said of the change against the baseline."""
        if self.is_baseline:
            return "baseline"
        return self.change.verdict if self.change else "not_available"

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """The 95 % confidence interval of the share, where its uncertainty is known."""
        if self.share is None or self.effective_count is None:
            return None
        low, high = share_interval(float(self.share), float(self.effective_count), self.freedom_count)
        return _rounded(low), _rounded(high)

    @property
    def is_imprecise(self) -> bool | None:
        """The share is uncertain enough to be read with care; None where that is not known."""
        if self.effective_count is None or self.interval is None:
            return None
        low, high = self.interval
        return self.effective_count < EFFECTIVE_COUNT_MIN or high - low > INTERVAL_WIDTH_MAX

    @property
    def design_effect(self) -> Decimal | None:
        """How many times the variance is that of a simple random sample as large."""
        if self.respondents_count is None or self.effective_count is None:
            return None
        return (self.respondents_count / self.effective_count).quantize(PLACES)

    @property
    def measure(self) -> Measure | None:
        """What a test of change needs, where it is known."""
        if self.share is None or self.standard_error is None:
            return None
        return Measure(float(self.share), float(self.standard_error), self.freedom_count)


def told_results(agreement: Agreement, results: list[SurveyResult]) -> list[SurveyResult]:
    """Return what may be said of the questions that an agreement follows: stated precision, protection, changes."""
    followed = {(outcome.source, outcome.question_id) for outcome in agreement.outcomes}
    effects = {
        source.id: source.contract.design_effect
        for source in agreement.sources
        if isinstance(source.contract, SurveyContract)
    }
    shown = [
        protected(with_stated_precision(result, effects.get(result.source_id)))
        for result in results
        if (result.source_id, result.question_id) in followed
    ]
    return with_changes(shown, agreement.starts_on)


def with_stated_precision(result: SurveyResult, design_effect: Decimal | None) -> SurveyResult:
    """Give a published share its standard error: V = p(1 − p)/n × design effect; none stated, none given."""
    if result.basis != "published" or design_effect is None or result.share is None or not result.respondents_count:
        return result
    effective = result.respondents_count / design_effect
    error = (result.share * (1 - result.share) / effective).sqrt()
    return replace(result, standard_error=error.quantize(PLACES), effective_count=Decimal(effective).quantize(PLACES))


def protected(result: SurveyResult) -> SurveyResult:
    """Return a result without its numbers where they rest on too few answers.

    An estimate of ours is also withheld where it is too uncertain; what others have published is then only flagged.
    """
    return withheld(result) if result.share is not None and _is_withheld(result, result.share) else result


def withheld(result: SurveyResult) -> SurveyResult:
    """Return a result without its numbers, and without all that they could be told from."""
    return replace(
        result,
        share=None,
        respondents_count=None,
        response_share=None,
        standard_error=None,
        numerator_count=None,
        effective_count=None,
        freedom_count=None,
        unanswered_share=None,
    )


def _is_withheld(result: SurveyResult, share: Decimal) -> bool:
    if result.respondents_count is None:
        return True
    if result.basis == "published":
        return is_share_withheld(share, result.respondents_count)
    is_few = result.numerator_count is None or is_estimate_withheld(result.numerator_count, result.respondents_count)
    return is_few or not result.freedom_count or result.is_imprecise is not False


def with_changes(results: list[SurveyResult], starts_on: date) -> list[SurveyResult]:
    """Set each result beside the last survey before the agreement's start and the survey before it.

    Both of the same source, question and area. Withheld shares give no change, and are no survey that a change could
    be told from. Holm's family is the questions and areas of one report that are set beside their baseline, or beside
    the survey before: also where some of them were last asked in another survey than the rest.
    """
    baselines = {result: _last(result, results, starts_on) for result in results}
    since_baseline = _changes(baselines)
    since_previous = _changes({result: _last(result, results, result.surveyed_on) for result in results})
    return [
        replace(
            result,
            is_baseline=result == baselines[result],
            change=since_baseline.get(result),
            change_from_previous=since_previous.get(result),
        )
        for result in results
    ]


def _last(result: SurveyResult, results: list[SurveyResult], before: date) -> SurveyResult | None:
    """Return the last survey before a day that asked the same of the same people."""
    key = (result.source_id, result.question_id, result.area_id)
    earlier = [
        other
        for other in results
        if (other.source_id, other.question_id, other.area_id) == key and other.surveyed_on < before
    ]
    return max(earlier, key=lambda other: other.surveyed_on, default=None)


def _changes(earlier_of: dict[SurveyResult, SurveyResult | None]) -> dict[SurveyResult, Change]:
    """Tell the change of each result since an earlier one, each within its report."""
    reports: dict[tuple[str, str], list[tuple[Pair, Difference]]] = defaultdict(list)
    found: dict[SurveyResult, Change] = {}
    for later, earlier in earlier_of.items():
        if earlier is None or earlier.surveyed_on >= later.surveyed_on or later.share is None or earlier.share is None:
            continue
        one, other = later.measure, earlier.measure
        if one is None or other is None or not one.standard_error + other.standard_error:
            found[later] = Change(earlier.survey_id, _difference(later, earlier), "not_tested")
        else:
            reports[later.source_id, later.survey_id].append(((later, earlier), difference(one, other)))
    for tested in reports.values():
        are_changes = are_detected([item.probability for _, item in tested])
        for (pair, item), is_change in zip(tested, are_changes, strict=True):
            found[pair[0]] = _tested(pair, item, is_change, len(tested))
    return found


def _tested(pair: Pair, item: Difference, is_change: bool, questions: int) -> Change:
    later, earlier = pair
    direction: ChangeVerdict = "increase" if item.change > 0 else "decrease"
    return Change(
        from_survey_id=earlier.survey_id,
        share=_difference(later, earlier),
        verdict=direction if is_change else "no_detectable_change",
        critical_share=_rounded(item.critical_change()),
        detectable_share=_rounded(item.detectable_change(questions)),
    )


def _difference(later: SurveyResult, earlier: SurveyResult) -> Decimal:
    return (later.share or Decimal(0)) - (earlier.share or Decimal(0))


def _rounded(number: float) -> Decimal:
    return Decimal(repr(number)).quantize(PLACES)
