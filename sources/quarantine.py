"""Deliveries looked at for personal data before anything keeps them: rows with any are blanked, or all is refused.

What came is only ever in memory here: there is no original to delete but the file where it lies.
"""

from functools import partial

from archive.ledger import Ledger
from archive.state import State
from archive.store import Draft
from methods.personal_data import find_in_cell
from schemas.agreement import Source
from schemas.content import Content
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, PersonalDataError
from sources.blanking import Looked, blank_rows

# The ledger keeps each address, and a file with this many is no slip; blank rows of a sheet are held at twice that.
BLANKED_ROWS_MAX = 500


def refuse_personal_name(name: str) -> None:
    """Look at a file's name.

    Raises:
        PersonalDataError: naming the kind, never the name.
    """
    kind = find_in_cell(name)
    if kind is not None:
        raise PersonalDataError(f"a file's name seems to hold personal data ({kind}); rename it, then run again")


def refuse_personal_data(name: str, content: Content, source: Source) -> None:
    """Look at a delivery of which all must be readable.

    Raises:
        PersonalDataError: naming the place and the kind, never the text.
        DeliveryHeldError: when the bytes cannot be read as the contract says, and so cannot be looked at.
    """
    found = _looked_at(name, content, source).finds.first(source.contract.layout)
    if found is not None:
        raise _refused(name, found)


def without_personal_data(name: str, content: Content, source: Source, draft: Draft | None = None) -> Looked:
    """Return what may be kept of a delivery: as it came, or with the rows blanked that seem to hold personal data.

    Raises:
        PersonalDataError: when something stands outside the rows that the contract reads, or in more of them than it
            allows to be set aside.
        DeliveryHeldError: when the bytes cannot be read as the contract says, and so cannot be looked at.
    """
    looked = _looked_at(name, content, source, draft)
    finds, first = looked.finds, looked.finds.first(source.contract.layout)
    if first is None:
        return looked
    if finds.elsewhere is not None:
        raise _refused(name, first)
    share_max, rows = source.contract.set_aside_share_max, finds.blanked_rows
    if rows > finds.row_count * share_max or rows > BLANKED_ROWS_MAX:
        limits = f"the contract's set_aside_share_max is {share_max}, and {BLANKED_ROWS_MAX} is the most ever blanked"
        raise _refused(name, first, f" So do {rows} of {finds.row_count} rows; {limits}.")
    left = blank_rows(looked.copy, source.contract).finds.first(source.contract.layout)
    if left is not None:
        raise _refused(name, left)
    return looked


def admit(
    said: Receipt, content: Content, source: Source, ledger: Ledger, state: State, draft: Draft | None = None
) -> tuple[Receipt, Content]:
    """Return the receipt for a delivery, and what may be kept of it.

    What has come before, as it is or as what was blanked then, is not looked at again.

    Args:
        said: the receipt but for what the bytes say.
        content: the delivery as it came; a hash of that is not to be kept where rows are blanked.
        source: where it is from.
        ledger: of its agreement.
        state: where it is to be kept.
        draft: a place for what of it may be kept.

    Raises:
        PersonalDataError: when nothing of it may be kept.
        DeliveryHeldError: when it cannot be looked at.
    """
    known = [item for item in ledger.receipts() if _is_of_same_months(item, said)]
    if any(item.size == content.size for item in known):
        receipt = said.model_copy(update={"content_hash": content.sha256(), "size": content.size})
        if any(item.delivery_id == receipt.delivery_id for item in known):
            return receipt, content
    blanked_before = [item for item in known if item.original_hash is not None]
    original = state.salt.keyed_hash(content.pieces()) if blanked_before else None
    for item in blanked_before:
        if item.original_hash == original:
            # Bytes that were deleted by a decision are not needed, and not kept again.
            kept = partial(state.store.reading, item.content_hash) if state.store.has(item.content_hash) else None
            return _for_copy(said, item), Content(item.size, kept) if kept else Content.of(b"")
    looked = without_personal_data(said.file_name, content, source, draft)
    said = said.model_copy(update={"content_hash": looked.copy_digest, "size": looked.copy.size})
    if not looked.finds.cells:
        return said, looked.copy
    original = original or state.salt.keyed_hash(content.pieces())
    return said.model_copy(update={"blanked": looked.finds.cells, "original_hash": original}), looked.copy


def _looked_at(name: str, content: Content, source: Source, draft: Draft | None = None) -> Looked:
    """Look at a file, and name it where that cannot be."""
    try:
        return blank_rows(content, source.contract, draft)
    except DeliveryHeldError as error:
        raise DeliveryHeldError(f"{name}: {error}") from error


def _is_of_same_months(one: Receipt, other: Receipt) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in ("source_id", "covers_from", "covers_to"))


def _for_copy(receipt: Receipt, known: Receipt) -> Receipt:
    """Say of a receipt what is known of the copy with blanked rows that was kept of the same file."""
    same = ("content_hash", "size", "blanked", "original_hash")
    return receipt.model_copy(update={key: getattr(known, key) for key in same})


def _refused(name: str, found: tuple[str, str], more: str = "") -> PersonalDataError:
    address, kind = found
    return PersonalDataError(
        f"{name}: {address} seems to hold personal data ({kind}); the delivery was not kept.{more} "
        "Ask the provider for a file without it, and delete this one."
    )
