"""Fetch: bytes are looked at for personal data before anything keeps them, then kept with a receipt."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from archive.ledger import Ledger
from archive.selection import is_still_to_come
from archive.state import State
from methods.local_time import local_time
from methods.months import month_of
from methods.personal_data import find_personal_data
from methods.terms import accepted_months_of, due_of
from schemas.agreement import Agreement, Source
from schemas.agreement_file import AgreementFile
from schemas.contract import survey_questions
from schemas.delivery import Receipt
from schemas.errors import FetchError, LofteError, PersonalDataError
from schemas.outcome import Held
from schemas.settings import FetchSettings
from sources.call_rate import CallRate
from sources.csv_table import decode
from sources.folder import Folder, FoundFile, deliveries_among
from sources.web import Remembered
from sources.web_folder import WebFolder

Place = Folder | WebFolder

_SILENCE = {"ended": "ended", "paused": "paused", "not_begun": "not begun"}
LOG = logging.getLogger("lofte.fetch")


@task(name="fetch", cache_policy=NO_CACHE)
def fetch_deliveries(file: AgreementFile, state: State, at: date | None, settings: FetchSettings) -> list[Held]:
    """Keep every new delivery of an agreement's sources.

    Args:
        file: the agreement.
        state: where bytes and receipts are kept.
        at: the day of this run, for deliveries that do not say when they were received.
        settings: how sources are reached.

    Returns:
        A message for each file or source that could not be taken in; the others are.
    """
    ledger = state.ledger(file.agreement.id)
    known = {receipt.delivery_id: receipt for receipt in ledger.receipts()}
    problems: list[Held] = []
    for source in file.agreement.sources:
        try:
            place = _place(file, source, state, known, at, settings)
            found = list(_found(place, source, problems, file.agreement.id))
        except LofteError as error:
            problems.append(_held(file.agreement.id, source, error))
            continue
        for item in sorted(found, key=lambda item: (item.received_on or date.max, item.name)):
            try:
                _keep(file.agreement, source, place, item, state, ledger, known, at)
            except LofteError as error:
                problems.append(_held(file.agreement.id, source, error))
    return problems


def _place(
    file: AgreementFile,
    source: Source,
    state: State,
    known: dict[str, Receipt],
    at: date | None,
    settings: FetchSettings,
) -> Place:
    """Return where a source leaves its files."""
    if urlsplit(source.location).scheme not in {"http", "https"}:
        return Folder(source.location, file.folder, settings.settle_seconds)
    on = at or local_time(datetime.now(UTC)).date()
    due = [period for period in due_of(file.agreement, source) if period.last_month < month_of(on)]
    said = {receipt.address: Remembered(receipt.etag, receipt.last_modified) for receipt in known.values()}
    return WebFolder(source, due, on, settings, CallRate(state.calls), lambda url: said.get(url, Remembered()))


def _held(agreement_id: str, source: Source, error: LofteError) -> Held:
    return Held("fetch", f"{agreement_id}, source {source.id}, fetch: {error}", source.id)


def _found(place: Place, source: Source, problems: list[Held], agreement_id: str) -> Iterator[FoundFile]:
    for name in deliveries_among(place.names):
        try:
            _refuse_personal_name(name)
            yield place.find(name, source.file_pattern)
        except LofteError as error:
            problems.append(_held(agreement_id, source, error))


def _refuse_personal_name(name: str) -> None:
    kind = find_personal_data(name)
    if kind is not None:
        raise PersonalDataError(f"a file's name seems to hold personal data ({kind}); rename it, then run again")


def _keep(
    agreement: Agreement,
    source: Source,
    place: Place,
    item: FoundFile,
    state: State,
    ledger: Ledger,
    known: dict[str, Receipt],
    at: date | None,
) -> None:
    """Write a receipt for a file unless the same was written before."""
    _check_months(agreement, source, item)
    _check_silence(source, item)
    content = place.read(item.name)
    if content is None:
        return
    said = place.said_of(item.name) if isinstance(place, WebFolder) else Remembered()
    receipt = _receipt(source, item, content, known, at).model_copy(update=asdict(said))
    _refuse_deleted(item.name, receipt, ledger)
    previous = known.get(receipt.delivery_id)
    if previous is not None and previous.says_the_same_as(receipt):
        return
    if previous is None:
        refuse_personal_data(item.name, content, source)
        state.store.put(content)
    ledger.append(receipt)
    known[receipt.delivery_id] = receipt
    LOG.info("%s: kept %s of %s", agreement.id, item.name, source.id)


def _refuse_deleted(name: str, receipt: Receipt, ledger: Ledger) -> None:
    """Let nothing that was deleted by a decision be kept again, under other months or another source."""
    deleted = ledger.deletions()
    hashes = {known.content_hash for known in ledger.receipts() if known.delivery_id in deleted}
    if receipt.content_hash in hashes and receipt.delivery_id not in deleted:
        raise FetchError(f"{name}: these bytes have been deleted by a decision and are not kept again")


def _receipt(source: Source, item: FoundFile, content: bytes, known: dict[str, Receipt], at: date | None) -> Receipt:
    receipt = Receipt(
        source_id=source.id,
        covers_from=item.covers_from,
        covers_to=item.covers_to,
        content_hash=hashlib.sha256(content).hexdigest(),
        size=len(content),
        file_name=item.name,
        address=item.address,
        received_on=item.received_on or at or date.min,
        source_url=item.sidecar.source_url,
        is_invented=item.sidecar.is_invented,
        attests_zero=item.sidecar.attests_zero,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    previous = known.get(receipt.delivery_id)
    if previous is not None:  # the same bytes again: received when they first came
        return receipt.model_copy(update={"received_on": previous.received_on})
    if item.received_on is None and at is None:
        raise FetchError(
            f"{item.name}: nothing says when it was received; put received_on in {item.name}.toml, "
            "or run with --at YYYY-MM-DD"
        )
    if is_still_to_come(receipt.received_on):
        raise FetchError(f"{item.name}: said to be received on {receipt.received_on}, which is still to come")
    if receipt.is_invented and not source.is_example:
        raise FetchError(f"{item.name}: invented, but its source is not; put it in a source with is_example = true")
    return receipt


def _check_months(agreement: Agreement, source: Source, item: FoundFile) -> None:
    if survey_questions(source.contract):  # a survey before the term is the baseline
        return
    first, last = month_of(agreement.starts_on), month_of(agreement.longest_ends_on)
    if item.covers_from < first or item.covers_to > last:
        raise FetchError(
            f"{item.name}: covers {item.covers_from} to {item.covers_to}, but the agreement runs from {first} to {last}"
        )
    if source.contract.grain == "row":
        return
    if (item.covers_from, item.covers_to) not in accepted_months_of(agreement, source):
        raise FetchError(
            f"{item.name}: covers {item.covers_from} to {item.covers_to}; "
            f"the contract's grain is {source.contract.grain}, one whole {source.contract.grain} a file"
        )


def _check_silence(source: Source, item: FoundFile) -> None:
    """Refuse what is about months for which the source is said to report nothing."""
    for month in (item.covers_from, item.covers_to):
        kind = source.silence(month)
        if kind is not None:
            raise FetchError(
                f"{item.name}: covers {item.covers_from} to {item.covers_to}, but the source {source.id!r} has "
                f"{_SILENCE[kind]} by {month}; mend its started_on, ended_on or pauses, or ask what the file is"
            )


def refuse_personal_data(name: str, content: bytes, source: Source) -> None:
    """Look at a delivery's text before it is kept.

    Raises:
        PersonalDataError: naming the line and the kind, never the text.
        DeliveryHeldError: when the bytes cannot be read as text, and so cannot be looked at.
    """
    text = decode(content, source.contract.csv)
    for number, line in enumerate(text.split("\n"), start=1):
        kind = find_personal_data(line)
        if kind is not None:
            raise PersonalDataError(
                f"{name}: line {number} seems to hold personal data ({kind}); the delivery was not kept. "
                "Ask the provider for a file without it, and delete this one."
            )
