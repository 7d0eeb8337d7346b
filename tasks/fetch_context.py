"""Fetch context: what others publish is asked for, looked at for personal data, and kept with a receipt."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from archive.selection import is_still_to_come
from archive.state import State
from methods.local_time import local_time
from schemas.agreement_file import AgreementFile
from schemas.context import ContextSource
from schemas.delivery import Receipt
from schemas.errors import FetchError, LofteError, UnreachableError
from schemas.outcome import Held
from schemas.settings import FetchSettings
from sources.call_rate import CallRate
from sources.context import Request, fetch_answer, requests_of, without_personal_data
from sources.web import AbsentError, Remembered, WebFile, WebLimits, get
from tasks import step

LOG = logging.getLogger("lofte.fetch")


@step("fetch-context")
def fetch_context(file: AgreementFile, state: State, at: date | None, settings: FetchSettings) -> list[Held]:
    """Keep every new answer of an agreement's context sources.

    Args:
        file: the agreement.
        state: where bytes and receipts are kept.
        at: the day of this run, by default today.
        settings: how sources are reached.

    Returns:
        A message for each request that was not answered as it should be; the others are.
    """
    on = at or local_time(datetime.now(UTC)).date()
    problems: list[Held] = []
    for source in file.agreement.context:
        start = f"{file.agreement.id}, source {source.id}, fetch context"
        problems += [
            Held("fetch_context", f"{start}: {error}", source.id)
            for error in _fetch_source(file, source, state, on, settings)
        ]
    return problems


def _fetch_source(
    file: AgreementFile, source: ContextSource, state: State, on: date, settings: FetchSettings
) -> Iterator[LofteError]:
    """Ask a source for all that it should answer, and yield what is wrong; a host that is silent is asked no more."""
    try:
        if is_still_to_come(on):
            raise FetchError(f"nothing is received on {on}, which is still to come")
        requests = requests_of(source, file.agreement.municipality_codes, on)
    except LofteError as error:
        yield error
        return
    for request in requests:
        try:
            _keep_answer(file.agreement.id, source, request, state, on, settings)
        except UnreachableError as error:
            yield FetchError(f"{error}. Nothing more is asked of the source in this run")
            return
        except LofteError as error:
            yield error if isinstance(error, FetchError) else FetchError(f"{request.name}: {error}")


def _keep_answer(
    agreement_id: str, source: ContextSource, request: Request, state: State, on: date, settings: FetchSettings
) -> None:
    """Write a receipt for an answer unless the newest one for its months has the same bytes."""
    ledger = state.ledger(agreement_id)
    months = (source.id, request.covers_from, request.covers_to)
    before = sorted(
        (known for known in ledger.receipts() if (known.source_id, known.covers_from, known.covers_to) == months),
        key=lambda known: known.received_on,
    )
    caller = _Caller(source, state, settings, before[-1] if before else None)
    try:
        content = fetch_answer(request, source, caller.get)
    except AbsentError:
        if request.may_be_absent:
            return
        raise
    if content is None:
        return
    kept = without_personal_data(content, source)
    receipt = _receipt(source, request, kept, on, caller.said)
    if before and before[-1].delivery_id == receipt.delivery_id:
        return
    if before and before[-1].received_on == on and receipt.delivery_id in {known.delivery_id for known in before}:
        raise FetchError(f"{request.name}: changed and changed back within a day; run again tomorrow")
    state.store.put(kept)
    ledger.append(receipt)
    LOG.info("%s: kept %s of %s", agreement_id, request.name, source.id)


class _Caller:
    """Calls a source's host by its house rules, and remembers what it said of the last answer."""

    def __init__(self, source: ContextSource, state: State, settings: FetchSettings, before: Receipt | None) -> None:
        self.said = Remembered()
        self._rate = CallRate(state.calls)
        self._before = before
        self._limits = WebLimits(
            hosts=frozenset({urlsplit(source.location).hostname or "", *source.redirect_hosts}),
            user_agent=settings.user_agent,
            deadline_seconds=settings.deadline_seconds,
            allows_loopback=settings.allow_loopback,
            size_max=256 * 1024**2,
        )

    def get(self, url: str) -> bytes | None:
        """Fetch an address; None where what was kept of it last has not changed."""
        is_same = self._before is not None and self._before.address == url
        known = Remembered(self._before.etag, self._before.last_modified) if self._before and is_same else None
        answer: WebFile | None = get(url, self._limits, self._rate, known)
        if answer is None:
            return None
        self.said = answer.remembered
        return answer.content


def _receipt(source: ContextSource, request: Request, content: bytes, on: date, said: Remembered) -> Receipt:
    is_one = len(request.addresses) == 1 and source.contract.kind != "kolada"
    return Receipt(
        source_id=source.id,
        covers_from=request.covers_from,
        covers_to=request.covers_to,
        content_hash=hashlib.sha256(content).hexdigest(),
        size=len(content),
        file_name=request.name,
        # The first of several pages stands for them all, and is never asked for conditionally.
        address=request.addresses[0] if is_one else f"{request.addresses[0]} (pages: all)",
        received_on=on,
        source_url=source.source_url,
        is_invented=source.is_example,
        attests_zero=False,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        etag=said.etag if is_one else None,
        last_modified=said.last_modified if is_one else None,
    )
