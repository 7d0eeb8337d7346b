"""Deliveries kept with their receipts, however they came: each once, of months that are due, none from the future."""

import hashlib
from collections import defaultdict
from datetime import date

from archive.ledger import Ledger
from archive.selection import is_still_to_come
from archive.store import DraftContent, Store
from methods.delivered import is_replaced_by
from methods.months import month_of, months_between
from methods.standing_deliveries import ends_of_months, is_whole
from methods.terms import accepted_months_of
from methods.year_to_date import is_rows_to_date
from schemas.agreement import Agreement, Source
from schemas.content import Content
from schemas.contract import survey_questions
from schemas.delivery import Receipt
from schemas.errors import FetchError

_SILENCE = {"ended": "ended", "paused": "paused", "not_begun": "not begun"}


def check_months(agreement: Agreement, source: Source, name: str, covers_from: str, covers_to: str) -> None:
    """Make sure that a file is about months that its source reports about, as whole as its contract says.

    Raises:
        FetchError: saying what the months should be.
    """
    if covers_from > covers_to:
        raise FetchError(f"{name}: the period ends ({covers_to}) before it starts ({covers_from})")
    # Rows of the year so far may be of months before and after a pause: only the last month tells that it reports.
    _check_silence(agreement, source, name, covers_to if is_rows_to_date(source) else covers_from, covers_to)
    if survey_questions(source.contract):  # a survey before the term is the baseline
        return
    first, last = month_of(agreement.starts_on), month_of(agreement.longest_ends_on)
    if covers_from < first or covers_to > last:
        raise FetchError(
            f"{name}: covers {covers_from} to {covers_to}, but the agreement runs from {first} to {last}"
            f"{_if_cut(agreement, source, covers_from, covers_to)}"
        )
    grain = source.contract.grain
    if grain != "row" and (covers_from, covers_to) not in accepted_months_of(agreement, source):
        raise FetchError(
            f"{name}: covers {covers_from} to {covers_to}; the contract's grain is {grain}, one whole {grain} a file"
        )


def keep_delivery(receipt: Receipt, content: Content, agreement: Agreement, ledger: Ledger, store: Store) -> bool:
    """Keep bytes and their receipt, unless the same was kept before; tell whether anything was written.

    Args:
        receipt: what is said of the delivery.
        content: its bytes, after quarantine: nothing in them is about a person.
        agreement: whose source it is from.
        ledger: of the agreement.
        store: where bytes are kept.

    Raises:
        FetchError: when it is said to come from the future or before its months were over, is invented in a real
            source, or was deleted; also when it is what came before the delivery that counts now, or when its
            attestation is taken away or added while it counts.
    """
    source = agreement.source(receipt.source_id)
    previous = {known.delivery_id: known for known in ledger.receipts()}.get(receipt.delivery_id)
    if previous is not None:
        _refuse_changed_back(receipt, previous, ledger, source)
        again = _again(receipt, previous, came_on=_first_came_on(receipt, previous, agreement, ledger))
        receipt = _attested_as_before(again, previous, ledger, source)
    _refuse_impossible(receipt, source)
    _refuse_deleted(receipt, previous, ledger)
    came_again: list[Receipt] = []
    if previous is None:
        _refuse_too_early(receipt, agreement, source)
        came_again = _came_again_after(receipt, ledger, source)
        _put(receipt, content, store)
    elif previous.says_the_same_as(receipt) and previous.received_on == receipt.received_on:
        return False
    # A run that is killed in between finds the delivery new once more, and the others dated already.
    for entry in (*came_again, receipt):
        ledger.append(entry)
    return True


def _put(receipt: Receipt, content: Content, store: Store) -> None:
    """Keep bytes, which must still be those that were looked at.

    Raises:
        FetchError: when they are others by now.
    """
    if isinstance(content, DraftContent):
        store.take(content.draft, receipt.content_hash)
        return
    whole = content.whole()
    if hashlib.sha256(whole).hexdigest() != receipt.content_hash:
        raise FetchError(f"{receipt.file_name}: it has changed while it was read; run again when it is whole")
    store.put(whole)


