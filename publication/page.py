"""The page of a release: promise by promise, what was said, what was reported, and how that is known."""

import base64
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from methods.disclosure import ANSWERS_MIN, RESPONDENTS_MIN
from methods.figure import Figure
from methods.months import NAMES_SV, month_label_sv
from methods.promise_summary import summarize
from methods.status import PATIENCE, REPORTED_SHARE_MIN
from publication.chart import Chart, chart_of, largest_of, share_chart
from publication.edition import LICENSE_URL, Edition
from publication.numbers import number_sv, percent_sv
from publication.summary_rows import figures_of_promise
from publication.survey_wording import percentage_points_sv
from publication.target_notes import note_sv
from publication.wording import actual_sv, label_sv, reason_sv, silence_sv, summary_sv, target_sv
from schemas import codes
from schemas.agreement import NOT_TRANSCRIBED, Activity, Agreement, Indicator, Promise
from schemas.derive import rows_of
from schemas.published import TABLES, Context, Deliveries, SafetySurvey
from schemas.published_agreement import Quality
from schemas.published_table import COLUMN_WORDS
from schemas.target import MilestoneTarget, Reading, RhythmTarget, ShareTarget

METHOD_PAGE = "metod.html"
TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Series:
    """The figures of one indicator under one reading, or of its years where there is no target."""

    reading: Reading | None
    figures: list[Figure]
    chart: Chart | None
    note: str | None = None

    @property
    def target_id(self) -> str | None:
        """The target that the figures are rated by."""
        return self.figures[0].target.id if self.figures[0].target else None

    @property
    def is_direction(self) -> bool:
        """The numbers are the survey's and are drawn there."""
        return any(figure.is_direction for figure in self.figures)


@dataclass(frozen=True)
class IndicatorPart:
    """What the page says of an indicator; `indicator` is None where the agreement states nothing to count."""

    indicator: Indicator | None
    series: list[Series]
    other_figures: list[Figure]


@dataclass(frozen=True)
class ActivityPart:
    """What the page says of an activity."""

    activity: Activity
    is_example: bool
    parts: list[IndicatorPart]


@dataclass(frozen=True)
class Section:
    """A promise, or what the agreement ties to several or to none, with its activities."""

    anchor: str
    promise: Promise | None
    heading: str
    activities: list[ActivityPart]
    summary: str | None = None


@dataclass(frozen=True)
class SurveyPart:
    """The answers to one question in one area, oldest first."""

    question_sv: str
    area_name_sv: str
    is_example: bool
    rows: list[dict[str, Any]]
    chart: Chart


@cache
def environment() -> Environment:
    """Return the templates, every value escaped and none forgotten."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        codes=codes,
        actual_sv=actual_sv,
        target_sv=target_sv,
        label_sv=label_sv,
        reason_sv=reason_sv,
        silence_sv=silence_sv,
        number_sv=number_sv,
        percent_sv=percent_sv,
        percentage_points_sv=percentage_points_sv,
        day_sv=day_sv,
        sentence=sentence,
        month_label_sv=month_label_sv,
        not_transcribed=NOT_TRANSCRIBED,
    )
    return found


def day_sv(day: date) -> str:
    """Write a day in Swedish words.

    >>> day_sv(date(2024, 12, 31))
    '31 december 2024'
    """
    return f"{day.day} {NAMES_SV[day.month - 1]} {day.year}"


def sentence(text: str) -> str:
    """Begin with a capital letter, and leave the rest alone.

    >>> sentence("år 1 från undertecknandet")
    'År 1 från undertecknandet'
    """
    return text[:1].upper() + text[1:]


def render(template: str, **values: Any) -> bytes:
    """Render a page with its style sheet inside, allowed by its hash alone."""
    style = (TEMPLATES / "page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    text = environment().get_template(template).render(style=Markup(style), policy=policy, **values)  # noqa: S704 - our own style sheet
    return text.encode("utf-8")


def page_bytes(edition: Edition, figures: list[Figure], files: list[dict[str, Any]]) -> bytes:
    """Write the page of a release.

    Args:
        edition: what is published.
        figures: protected figures, in the agreement's order.
        files: the release's other files, for the list of downloads.
    """
    return render(
        "agreement.html",
        edition=edition,
        agreement=edition.agreement,
        sections=_sections(edition, figures),
        deliveries=list(rows_of(edition.table(Deliveries))),
        quality={row["quality_id"]: row for row in rows_of(edition.table(Quality))},
        surveys=_survey_parts(list(rows_of(edition.table(SafetySurvey)))),
        context=list(rows_of(edition.table(Context))),
        files=files,
        tables=TABLES,
        column_words=COLUMN_WORDS,
        license_url=LICENSE_URL,
        method_page=METHOD_PAGE,
    )


def method_bytes(edition: Edition, rules_version: str) -> bytes:
    """Write the page that says how a release's figures are counted and rated; each release keeps its own."""
    return render(
        "method.html",
        edition=edition,
        rules_version=rules_version,
        patience_days=PATIENCE.days,
        reported_share_min=REPORTED_SHARE_MIN,
        respondents_min=RESPONDENTS_MIN,
        answers_min=ANSWERS_MIN,
    )


