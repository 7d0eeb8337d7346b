"""Numbers as Swedish text."""

from decimal import Decimal


def number_sv(value: Decimal | int) -> str:
    """Write a number the Swedish way.

    >>> number_sv(Decimal("1234.500")), number_sv(30)
    ('1\\xa0234,5', '30')
    """
    number = Decimal(value)
    text = f"{number:,f}" if number == number.to_integral_value() else f"{number.normalize():,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", "\u00a0") + (f",{decimals}" if decimals else "")


def percent_sv(share: Decimal) -> str:
    """Write a share as percent, with one decimal.

    >>> percent_sv(Decimal("0.57")), percent_sv(Decimal("-0.025"))
    ('57,0', '\u22122,5')
    """
    return f"{share * 100:.1f}".replace(".", ",").replace("-", "\u2212")
