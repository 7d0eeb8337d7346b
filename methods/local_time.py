"""The local time of the country whose promises are counted; its zone is named here and nowhere else."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")


def local_time(instant: datetime) -> datetime:
    """Return what clocks in Sweden show at an instant.

    Args:
        instant: with its offset from UTC.

    Raises:
        ValueError: when the instant has no offset: the machine's zone is never guessed.
        OverflowError: when the local time would lie before year 1 or after year 9999.

    >>> local_time(datetime(2025, 8, 31, 22, 0, tzinfo=UTC)).isoformat()
    '2025-09-01T00:00:00+02:00'
    """
    if instant.tzinfo is None:
        raise ValueError("an instant has an offset")
    return instant.astimezone(ZONE)


def is_on_the_clock(wall: datetime) -> bool:
    """Tell whether clocks in Sweden ever show a local time; when they go forward they skip an hour.

    >>> is_on_the_clock(datetime(2025, 3, 30, 2, 30)), is_on_the_clock(datetime(2025, 10, 26, 2, 30))
    (False, True)
    """
    there = wall.replace(tzinfo=ZONE).astimezone(UTC)
    return there.astimezone(ZONE).replace(tzinfo=None) == wall
