"""Receive: what offices hand over is taken in, from the command line or the inbox."""

import logging
from datetime import date
from pathlib import Path

from archive.intake import Intake
from archive.state import State
from methods.header_diff import quotable
from schemas.agreement import Agreement
from schemas.agreement_file import AgreementFile
from schemas.delivery import Keying
from schemas.errors import FetchError, LofteError
from schemas.handing import Handing
from schemas.outcome import Held
from sources.inbox import Inbox, InboxFile
from sources.receiving import Received, SecondKeyingError, is_the_same_typing, receive, waiting_text
from tasks import step

LOG = logging.getLogger("lofte.receive")


@step("receive")
def receive_delivery(file: AgreementFile, state: State, path: Path, handing: Handing, on: date) -> Received:
    """Take in one file.

    Raises:
        LofteError: when it cannot be taken in, or waits for a second person.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FetchError(f"{path.name}: cannot be read ({error.strerror})") from error
    return receive(file, state, path.name, content, handing, on)


@step("take-inbox")
def take_inbox(
    file: AgreementFile, state: State, folder: Path, at: date | None, settle_seconds: float, *, is_moved: bool
) -> Intake:
    """Take in every file of the inbox that is for an agreement, and put it aside.

    Args:
        file: the agreement.
        state: where it is kept.
        folder: the inbox.
        at: the day of this run, for files whose sidecar does not say when they were received.
        settle_seconds: how long a file that has changed of late must stay as it is.
        is_moved: files are put aside; not in a dry run.

    Returns:
        A message for each file that could not be taken in, which is left, and for what waits for a second person; a
        warning for each that cannot be read, or waits, and was received after the day of this run.
    """
    inbox, report = Inbox(folder, settle_seconds), Intake()
    if is_moved:
        inbox.finish_moving()
    typed: list[tuple[Keying, LofteError]] = []
    for item in inbox.files():
        if not isinstance(item, InboxFile) or item.handing.agreement != file.agreement.id:
            continue
        blanked: bytes | None = None
        try:
            taken = _take(file, state, inbox, item, at)
            blanked = taken.content if taken.receipt.blanked else None
        except SecondKeyingError as error:
            typed.append((error.keying, error))
        except LofteError as error:
            report.tell(_held(file.agreement, item.handing.source, error), error, item.handing.received_on, at)
            continue
        if is_moved:
            try:
                inbox.put_aside(item.name, blanked)
            except FetchError as error:
                report.problems.append(_held(file.agreement, item.handing.source, error))
    _tell_what_waits(report, file.agreement, state, typed, at)
    return report


@step("check-inbox")
def check_inbox(folder: Path, known: list[str], settle_seconds: float) -> list[Held]:
    """List the files of the inbox that are for no agreement, or do not say for which."""
    problems = []
    for item in Inbox(folder, settle_seconds).files():
        if isinstance(item, LofteError):
            problems.append(Held("inbox", f"inbox: {item}"))
        elif item.handing.agreement not in known:
            message = f"there is no agreement {quotable(item.handing.agreement)!r}; known: {', '.join(known)}"
            problems.append(Held("inbox", f"inbox: {item.name}: {message}"))
    return problems


def _take(file: AgreementFile, state: State, inbox: Inbox, item: InboxFile, at: date | None) -> Received:
    on = item.handing.received_on or at
    if on is None:
        raise FetchError(
            f"{item.name}: nothing says when it was received; put received_on in its sidecar, or run with --at"
        )
    received = receive(file, state, item.name, inbox.read(item.name), item.handing, on)
    if received.is_new:
        LOG.info("%s: took in %s", file.agreement.id, item.name)
    return received


def _tell_what_waits(
    report: Intake, agreement: Agreement, state: State, typed: list[tuple[Keying, LofteError]], at: date | None
) -> None:
    """Tell of figures that wait for a second person, and of those typed in just now also how they differ.

    What the second person typed in the same may lie in the same inbox, after what waited for it.
    """
    keyings = state.ledger(agreement.id).keyings()
    said = [(own, str(error)) for own, error in typed if any(is_the_same_typing(own, keying) for keying in keyings)]
    told = {text for _, text in said}
    said += [(keying, text) for keying in keyings if (text := waiting_text(keying)) not in told]
    for keying, text in said:
        receipt = keying.receipt
        report.tell_by_day(_held(agreement, receipt.source_id, text), receipt.received_on, at)


def _held(agreement: Agreement, source_id: str, error: LofteError | str) -> Held:
    """Tell of a file; a source that the agreement does not have is what somebody wrote, and is not published."""
    is_known = any(source.id == source_id for source in agreement.sources)
    shown = source_id if is_known else repr(quotable(source_id))
    return Held("receive", f"{agreement.id}, source {shown}, receive: {error}", source_id if is_known else None)
