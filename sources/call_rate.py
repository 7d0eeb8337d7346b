"""How often a host may be called: each publisher's house rules, kept over processes and restarts.

A line of the host's file is the instant of a call, in seconds since 1970. A call is written down before it is made, so
that one which fails, or is killed, counts too.
"""

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import UnreachableError


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
            UnreachableError: when that would take longer than may be waited; nothing is written down then.
        """
        until = time.time() + longest_wait_seconds
        while (pause := self._claim(host, until)) > 0:
            time.sleep(pause)

    def _claim(self, host: str, until: float) -> float:
        """Write a call down and return 0, or return the seconds to wait before the next look."""
        name, rates = self._rules_of(host)
        self._folder.mkdir(parents=True, exist_ok=True)
        calls_path = self._folder / f"{name}.calls"
        try:
            with FileLock(f"{calls_path}.lock", timeout=max(until - time.time(), 0)):
                now = time.time()
                calls = _calls_before(calls_path, now, max(rate.seconds for rate in rates))
                pause = max(pause_before(calls, rate, now) for rate in rates)
                if pause == 0:
                    _write(calls_path, [*calls, now])
        except Timeout as error:
            raise UnreachableError(f"another run is calling {host} and does not end; run again later") from error
        if now + pause > max(until, now):
            raise UnreachableError(
                f"{host} may be called again in {math.ceil(pause)} s by its house rules, which is longer "
                "than a run waits; run again then"
            )
        return pause

    def _rules_of(self, host: str) -> tuple[str, tuple[Rate, ...]]:
        """Return a publisher's rules, which are for all its hosts together, `www.` or not, and what it is known by."""
        name = host.rstrip(".")
        known = next((rule for rule in self._rules if name == rule or name.endswith(f".{rule}")), None)
        return (name, COURTESY) if known is None else (known, self._rules[known])


def _calls_before(path: Path, now: float, seconds: float) -> list[float]:
    """Return the calls made of late.

    Where the clock has been set back since, some are still to come: they count from now, and are written down so, that
    they do not count for ever.
    """
    made = [call for call in _read(path) if call > now - seconds]
    if max(made, default=now) > now:
        _write(path, made := [min(call, now) for call in made])
    return made


def _write(path: Path, calls: list[float]) -> None:
    """Replace the calls in one step, so that one that is killed forgets none; a power cut may lose the last."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text("".join(f"{call!r}\n" for call in calls), "ascii")
    os.replace(unfinished, path)


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
