"""A chart as geometry: one bar a period with its target, for the template to draw as SVG.

Lengths are percent of the chart's width, so that its text keeps its size on every screen. What is certain is solid,
what is possible is light: `at least n` is light from n to the edge, `about n` is light between its bounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from methods.figure import Figure
from publication.numbers import number_sv, percent_sv
from publication.wording import actual_sv, label_sv, target_sv

ROW_HEIGHT = 48
FULL = Decimal(100)
_EDGE = Decimal(84)  # where the largest number ends; the rest is room for "or more"
_ABSENT_SV: dict[str, str] = {"withheld": "visas inte", "missing": "saknas", "none": "inget tal"}

BarKind = Literal["number", "withheld", "missing", "none"]


@dataclass(frozen=True)
class Bar:
    """One period; positions are None where there is nothing to draw."""

    y: int
    label: str
    said: str
    kind: BarKind
    sure: float = 0
    possible: float | None = None
    is_open_ended: bool = False
    target_x: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Chart:
    """Bars under one scale that starts at zero, and what they are to reach."""

    bars: list[Bar]
    target: str | None
    description: str

    @property
    def height(self) -> int:
        """Height of all bars."""
        return len(self.bars) * ROW_HEIGHT

    @property
    def has_open_end(self) -> bool:
        """Some number is 'at least', which needs a word."""
        return any(bar.is_open_ended for bar in self.bars)

    @property
    def has_range(self) -> bool:
        """Some number is 'about', which needs a word."""
        return any(bar.possible is not None and not bar.is_open_ended for bar in self.bars)

    @property
    def has_interval(self) -> bool:
        """Some share has an interval, which needs a word."""
        return any(bar.interval is not None for bar in self.bars)


def largest_of(figures: Iterable[Figure]) -> Decimal:
    """Return the largest number that charts under one scale must hold."""
    return max((number for figure in figures for number in _numbers(figure)), default=Decimal(1))


def chart_of(figures: list[Figure], largest: Decimal) -> Chart:
    """Draw periods.

    Args:
        figures: what is shown, one bar each; all under the same target.
        largest: the largest number of this chart and those that it is to be compared with.
    """
    scale = _EDGE / max(largest, Decimal(1))
    bars = [_bar(figure, position * ROW_HEIGHT, scale) for position, figure in enumerate(figures)]
    targets = dict.fromkeys(said for figure in figures if (said := target_sv(figure)) is not None)
    return _chart(bars, ", ".join(targets) or None)


def share_chart(surveys: list[dict[str, Any]]) -> Chart:
    """Draw shares of 0 to 100 percent, from rows of `safety_survey`."""
    bars = [_share_bar(row, position * ROW_HEIGHT) for position, row in enumerate(surveys)]
    return _chart(bars, None)


def _chart(bars: list[Bar], target: str | None) -> Chart:
    said = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    return Chart(bars, target, f"{said}. Mål: {target}." if target else f"{said}.")


def _numbers(figure: Figure) -> Iterable[Decimal]:
    if figure.target_number is not None:
        yield figure.target_number
    if figure.actual:
        yield figure.actual.value
        yield figure.actual.high or Decimal(0)


def _bar(figure: Figure, y: int, scale: Decimal) -> Bar:
    target_x = _at(figure.target_number * scale) if figure.target_number is not None else None
    actual = figure.actual
    if actual is None:
        kind = _absence(figure)
        return Bar(y, label_sv(figure), _ABSENT_SV[kind], kind, target_x=target_x)
    is_open, is_about = actual.qualifier == "at_least" and actual.high is None, actual.qualifier == "about"
    said = str(actual_sv(figure))
    if is_about and actual.high is not None and not figure.is_share:
        said += f" ({number_sv(actual.low)}–{number_sv(actual.high)})"
    is_bounded = actual.qualifier != "exact" and actual.high is not None
    upper = actual.high if is_bounded and actual.high is not None else actual.value
    return Bar(
        y=y,
        label=label_sv(figure),
        said=said,
        kind="number",
        sure=_at((actual.low if is_about else actual.value) * scale),
        possible=_at(FULL) if is_open else _at(upper * scale) if is_bounded or is_about else None,
        is_open_ended=is_open,
        target_x=target_x,
    )


def _absence(figure: Figure) -> BarKind:
    if figure.is_withheld:
        return "withheld"
    return "missing" if figure.value_status == "missing" else "none"


def _share_bar(row: dict[str, Any], y: int) -> Bar:
    label, share = str(row["surveyed_on"].year), row["share"]
    if share is None:
        return Bar(y, label, _ABSENT_SV["withheld"], "withheld")
    if row["share_low"] is None:
        return Bar(y, label, f"{percent_sv(share)} %", "number", sure=_at(share * FULL))
    low, high = row["share_low"], row["share_high"]
    said = f"{percent_sv(share)} % ({percent_sv(low)}–{percent_sv(high)})"
    return Bar(y, label, said, "number", sure=_at(share * FULL), interval=(_at(low * FULL), _at(high * FULL)))


def _at(percent: Decimal) -> float:
    return float(round(percent, 2))
