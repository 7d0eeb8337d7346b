"""A chart as geometry: one bar a period with its target, for the template to draw as SVG."""

from dataclasses import dataclass
from decimal import Decimal

from methods.figure import Figure
from publication.wording import actual_sv, target_sv

WIDTH = 360
ROW_HEIGHT = 46
BAR_HEIGHT = 16
BAR_TOP = 22
_SCALE_ROOM = Decimal("1.08")


@dataclass(frozen=True)
class Bar:
    """One period: lengths and positions in the chart's own units, None where there is nothing to draw."""

    y: int
    label: str
    said: str
    length: float | None
    range_from: float | None
    range_to: float | None
    is_open_ended: bool
    target_x: float | None


@dataclass(frozen=True)
class Chart:
    """Bars under one scale that starts at zero."""

    bars: list[Bar]
    height: int
    has_target: bool
    description: str


def chart_of(figures: list[Figure]) -> Chart | None:
    """Draw periods that have a number to show; None where none has."""
    if not any(figure.actual for figure in figures):
        return None
    largest = max(number for figure in figures for number in _numbers(figure))
    scale = Decimal(WIDTH) / (max(largest, Decimal(1)) * _SCALE_ROOM)
    bars = [_bar(figure, position, scale) for position, figure in enumerate(figures)]
    description = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    has_target = any(bar.target_x is not None for bar in bars)
    return Chart(bars, len(bars) * ROW_HEIGHT, has_target, description)


def _numbers(figure: Figure) -> list[Decimal]:
    actual = figure.actual
    of_actual = [actual.value, *([actual.high] if actual.high is not None else [])] if actual else []
    return [Decimal(0), *of_actual, *([figure.target.value] if figure.target else [])]


def _bar(figure: Figure, position: int, scale: Decimal) -> Bar:
    actual, target = figure.actual, figure.target
    is_range = actual is not None and actual.high is not None and actual.high != actual.low
    return Bar(
        y=position * ROW_HEIGHT,
        label=figure.period.label_sv,
        said=_said(figure),
        length=_units(actual.value, scale) if actual else None,
        range_from=_units(actual.low, scale) if actual and is_range else None,
        range_to=_units(actual.high, scale) if actual and actual.high is not None and is_range else None,
        is_open_ended=actual is not None and actual.qualifier == "at_least",
        target_x=_units(target.value, scale) if target else None,
    )


def _said(figure: Figure) -> str:
    if figure.actual is None:
        shown = "visas inte" if figure.is_withheld else "ingen uppgift"
    else:
        shown = str(actual_sv(figure.actual))
    return f"{shown} (mål: {target_sv(figure.target)})" if figure.target else shown


def _units(value: Decimal, scale: Decimal) -> float:
    return float(round(value * scale, 1))
