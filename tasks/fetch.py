"""Fetch: bytes are looked at for personal data before anything keeps them, then kept with a receipt."""

import logging
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from archive.intake import Intake
from archive.ledger import Ledger
from archive.receipts import check_months, keep_delivery
from archive.state import State
from methods.delivery_warnings import COUNTS_AS_READ_BEFORE
from methods.local_time import local_time
from methods.months import month_of
from methods.terms import due_of
from methods.year_to_date import covered_from
from schemas.agreement import Agreement, Source
from schemas.agreement_file import AgreementFile
from schemas.delivery import Receipt
from schemas.errors import FetchError, LofteError, OtherNameError
from schemas.outcome import Held
from schemas.settings import FetchSettings
from sources.call_rate import CallRate
from sources.file_names import deliveries_among
from sources.folder import Folder, FoundFile
from sources.quarantine import admit, refuse_personal_name
from sources.web import Remembered
from sources.web_folder import WebFolder
from tasks import step

Place = Folder | WebFolder

LOG = logging.getLogger("lofte.fetch")


@step("fetch")
def fetch_deliveries(file: AgreementFile, state: State, at: date | None, settings: FetchSettings) -> Intake:
    """Keep every new delivery of an agreement's sources.

    Args:
        file: the agreement.
        state: where bytes and receipts are kept.
        at: the day of this run, for deliveries that do not say when they were received.
        settings: how sources are reached.

    Returns:
        A message for each file or source that could not be taken in, and a warning for each file that cannot be read
        and was received after the day of this run; the others are kept.
    """
    ledger = state.ledger(file.agreement.id)
    known = {receipt.delivery_id: receipt for receipt in ledger.receipts()}
    report = Intake()
    for source in file.agreement.sources:
        try:
            place = _place(file, source, state, known, at, settings)
            _refuse_gone(place, source, ledger)
            found = list(_found(place, source, report.problems, ledger))
        except LofteError as error:
            report.problems.append(_held(file.agreement.id, source, error))
            continue
        for item in sorted(found, key=lambda item: (item.received_on or date.max, item.name)):
            try:
                _keep(file.agreement, source, place, item, state, ledger, at)
            except LofteError as error:
                report.tell(_held(file.agreement.id, source, error), error, item.received_on, at)
    return report


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
        return Folder(source.location, file.folder, settings.settle_seconds, settings.deadline_seconds)
    on = at or local_time(datetime.now(UTC)).date()
    due = [period for period in due_of(file.agreement, source) if period.last_month < month_of(on)]
    said = {receipt.address: Remembered(receipt.etag, receipt.last_modified) for receipt in known.values()}
    return WebFolder(source, due, on, settings, CallRate(state.calls), lambda url: said.get(url, Remembered()))


def _refuse_gone(place: Place, source: Source, ledger: Ledger) -> None:
    """Refuse a folder that is not there, unless nothing has ever come from the source: a new one may have none yet."""
    if isinstance(place, Folder) and not place.is_there and ledger.has_fetched(source.id):
        raise FetchError(
            f"the folder {source.location!r} is not there, and the source has delivered before; what counted goes on "
            "counting. Put the folder back, or mend location; where nothing more will come, leave an empty folder"
        )


def _held(agreement_id: str, source: Source, error: LofteError) -> Held:
    return Held("fetch", f"{agreement_id}, source {source.id}, fetch: {error}", source.id)


def _found(place: Place, source: Source, problems: list[Held], ledger: Ledger) -> Iterator[FoundFile]:
    for name in deliveries_among(place.names):
        try:
            refuse_personal_name(name)
            yield place.find(name, source.file_pattern)
        except LofteError as error:
            if isinstance(error, OtherNameError) and _has_delivered(name, source, ledger):
                error = FetchError(f"{error}. {COUNTS_AS_READ_BEFORE}")
            problems.append(_held(ledger.agreement_id, source, error))
    for name in place.folders_named_like(source.file_pattern) if isinstance(place, Folder) else []:
        told = FetchError(f"{name}: is a folder, and bears a delivery's name; put the file itself in its place")
        problems.append(_held(ledger.agreement_id, source, told))


def _has_delivered(name: str, source: Source, ledger: Ledger) -> bool:
    """Tell whether a source's file of a name counts, as it does though the source gets another pattern."""
    named = [receipt for receipt in ledger.receipts() if (receipt.source_id, receipt.file_name) == (source.id, name)]
    return any(ledger.counts_on(receipt, source) for receipt in named)


def _keep(
    agreement: Agreement,
    source: Source,
    place: Place,
    item: FoundFile,
    state: State,
    ledger: Ledger,
    at: date | None,
) -> None:
    """Write a receipt for a file unless the same was written before."""
    item = replace(item, covers_from=covered_from(agreement, source, item.name, item.covers_from, item.covers_to))
    check_months(agreement, source, item.name, item.covers_from, item.covers_to)
    content = place.content(item.name)
    if content is None:
        return
    said = place.said_of(item.name) if isinstance(place, WebFolder) else Remembered()
    with state.store.drafting() as draft:
        receipt, content = admit(_receipt(source, item, said), content, source, ledger, state, draft)
        receipt = _dated(receipt, item, at, ledger)
        if keep_delivery(receipt, content, agreement, ledger, state.store):
            LOG.info("%s: kept %s of %s", agreement.id, item.name, source.id)


def _receipt(source: Source, item: FoundFile, said: Remembered) -> Receipt:
    """Return a receipt but for what the bytes say, and for the day of what nothing dates: see `_dated`."""
    return Receipt(
        source_id=source.id,
        covers_from=item.covers_from,
        covers_to=item.covers_to,
        content_hash="",
        size=0,
        file_name=item.name,
        address=item.address,
        received_on=item.received_on or date.min,
        source_url=item.sidecar.source_url,
        is_invented=item.sidecar.is_invented,
        attests_zero=item.sidecar.attests_zero,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        **asdict(said),
    )


def _dated(receipt: Receipt, item: FoundFile, at: date | None, ledger: Ledger) -> Receipt:
    """Return the receipt with the day on which its file came, as far as anything says when that was.

    The day of a run only tells that a file was there by then: what came before it, from wherever, keeps its own day.

    Raises:
        FetchError: for what has not come before, and of which nothing says when it was received.
    """
    if item.received_on is not None:
        return receipt
    came_before = [known.received_on for known in ledger.receipts() if known.delivery_id == receipt.delivery_id]
    days = [*came_before, *([at] if at else [])]
    if not days:
        raise FetchError(
            f"{item.name}: nothing says when it was received; put received_on in {item.name}.toml, "
            "or run with --at YYYY-MM-DD"
        )
    return receipt.model_copy(update={"received_on": max(days)})