def _first_came_on(receipt: Receipt, previous: Receipt, agreement: Agreement, ledger: Ledger) -> date:
    """Return the day on which bytes first came, whichever of their files is found first.

    It is never before their months were over, nor before another delivery that they came again after.
    """
    source = agreement.source(receipt.source_id)
    if receipt.address == previous.address or receipt.received_on >= previous.received_on:
        return previous.received_on
    between = [
        other
        for other in ledger.receipts()
        if other.source_id == source.id
        and other.delivery_id != previous.delivery_id
        and receipt.received_on <= other.received_on <= previous.received_on
    ]
    came_between = is_replaced_by(between, previous, source.replaced_by)
    is_first = is_whole(receipt, agreement, source) and not came_between
    return receipt.received_on if is_first else previous.received_on


def _came_again_after(receipt: Receipt, ledger: Ledger, source: Source) -> list[Receipt]:
    """Date anew the deliveries that were dated by when they first came before one between was known."""
    came_on: dict[str, list[date]] = defaultdict(list)
    for known in ledger.written_receipts():
        came_on[known.delivery_id].append(known.received_on)
    return [
        known.model_copy(update={"received_on": min(again)})
        for known in ledger.receipts()
        if known.source_id == source.id and known.received_on <= receipt.received_on
        if is_replaced_by([receipt], known, source.replaced_by)
        if (again := [day for day in came_on[known.delivery_id] if day > receipt.received_on])
    ]


def _again(receipt: Receipt, previous: Receipt, came_on: date) -> Receipt:
    """Say what is known of bytes that have come before: received when they first came, and what was blanked in them.

    What an office said when it handed them over stands, though the same file lies at the source without a word. So does
    an attestation beside one file, though the same lies there once more under another name.
    """
    again = receipt.model_copy(
        update={"received_on": came_on, "original_hash": previous.original_hash, "blanked": previous.blanked}
    )
    attests_zero = receipt.attests_zero or previous.attests_zero
    if previous.office is None:
        is_same_file = receipt.address == previous.address
        return again if is_same_file else again.model_copy(update={"attests_zero": attests_zero})
    if receipt.office is not None:
        return again
    handed = previous.model_dump(include={"office", "registration_number", "keyed_by"})
    is_invented, source_url = receipt.is_invented or previous.is_invented, receipt.source_url or previous.source_url
    said = {"attests_zero": attests_zero, "is_invented": is_invented, "source_url": source_url}
    return again.model_copy(update=handed | said)


def _attested_as_before(receipt: Receipt, previous: Receipt, ledger: Ledger, source: Source) -> Receipt:
    """Hold that how a delivery is read that has counted stays: as the zero it attests, or by its rows.

    Were it written down otherwise, what has counted could no longer be read as it was.

    Raises:
        FetchError: when it is said otherwise of a delivery that still counts.
    """
    if receipt.attests_zero == previous.attests_zero or receipt.delivery_id not in ledger.accepted_loads():
        return receipt
    if ledger.is_replaced(previous, source):
        return receipt.model_copy(update={"attests_zero": previous.attests_zero})
    if previous.attests_zero:
        raise FetchError(
            f"{receipt.file_name}: what was attested when it was received on {previous.received_on}, that nothing was "
            "done, is no longer said, and goes on counting. Attest it again (attests_zero = true), or ask for a file "
            "with what was done, which will replace it"
        )
    raise FetchError(
        f"{receipt.file_name}: its rows count since it was received on {previous.received_on}, and now it is said to "
        "attest that nothing was done. Ask the office which is true: take the attestation away, or ask for a file "
        "without rows"
    )


def _refuse_changed_back(receipt: Receipt, previous: Receipt, ledger: Ledger, source: Source) -> None:
    """Tell of bytes that come again after a later delivery: the later one counts, and may be the wrong one.

    A file that stays beside the one that replaced it is no news: at its address nothing else has stood.
    """
    there = [item for item in ledger.entries if isinstance(item, Receipt) and item.address == receipt.address]
    if there:
        is_another = there[-1].delivery_id != previous.delivery_id
        comes_back = is_another and ledger.is_replaced(previous, source)
    else:
        is_later = receipt.received_on > previous.received_on
        comes_back = is_later and _is_followed(previous, receipt.received_on, ledger, source)
    if comes_back:
        since = "another has come instead of that one since, and counts once it can be read"
        if ledger.is_replaced(previous, source):
            since = "a later delivery has replaced that one and goes on counting"
        raise FetchError(
            f"{receipt.file_name}: the same as on {previous.received_on}, but {since}. Ask which is right; if it is "
            f"this one, ask for it {_in_another_form(receipt, source)}"
        )


