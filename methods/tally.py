"""Ways of counting an indicator: everywhere or in some places, all of it or only what qualifies."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.agreement import Activity, Agreement
from schemas.target import CountTarget, Target


@dataclass(frozen=True)
class Tally:
    """What is counted together; without places everywhere, without a minimum all of it.

    `minimum_minutes` is how long a counted unit must have lasted.
    """

    activity_id: str
    indicator_id: str
    places: tuple[str, ...] = ()
    minimum_minutes: Decimal | None = None

    @property
    def id(self) -> str:
        """Tell tallies apart.

        >>> Tally("controls", "made", ("north", "south"), Decimal(20)).id
        'controls/made/north+south/20'
        """
        return f"{self.activity_id}/{self.indicator_id}/{'+'.join(self.places) or '-'}/{self.minimum_minutes or '-'}"


def place_sets(target: Target | None) -> list[tuple[str, ...]]:
    """List the places, or sets of them, that a target is rated for; one empty set where it names none."""
    if not isinstance(target, CountTarget) or target.place_scope is None:
        return [()]
    return [tuple(target.places)] if target.place_scope == "together" else [(place,) for place in target.places]


def tally_of(activity: Activity, indicator_id: str, target: Target | None, places: tuple[str, ...]) -> Tally:
    """Return how a target's indicator is counted for a set of places."""
    qualification = target.qualification if isinstance(target, CountTarget) else None
    return Tally(activity.id, indicator_id, places, qualification.minimum if qualification else None)


def tallies_of(agreement: Agreement) -> list[Tally]:
    """List every way in which an agreement's indicators are counted, each once."""
    return list(dict.fromkeys(_tallies(agreement)))


def _tallies(agreement: Agreement) -> Iterator[Tally]:
    for activity in agreement.activities:
        for indicator in activity.indicators:
            yield Tally(activity.id, indicator.id)
        for target in activity.targets:
            for places in place_sets(target):
                yield tally_of(activity, target.indicator, target, places)
