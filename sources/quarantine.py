"""Deliveries looked at for personal data before anything keeps them: rows with any are blanked, or all is refused.

What came is only ever in memory here: there is no original to delete but the file where it lies.
"""

import hashlib

from archive.ledger import Ledger
from archive.state import State
from methods.personal_data import find_personal_data
from schemas.agreement import Source
from schemas.blanking import Blanking
from schemas.delivery import Receipt
from schemas.errors import PersonalDataError
from sources.blanking import blank_rows

# The ledger keeps each address, and a file with this many is no slip; blank rows of a sheet are held at twice that.
BLANKED_ROWS_MAX = 500


def refuse_personal_name(name: str) -> None:
    """Look at a file's name.

    Raises:
        PersonalDataError: naming the kind, never the name.
    """
    kind = find_personal_data(name)
    if kind is not None:
        raise PersonalDataError(f"a file's name seems to hold personal data ({kind}); rename it, then run again")


def refuse_personal_data(name: str, content: bytes, source: Source) -> None:
    """Look at a delivery of which all must be readable.

    Raises:
        PersonalDataError: naming the place and the kind, never the text.
        DeliveryHeldError: when the bytes cannot be read as the contract says, and so cannot be looked at.
    """
    found = blank_rows(content, source.contract).first
    if found is not None:
        raise _refused(name, found)


def without_personal_data(name: str, content: bytes, source: Source) -> Blanking:
    """Return what may be kept of a delivery: as it came, or with the rows blanked that seem to hold personal data.

    Raises:
        PersonalDataError: when something stands outside the rows that the contract reads, or in more of them than it
            allows to be set aside.
        DeliveryHeldError: when the bytes cannot be read as the contract says, and so cannot be looked at.
    """
    found = blank_rows(content, source.contract)
    first = found.first
    if first is None:
        return found
    if found.elsewhere is not None:
        raise _refused(name, first)
    share_max, rows = source.contract.set_aside_share_max, found.blanked_rows
    if rows > found.row_count * share_max or rows > BLANKED_ROWS_MAX:
        limits = f"the contract's set_aside_share_max is {share_max}, and {BLANKED_ROWS_MAX} is the most ever blanked"
        raise _refused(name, first, f" So do {rows} of {found.row_count} rows; {limits}.")
    left = blank_rows(found.content, source.contract).first
    if left is not None:
        raise _refused(name, left)
    return found


def admit(receipt: Receipt, content: bytes, source: Source, ledger: Ledger, state: State) -> tuple[Receipt, bytes]:
    """Return what may be kept of a delivery, and the receipt for it.

    What has come before, as it is or as what was blanked then, is not looked at again.

    Args:
        receipt: for the delivery as it came; its hash of that is not to be kept.
        content: the delivery as it came.
        source: where it is from.
        ledger: of its agreement.
        state: where it is to be kept.

    Raises:
        PersonalDataError: when nothing of it may be kept.
        DeliveryHeldError: when it cannot be looked at.
    """
    known = [item for item in ledger.receipts() if _is_of_same_months(item, receipt)]
    if any(item.delivery_id == receipt.delivery_id for item in known):
        return receipt, content
    blanked_before = [item for item in known if item.original_hash is not None]
    original = state.salt.keyed_hash(content) if blanked_before else None
    for item in blanked_before:
        if item.original_hash == original:
            kept = item.content_hash
            # Bytes that were deleted by a decision are not needed, and not kept again.
            return _for_copy(receipt, item), state.store.get(kept) if state.store.has(kept) else b""
    found = without_personal_data(receipt.file_name, content, source)
    if not found.cells:
        return receipt, content
    copy = receipt.model_copy(
        update={
            "content_hash": hashlib.sha256(found.content).hexdigest(),
            "size": len(found.content),
            "blanked": found.cells,
            "original_hash": original or state.salt.keyed_hash(content),
        }
    )
    return copy, found.content


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