def _in_another_form(receipt: Receipt, source: Source) -> str:
    """Say how a file says the same in other bytes: one without rows still has columns, but in JSON not even those."""
    if receipt.attests_zero and source.contract.json_records is not None:
        return "with one line break more at its end"
    return "with its rows or columns in another order"


def _is_followed(previous: Receipt, until: date, ledger: Ledger, source: Source) -> bool:
    """Tell whether another delivery has come instead of one since, in time to be the one that is taken back."""
    deleted = ledger.deletions()
    later = [
        known
        for known in ledger.received_after(previous, source)
        if known.received_on <= until and known.delivery_id not in deleted
    ]
    return is_replaced_by(later, previous, source.replaced_by)


def _check_silence(agreement: Agreement, source: Source, name: str, covers_from: str, covers_to: str) -> None:
    for month in months_between(covers_from, covers_to):
        kind = source.silence(month)
        if kind is not None:
            raise FetchError(
                f"{name}: covers {covers_from} to {covers_to}, but the source {source.id!r} has {_SILENCE[kind]} by "
                f"{month}; mend its started_on, ended_on or pauses, or ask what the file is"
                f"{_if_cut(agreement, source, covers_from, covers_to)}"
            )


def _if_cut(agreement: Agreement, source: Source, covers_from: str, covers_to: str) -> str:
    """Say how a file of totals is taken in that is called by a tertial or year of which only a part is due."""
    first, last = month_of(agreement.starts_on), month_of(agreement.longest_ends_on)
    months = months_between(max(covers_from, first), min(covers_to, last))
    due = [month for month in months if source.reports_about(month)]
    is_one_span = bool(due) and due == list(months_between(due[0], due[-1]))
    if (
        source.contract.grain == "row"
        or not is_one_span
        or (due[0], due[-1]) not in accepted_months_of(agreement, source)
    ):
        return ""
    return f". Where it is only about {due[0]} to {due[-1]}, hand it over: `lofte receive --period {due[0]}..{due[-1]}`"


def _refuse_impossible(receipt: Receipt, source: Source) -> None:
    if is_still_to_come(receipt.received_on):
        raise FetchError(f"{receipt.file_name}: said to be received on {receipt.received_on}, which is still to come")
    if receipt.is_invented and not source.is_example:
        raise FetchError(
            f"{receipt.file_name}: invented, but its source is not; put it in a source with is_example = true"
        )


def _refuse_too_early(receipt: Receipt, agreement: Agreement, source: Source) -> None:
    """Refuse what came before its months were over, and would count as if it were all of them."""
    if not is_whole(receipt, agreement, source):
        raise FetchError(
            f"{receipt.file_name}: received on {receipt.received_on}, before its months are over "
            f"({ends_of_months(receipt, agreement, source)}), so it is not whole; ask for it again after that day, or "
            "mend the day on which it is said to be received"
        )


def _refuse_deleted(receipt: Receipt, previous: Receipt | None, ledger: Ledger) -> None:
    """Let nothing that was deleted by a decision be kept again, under other months or another source.

    A file that was left at its source is no news. A zero that is attested by it since is, as it cannot count.
    """
    deleted = ledger.deletions()
    if previous is None:
        hashes = {known.content_hash for known in ledger.receipts() if known.delivery_id in deleted}
        is_refused = receipt.content_hash in hashes
    else:
        is_attested_since = receipt.attests_zero and not previous.attests_zero
        is_refused = previous.delivery_id in deleted and is_attested_since
    if is_refused:
        raise FetchError(f"{receipt.file_name}: these bytes have been deleted by a decision and are not kept again")
