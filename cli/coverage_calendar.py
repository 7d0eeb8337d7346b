"""The coverage calendar in a few lines: what each source has delivered, what is late or missing, how fresh it is."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from archive.state import State
from methods.delivered import delivered_months, silence_about
from methods.months import add_months, month_of
from methods.overdue import overdue
from methods.terms import due_of
from publication.delivery_rows import delivery_rows
from schemas.agreement import Source
from schemas.agreement_file import AgreementFile

_SHOWN = ("delivered", "late", "corrected", "held", "missing", "known_unread", "ended", "paused")


def calendar_lines(file: AgreementFile, state: State, today: date) -> Iterator[str]:
    """Yield a line for each source, as of a day; what is held has come, and is missing until it can be read.

    Args:
        file: the agreement.
        state: where its ledger is, if there is one yet.
        today: the day.
    """
    agreement, ledger = file.agreement, state.ledger(file.agreement.id)
    accepted = ledger.accepted_loads()
    # As a release lists them: one that was received earlier may have been found later.
    receipts = sorted(ledger.receipts(), key=lambda receipt: receipt.received_on)
    deliveries = [(r, accepted[r.delivery_id]) for r in receipts if r.delivery_id in accepted]
    sources = {source.id: source for source in agreement.sources}
    known = [(r, load) for r, load in deliveries if r.source_id in sources]
    own = [(r, load) for r, load in known if silence_about(r, sources[r.source_id]) is None]
    due = {source.id: due_of(agreement, source) for source in agreement.sources}
    rows = delivery_rows(agreement, own, due, add_months(month_of(today), -1))
    settled = {*accepted, *ledger.deletions()}
    for source in agreement.sources:
        mine = [row for row in rows if row["source_id"] == source.id]
        missing = [str(row["month"]) for row in mine if row["state"] == "missing"]
        # The rows are as of the end of a month; what has fallen due since is missing today all the same.
        delivered = delivered_months(source, (r for r, _ in own if r.source_id == source.id))
        late = overdue(due[source.id], delivered, today)
        listed = {str(row["month"]) for row in mine}
        missing += [item.last_month for item in late if item.last_month not in listed]
        counts = Counter(str(row["state"]) for row in mine) | Counter(missing=len(missing))
        waiting = (r for r in receipts if r.source_id == source.id and r.delivery_id not in settled)
        counts["held"] = sum(not ledger.is_replaced(r, source) for r in waiting)
        told = ", ".join(f"{counts[state]} {state}" for state in _SHOWN if counts[state]) or "nothing is due yet"
        named = f" ({', '.join(missing[:6])}{' …' if len(missing) > 6 else ''})" if missing else ""
        fresh = f"; reaches {max(delivered)}" if delivered else ""
        yield f"{agreement.id}/{source.id}: {told}{named}{fresh}{_next_due(source, file, today)}"


def _next_due(source: Source, file: AgreementFile, today: date) -> str:
    days = [item.due_on for item in due_of(file.agreement, source) if item.due_on and item.due_on >= today]
    return f"; next due {min(days)}" if days else ""
