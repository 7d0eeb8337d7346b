"""Numbers as Swedish text."""

from decimal import Decimal

# A share of two counts differs from a target of few decimals long before that many.
_PLACES_MAX = 20


def number_sv(value: Decimal | int) -> str:
    """Write a number the Swedish way.

    >>> number_sv(Decimal("1234.500")), number_sv(30), number_sv(-5)
    ('1\\xa0234,5', '30', '\u22125')
    """
    number = Decimal(value)
    text = f"{number:,f}" if number == number.to_integral_value() else f"{number.normalize():,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.replace(",", "\u00a0") + (f",{decimals}" if decimals else "")).replace("-", "\u2212")


def target_percent_sv(target: Decimal) -> str:
    """Write a target's share as percent, as it stands.

    >>> target_percent_sv(Decimal("0.2")), target_percent_sv(Decimal("0.333"))
    ('20\\xa0%', '33,3\\xa0%')
    """
    return f"{number_sv(target * 100)}\u00a0%"


def percent_beside_sv(share: Decimal, target: Decimal) -> str:
    """Write a share as percent with one decimal, or with as many as keep it apart from its target, nothing and all.

    >>> percent_beside_sv(Decimal("0.2496"), Decimal("0.2")), percent_beside_sv(Decimal("0.19984"), Decimal("0.2"))
    ('25\\xa0%', '19,98\\xa0%')
    """
    percent = share * 100
    borders = [Decimal(0), target * 100, Decimal(100)]
    shown = (percent.quantize(Decimal(1).scaleb(-places)) for places in range(1, _PLACES_MAX))
    sides = [percent.compare(border) for border in borders]
    apart = (number for number in shown if [number.compare(border) for border in borders] == sides)
    return f"{number_sv(next(apart, percent))}\u00a0%"


def percent_sv(share: Decimal) -> str:
    """Write a share as percent, with one decimal.

    >>> percent_sv(Decimal("0.57")), percent_sv(Decimal("-0.025"))
    ('57,0', '\u22122,5')
    """
    return f"{share * 100:.1f}".replace(".", ",").replace("-", "\u2212")
