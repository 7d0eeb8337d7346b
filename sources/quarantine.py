"""Deliveries looked at for personal data before anything keeps them."""

from methods.personal_data import find_personal_data
from schemas.agreement import Source
from schemas.errors import PersonalDataError
from sources.layouts import texts_of


def refuse_personal_name(name: str) -> None:
    """Look at a file's name.

    Raises:
        PersonalDataError: naming the kind, never the name.
    """
    kind = find_personal_data(name)
    if kind is not None:
        raise PersonalDataError(f"a file's name seems to hold personal data ({kind}); rename it, then run again")


def refuse_personal_data(name: str, content: bytes, source: Source) -> None:
    """Look at a delivery's text before it is kept.

    Raises:
        PersonalDataError: naming the place and the kind, never the text.
        DeliveryHeldError: when the bytes cannot be read as the contract says, and so cannot be looked at.
    """
    for address, text in texts_of(content, source.contract):
        kind = find_personal_data(text)
        if kind is not None:
            raise PersonalDataError(
                f"{name}: {address} seems to hold personal data ({kind}); the delivery was not kept. "
                "Ask the provider for a file without it, and delete this one."
            )
