"""What a run says of a delivery: of one that counts and should be looked at, and of one to be deleted."""

import shlex
from collections.abc import Iterator
from datetime import date

from methods.blanked_rows import told_blanked
from schemas.contract import Volume
from schemas.delivery import Load, Receipt
from schemas.layout import Layout

# More addresses than this tell nobody more; the warehouse has them all.
ADDRESSES_TOLD_MAX = 100
HOLDS_ITSELF_TWICE = (
    "its second half repeats the first, row by row, as where an export is written twice into one file; all its rows "
    "count. Ask the provider whether they should: where not, the right file replaces this one"
)

# A workbook may have hundreds of sheets.
PLACES_TOLD_MAX = 5

COUNTS_AS_READ_BEFORE = (
    "What was read of it by an earlier contract or file_pattern counts on. Where deliveries have another form from "
    "some month on, put both back, let this source end (ended_on, ended_reason_sv, taken_over_by), and let another "
    "with a folder of its own begin (started_on)"
)


def told_of(agreement_id: str, receipt: Receipt, what: str) -> str:
    """Say something of a delivery that is to be loaded, by agreement, source and file."""
    return f"{agreement_id}, source {receipt.source_id}, load: {receipt.file_name}: {what}"


def blanked_warning(receipt: Receipt, layout: Layout) -> str:
    """Say which rows were blanked, and where they still are."""
    where = f"the file at {receipt.address} still holds them"
    if receipt.office is not None:
        where = "the inbox has only the blanked copy, but the file that was handed over and copies of it hold them"
    return (
        "before anything was kept, rows were blanked that seem to hold personal data: "
        f"{told_blanked(receipt.blanked, layout)}. They are set aside by the rule personal_data; "
        f"{where}: delete it, and ask the provider for a file without them"
    )


def came_later(received_on: date, at: date) -> str:
    """Say why a delivery that cannot be read is no fault of a run, as in a backfill."""
    return f"It was received on {received_on}, and so has no part in what is published as of {at}"


def volume_warnings(load: Load, volume: Volume | None) -> Iterator[str]:
    """Tell of more rows than were expected, and of more set aside than are told one by one."""
    if (
        volume is not None
        and volume.rows_max is not None
        and load.accepted_rows + load.set_aside_rows > volume.rows_max
    ):
        yield (
            f"more rows than the contract's volume.rows_max, {volume.rows_max} ({volume.evidence}); they count, look "
            "whether they should"
        )
    if load.set_aside_rows > ADDRESSES_TOLD_MAX:
        yield (
            f"{load.set_aside_rows} rows were set aside, of which the first {ADDRESSES_TOLD_MAX} addresses are told; "
            "`lofte rejected` lists all"
        )


def goes_on_warning(places: list[str], what: str) -> str:
    """Tell of other places in a delivery that have all that the contract reads, and are not read.

    Args:
        places: as a message may bear them.
        what: a place is.
    """
    more = " and more" if len(places) > PLACES_TOLD_MAX else ""
    return (
        f"all that the contract reads stands in another {what}, too: {', '.join(places[:PLACES_TOLD_MAX])}{more}. "
        "Nothing there is read or counted for this source: look whether the export goes on there. Where it does, ask "
        f"the provider for all of it in one {what}"
    )


def same_bytes_warning(receipt: Receipt, other: Receipt) -> str:
    """Tell of a delivery for other months that has the same bytes."""
    return (
        f"the same bytes as {other.file_name}, and each counts for its own months. Where one of them bore a wrong "
        f"name, ask for the right file for {receipt.covers_from} to {receipt.covers_to} or {other.covers_from} to "
        f"{other.covers_to}, which replaces it"
    )


def overdue_warning(agreement_id: str, receipt: Receipt, name: str, day: date) -> str:
    """Say that answers are kept longer than they may be.

    Args:
        agreement_id: whose they are.
        receipt: of their delivery.
        name: by which it is deleted.
        day: until which they were to be kept.
    """
    return (
        f"{agreement_id}, source {receipt.source_id}, retention: the answers in {receipt.file_name} were to be kept "
        f"until {day}; delete them by `{shlex.join(['lofte', 'forget', agreement_id, name])} --decision REFERENCE "
        "--office ID`"
    )
