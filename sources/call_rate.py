"""How often a host may be called: each publisher's house rules, kept over processes and restarts.

A line of the host's file is the instant of a call, in seconds since 1970. A call is written down before it is made, so
that one which fails, or is killed, counts too.
"""

import math
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import FetchError


@dataclass(frozen=True)
class Rate:
    """At most so many calls in so many seconds."""

    calls: int
    seconds: float


# As the publishers state them; others are called with the pause that courtesy asks for.
HOUSE_RULES = {
    "polisen.se": (Rate(1, 10), Rate(60, 3600), Rate(1440, 86400)),
    "statistikdatabasen.scb.se": (Rate(30, 10),),
}
COURTESY = (Rate(5, 1),)


class CallRate:
    """The calls that have been made to hosts, in a folder of the state."""

    def __init__(self, folder: Path, rules: dict[str, tuple[Rate, ...]] = HOUSE_RULES) -> None:
        self._folder = folder
        self._rules = rules

    def wait_for_turn(self, host: str, longest_wait_seconds: float) -> None:
        """Wait until a host may be called, and write the call down.

        Raises:
            FetchError: when that would take longer than may be waited; nothing is written down then.
        """
        until = time.time() + longest_wait_seconds
        while (pause := self._claim(host, until)) > 0:
            time.sleep(pause)

    def _claim(self, host: str, until: float) -> float:
        """Write a call down and return 0, or return the seconds to wait before the next look."""
        rates = self._rules.get(host, COURTESY)
        self._folder.mkdir(parents=True, exist_ok=True)
        calls_path = self._folder / f"{host}.calls"
        try:
            with FileLock(f"{calls_path}.lock", timeout=max(until - time.time(), 0)):
                now = time.time()
                calls = [call for call in _read(calls_path) if now - max(r.seconds for r in rates) < call <= now]
                pause = max(pause_before(calls, rate, now) for rate in rates)
                if pause > 0 and now + pause > until:
                    raise FetchError(
                        f"{host} may be called again in {math.ceil(pause)} s by its house rules, which is longer "
                        "than a run waits; run again then"
                    )
                if pause == 0:
                    calls_path.write_text("".join(f"{call!r}\n" for call in [*calls, now]), "ascii")
                return pause
        except Timeout as error:
            raise FetchError(f"another run is calling {host} and does not end; run again later") from error


def pause_before(calls: list[float], rate: Rate, now: float) -> float:
    """Return the seconds until one more call keeps to a rate.

    >>> pause_before([0.0, 4.0], Rate(2, 10), 5.0), pause_before([0.0], Rate(2, 10), 5.0)
    (5.0, 0.0)
    """
    within = sorted(call for call in calls if call > now - rate.seconds)
    return within[-rate.calls] + rate.seconds - now if len(within) >= rate.calls else 0.0


def _read(path: Path) -> list[float]:
    """Read the calls made; a line cut short by a full disk or a power cut is passed over."""
    calls = []
    for line in path.read_text("ascii", errors="replace").splitlines() if path.exists() else []:
        try:
            calls.append(float(line))
        except ValueError:
            continue
    return calls
