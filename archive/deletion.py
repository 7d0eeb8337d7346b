"""Answers deleted by a decision: the ledger remembers that they came and went, and what they said together stays."""

from datetime import UTC, date, datetime

from pydantic import ValidationError

from archive.ledger import Ledger
from archive.state import State
from archive.steps import step
from methods.delivery_names import public_ids
from methods.personal_data import find_in_cell
from schemas.agreement import Agreement
from schemas.contract import AnswersContract
from schemas.delivery import Deletion, Receipt
from schemas.errors import DeletionError


def delete_delivery(state: State, agreement: Agreement, name: str, decision: str, office_id: str) -> bool:
    """Delete a delivery's bytes, and write down by which decision.

    Args:
        state: locked by the caller.
        agreement: whose delivery it is.
        name: as `deliveries` has it, source/month/ordinal, or the file's name; where several have that, with a number.
        decision: a reference to the decision.
        office_id: the office that decided, one of the agreement's.

    Returns:
        Whether the bytes are gone; they stay while another delivery of the same bytes has not been deleted.

    Raises:
        DeletionError: when the delivery or office is not there, or its rows are still counted one by one.
    """
    if office_id not in {office.id for office in agreement.offices}:
        known = ", ".join(office.id for office in agreement.offices)
        raise DeletionError(f"{agreement.id} has no office {office_id!r} (known: {known})")
    ledger = state.ledger(agreement.id)
    receipt = _receipt_named(ledger, name)
    if receipt.delivery_id not in ledger.deletions():
        _refuse_if_counted(ledger, receipt, name)
        ledger.append(_deletion(receipt, decision, office_id))
        step("deleted")
    remove_deleted(state)
    return not state.store.has(receipt.content_hash)


def remove_deleted(state: State) -> None:
    """Remove the bytes of every deleted delivery that nothing else needs, also after a crash between the two.

    Another delivery needs its own, and what one person has typed in is compared with what a second one does.
    """
    ledgers = [state.ledger(agreement_id) for agreement_id in state.ledgered_agreements()]
    gone = {(position, delivery_id) for position, ledger in enumerate(ledgers) for delivery_id in ledger.deletions()}
    hashes: dict[bool, set[str]] = {True: set(), False: set()}
    for position, ledger in enumerate(ledgers):
        for receipt in ledger.receipts():
            hashes[(position, receipt.delivery_id) in gone].add(receipt.content_hash)
    waiting = {keying.receipt.content_hash for ledger in ledgers for keying in ledger.keyings()}
    for digest in sorted(hashes[True] - hashes[False] - waiting):
        state.store.remove(digest)


def overdue_deliveries(agreement: Agreement, ledger: Ledger, today: date) -> list[tuple[Receipt, date]]:
    """List the deliveries whose answers should have been deleted by now, with the day they were to be kept until."""
    deleted = ledger.deletions()
    contracts = {s.id: s.contract for s in agreement.sources if isinstance(s.contract, AnswersContract)}
    return [
        (receipt, survey.keep_until)
        for receipt in ledger.receipts()
        if receipt.source_id in contracts and receipt.delivery_id not in deleted
        for _, survey in contracts[receipt.source_id].surveys_between(receipt.covers_from, receipt.covers_to)
        if survey.keep_until < today
    ]


def name_to_delete_by(ledger: Ledger, receipt: Receipt) -> str:
    """Return a delivery's name that no other bears: its file's, with a number where several files have it."""
    named = _by_file(ledger, receipt.file_name)
    left = _still_there(ledger, named)
    return receipt.file_name if len(left) < 2 else next(name for name in left if left[name] == receipt)


def _receipt_named(ledger: Ledger, name: str) -> Receipt:
    named = _by_file(ledger, name)
    left = _still_there(ledger, named) or named  # what is gone already needs its name no more
    if len(left) > 1:
        told = "; ".join(f"{one} ({_told(receipt)})" for one, receipt in left.items())
        raise DeletionError(f"several deliveries have that name; say which: {told}")
    if left:
        return next(iter(left.values()))
    known = {**_by_public_id(ledger), **_by_file(ledger, name.rpartition("/")[0])}
    if name not in known:
        raise DeletionError(
            "there is no such delivery; name it as deliveries.csv does, source/month/ordinal, or by its file's name"
        )
    return known[name]


def _by_file(ledger: Ledger, file_name: str) -> dict[str, Receipt]:
    """Number the deliveries of one file's name in the order in which they were taken in; no file has / in its name."""
    bearing = (receipt for receipt in ledger.receipts() if receipt.file_name == file_name)
    return {f"{file_name}/{number}": receipt for number, receipt in enumerate(bearing, start=1)}


def _by_public_id(ledger: Ledger) -> dict[str, Receipt]:
    loads = ledger.accepted_loads()
    accepted = [receipt for receipt in ledger.receipts() if receipt.delivery_id in loads]
    accepted.sort(key=lambda receipt: receipt.received_on)
    return dict(zip(public_ids(accepted), accepted, strict=True))


def _still_there(ledger: Ledger, named: dict[str, Receipt]) -> dict[str, Receipt]:
    deleted = ledger.deletions()
    return {name: receipt for name, receipt in named.items() if receipt.delivery_id not in deleted}


def _told(receipt: Receipt) -> str:
    """Say what a person can tell a file by who has others of its name."""
    months = f"{receipt.covers_from} to {receipt.covers_to}"
    return f"for {months}, received on {receipt.received_on}, taken in {receipt.fetched_at}, {receipt.size} bytes"


def _refuse_if_counted(ledger: Ledger, receipt: Receipt, name: str) -> None:
    if any(load.delivery_id == receipt.delivery_id and load.aggregate_hash is None for load in ledger.loads().values()):
        raise DeletionError(
            f"{name}: its rows are counted one by one, and a rebuild would lack them; "
            "only survey answers can be deleted and stay counted"
        )


def _deletion(receipt: Receipt, decision: str, office_id: str) -> Deletion:
    if find_in_cell(decision) is not None:
        raise DeletionError("the reference to the decision seems to hold personal data; give its number only")
    try:
        return Deletion(
            delivery_id=receipt.delivery_id,
            decision=decision,
            office_id=office_id,
            deleted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    except ValidationError as error:
        raise DeletionError("the reference to the decision must be plain text of 1 to 200 characters") from error
