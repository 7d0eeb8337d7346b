"""An old workbook, or one with a password: an OLE document, which no contract reads."""

from schemas.errors import DeliveryHeldError

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def refuse_old_workbook(raw: bytes, wanted: str) -> None:
    """Say of an old workbook what it is.

    Args:
        raw: begins the file.
        wanted: what to ask for instead.

    Raises:
        DeliveryHeldError: when it is one.
    """
    if raw.startswith(_OLE):
        raise DeliveryHeldError(
            f"the file is an old workbook (.xls) or one with a password, which no contract reads; ask for {wanted}"
        )
