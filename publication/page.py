"""The page of a release: promise by promise, what was said, what was reported, and how that is known."""

import base64
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from methods.figure import Figure
from methods.months import month_label_sv
from publication.chart import Chart, chart_of
from publication.edition import LICENSE_URL, Edition
from publication.wording import actual_sv, missing_sv, number_sv, reason_sv, target_sv
from schemas import codes
from schemas.agreement import NOT_TRANSCRIBED, Activity, Indicator, Promise, Reading
from schemas.derive import rows_of
from schemas.published import COLUMN_WORDS, TABLES, Deliveries, SafetySurvey

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Series:
    """The figures of one indicator under one reading, or of its years where there is no target."""

    reading: Reading | None
    figures: list[Figure]
    chart: Chart | None


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
        missing_sv=missing_sv,
        reason_sv=reason_sv,
        number_sv=number_sv,
        month_label_sv=month_label_sv,
        not_transcribed=NOT_TRANSCRIBED,
    )
    return found


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
        survey=list(rows_of(edition.table(SafetySurvey))),
        files=files,
        tables=TABLES,
        column_words=COLUMN_WORDS,
        license_url=LICENSE_URL,
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
            f"Löfte {number}",
            [_activity_part(a, by_activity[a.id]) for a in activities if a.promises == [promise.id]],
        )
        for number, promise in enumerate(edition.agreement.promises, start=1)
    ]
    several = [_activity_part(a, by_activity[a.id]) for a in activities if len(a.promises) > 1]
    untied = [_activity_part(a, by_activity[a.id]) for a in activities if not a.promises]
    if several:
        sections.append(Section("flera-loften", None, "Aktiviteter för flera löften", several))
    if untied:
        heading = "Aktiviteter som avtalet inte knyter till ett visst löfte"
        sections.append(Section("utan-lofte", None, heading, untied))
    return sections


def _activity_part(activity: Activity, figures: list[Figure]) -> ActivityPart:
    indicators: list[Indicator | None] = [*activity.indicators] or [None]
    parts = [_indicator_part(indicator, figures) for indicator in indicators]
    return ActivityPart(activity, any(figure.is_example for figure in figures), parts)


def _indicator_part(indicator: Indicator | None, figures: list[Figure]) -> IndicatorPart:
    own = [figure for figure in figures if figure.indicator == indicator]
    readings = list(dict.fromkeys(figure.reading.id for figure in own if figure.reading))
    series = [_series([f for f in own if f.reading and f.reading.id == reading]) for reading in readings]
    base = [figure for figure in own if figure.reading is None]
    if not series:
        series = [_series([figure for figure in base if figure.period.type == "year"])]
        base = [figure for figure in base if figure.period.type != "year"]
    return IndicatorPart(indicator, series, base)


def _series(figures: list[Figure]) -> Series:
    return Series(figures[0].reading, figures, chart_of(figures))
