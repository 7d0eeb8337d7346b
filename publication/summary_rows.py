"""Rows of `promise_summary`: how many ratings of each kind every promise has, by rule only."""

from collections.abc import Iterator
from typing import Any

from methods.figure import Figure
from methods.promise_summary import PromiseSummary, summarize
from publication.wording import summary_sv
from schemas.agreement import Agreement, Promise

Row = dict[str, Any]


def summary_rows(agreement: Agreement, figures: list[Figure]) -> list[Row]:
    """Make a row for each status that the targets of a promise have; `kept` always, also where it is none."""
    rows: list[Row] = []
    for promise in agreement.promises:
        own = figures_of_promise(promise, figures)
        found = summarize(own)
        if found is not None:
            rows += _rows(agreement, promise, found, is_example=any(figure.is_example for figure in own))
    return rows


def figures_of_promise(promise: Promise, figures: list[Figure]) -> list[Figure]:
    """List the figures of all the activities that a promise has, those that it shares with others included."""
    return [figure for figure in figures if promise.id in figure.activity.promises]


def _rows(agreement: Agreement, promise: Promise, found: PromiseSummary, *, is_example: bool) -> Iterator[Row]:
    for status, count in (("kept", found.kept), *found.others):
        yield {
            "agreement_id": agreement.id,
            "promise_id": promise.id,
            "is_example": is_example,
            "rated_status": status,
            "ratings_count": count,
            "all_ratings_count": found.total,
            "summary_sv": summary_sv(found),
        }
