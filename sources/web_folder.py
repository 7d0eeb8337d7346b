"""Deliveries at an address on the web: no listing there, so each is asked for by the name it should have."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import quote, urlsplit

from methods.months import tertial_of
from methods.periods import DuePeriod
from schemas.agreement import Source
from schemas.content import Content
from schemas.delivery import Sidecar
from schemas.errors import FetchError, UnreachableError
from schemas.settings import FetchSettings
from sources.call_rate import CallRate
from sources.folder import FoundFile
from sources.web import AbsentError, Remembered, WebLimits, get


class WebFolder:
    """The address where a source puts its files, one for each period that is due from it."""

    def __init__(
        self,
        source: Source,
        due: list[DuePeriod],
        received_on: date,
        settings: FetchSettings,
        rate: CallRate,
        remembered: Callable[[str], Remembered],
    ) -> None:
        self._address = source.location.rstrip("/")
        self._due = {_name(source.file_pattern, period): period for period in due}
        self._received_on = received_on
        self._rate = rate
        self._remembered = remembered
        self._said: dict[str, Remembered] = {}
        self._is_left = False
        self._limits = WebLimits(
            hosts=frozenset({urlsplit(source.location).hostname or "", *source.redirect_hosts}),
            user_agent=settings.user_agent,
            deadline_seconds=settings.deadline_seconds,
            allows_loopback=settings.allow_loopback,
        )

    @property
    def names(self) -> list[str]:
        """Names of the files that should be there."""
        return list(self._due)

    def find(self, name: str, pattern: str) -> FoundFile:
        """Return what a name says; on the web nothing stands beside a file, and it is received when it is fetched."""
        period = self._due[name]
        return FoundFile(name, self._url(name), period.first_month, period.last_month, self._received_on, Sidecar())

    def content(self, name: str) -> Content | None:
        """Fetch a file; None where it is not there yet, or has not changed.

        A host that does not answer is left for this run: its other files would each wait for a deadline of their own.

        Raises:
            FetchError: when it could not be had whole.
        """
        if self._is_left:
            return None
        url = self._url(name)
        try:
            answer = get(url, self._limits, self._rate, self._remembered(url))
        except AbsentError:
            return None
        except UnreachableError as error:
            self._is_left = True
            raise FetchError(f"{error}. Nothing more is asked of the source in this run") from error
        if answer is None:
            return None
        self._said[name] = answer.remembered
        return Content.of(answer.content)

    def said_of(self, name: str) -> Remembered:
        """Return what the server said of a file that has been read."""
        return self._said.get(name, Remembered())

    def _url(self, name: str) -> str:
        return f"{self._address}/{quote(name)}"


def _name(pattern: str, period: DuePeriod) -> str:
    """Fill a file pattern in for a period.

    Raises:
        FetchError: for a pattern that holds what nobody can know before the file is there.
    """
    filled = {
        "from": period.first_month,
        "to": period.last_month,
        "month": period.last_month,
        "tertial": tertial_of(period.last_month),
        "year": period.last_month[:4],
    }
    unknown = [token for token in re.findall(r"\{(\w+)\}", pattern) if token not in filled]
    if unknown:
        raise FetchError(
            f"file_pattern holds {{{unknown[0]}}}, and on the web nobody can know a name before the file is there"
        )
    return pattern.format(**filled)