def _sections(edition: Edition, figures: list[Figure]) -> list[Section]:
    by_activity: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_activity[figure.activity.id].append(figure)
    activities = edition.agreement.activities
    sections = [
        Section(
            f"lofte-{promise.id}",
            promise,
            f"Löfte {number}" if len(edition.agreement.promises) > 1 else "Löftet",
            [_activity_part(edition.agreement, a, by_activity[a.id]) for a in activities if a.promises == [promise.id]],
            _summary(promise, figures),
        )
        for number, promise in enumerate(edition.agreement.promises, start=1)
    ]
    several = [_activity_part(edition.agreement, a, by_activity[a.id]) for a in activities if len(a.promises) > 1]
    untied = [_activity_part(edition.agreement, a, by_activity[a.id]) for a in activities if not a.promises]
    if several:
        sections.append(Section("flera-loften", None, "Aktiviteter för flera löften", several))
    if untied:
        heading = "Aktiviteter som avtalet inte knyter till ett visst löfte"
        sections.append(Section("utan-lofte", None, heading, untied))
    return sections


def _summary(promise: Promise, figures: list[Figure]) -> str | None:
    found = summarize(figures_of_promise(promise, figures))
    return summary_sv(found) if found else None


def _activity_part(agreement: Agreement, activity: Activity, figures: list[Figure]) -> ActivityPart:
    indicators: list[Indicator | None] = [*activity.indicators] or [None]
    parts = [_indicator_part(agreement, activity, indicator, figures) for indicator in indicators]
    return ActivityPart(activity, any(figure.is_example for figure in figures), parts)


def _indicator_part(
    agreement: Agreement, activity: Activity, indicator: Indicator | None, figures: list[Figure]
) -> IndicatorPart:
    own = [figure for figure in figures if figure.indicator == indicator]
    charted = [figure for figure in own if _is_charted(figure)]
    readings = list(dict.fromkeys(figure.reading.id if figure.reading else None for figure in charted))
    by_reading = [[f for f in charted if (f.reading.id if f.reading else None) == reading] for reading in readings]
    series = [
        Series(group[0].reading, group, _chart(group, figures), note_sv(agreement, activity, group[0]))
        for group in by_reading
    ]
    return IndicatorPart(indicator, series, [figure for figure in own if not _is_charted(figure)])


def _chart(group: list[Figure], beside: list[Figure]) -> Chart | None:
    """Draw figures on the scale that an activity's charts of the same measure share; a day is no number to draw."""
    measure = _measure(group[0])
    if measure is None:
        return None
    return chart_of(group, largest_of(f for f in beside if _is_charted(f) and _measure(f) == measure))


def _measure(figure: Figure) -> str | None:
    """Tell numbers apart that no scale can hold together."""
    target = figure.target
    if isinstance(target, MilestoneTarget):
        return None
    if isinstance(target, ShareTarget | RhythmTarget):
        return target.comparison
    return figure.indicator.quantity if figure.indicator else ""


def _is_charted(figure: Figure) -> bool:
    return figure.reading is not None or (figure.is_untargeted and figure.period.type == "year")


def _survey_parts(rows: list[dict[str, Any]]) -> list[SurveyPart]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["surveyed_on"]):
        groups[row["question_sv"], row["area_name_sv"]].append(row)
    return [
        SurveyPart(question, area, any(row["is_example"] for row in group), group, share_chart(group))
        for (question, area), group in sorted(groups.items())
    ]
