"""The command `lofte`: arguments and exit status; everything heavy is imported by the command that needs it."""

import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.errors import NOTHING_DONE, LofteError
from schemas.fault import FaultError

app = typer.Typer(
    help="Open data on whether public promises are kept.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
DAY = ["%Y-%m-%d"]


@app.callback()
def settings(
    state: Annotated[Path | None, typer.Option(help="Folder of state (LOFTE_STATE, default var)")] = None,
    public: Annotated[Path | None, typer.Option(help="Published folder (LOFTE_PUBLIC, default public)")] = None,
    agreements: Annotated[
        Path | None, typer.Option(help="Folder of agreements (LOFTE_AGREEMENTS, default agreements)")
    ] = None,
) -> None:
    """Settings come from these flags, then the environment, then lofte.toml, then defaults."""
    for name, value in (("STATE", state), ("PUBLIC", public), ("AGREEMENTS", agreements)):
        if value is not None:
            os.environ[f"LOFTE_{name}"] = str(value)


@app.command()
def run(
    agreement: Annotated[list[str] | None, typer.Argument(help="Ids of agreements; all by default")] = None,
    month: Annotated[
        str | None, typer.Option(help="The state after this month, YYYY-MM; by default the one before --at")
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="Day of publication; by default the latest day in the data"),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Do everything in a copy that is thrown away")] = False,
) -> None:
    """Fetch, load, measure and publish."""
    from cli.running import run_agreements

    _exit(lambda: run_agreements(agreement or None, month, at.date() if at else None, dry_run))


@app.command()
def backfill(
    agreement: Annotated[str, typer.Argument(help="Id of the agreement")],
    first: Annotated[str, typer.Option("--from", help="First month, YYYY-MM")],
    last: Annotated[str, typer.Option("--to", help="Last month, YYYY-MM")],
) -> None:
    """Run the months that the schedule has missed, in order, each as of the day it was due."""
    from cli.backfilling import backfill_months

    _exit(lambda: backfill_months(agreement, first, last))


@app.command()
def check() -> None:
    """Check settings, every agreement and prefect.yaml, without touching anything."""
    from cli.checking import check_agreements

    _exit(check_agreements)


@app.command()
def explain(figure: Annotated[str, typer.Argument(help="FIGURE or FIGURE@RELEASE")]) -> None:
    """Say how a published figure came about, back to lines and receipts."""
    from cli.explaining import explain_published

    _exit(lambda: explain_published(figure))


@app.command()
def new(
    municipality: Annotated[str, typer.Argument(help="Name of the municipality")],
    code: Annotated[str, typer.Option(help="Its four-digit code, such as 0687")] = "0000",
) -> None:
    """Begin an agreement: a commented folder that passes `lofte check`."""
    from cli.starting import start_agreement

    _exit(lambda: start_agreement(municipality, code))


@app.command("draft-contract")
def draft_contract(file: Annotated[Path, typer.Argument(help="A sample of the export")]) -> None:
    """Propose a contract from a sample, for a person to confirm; `lofte check` refuses it until then."""
    from cli.drafting import draft_contract as draft

    _exit(lambda: draft(file))


@app.command()
def receive(
    file: Annotated[Path, typer.Argument(help="What has come by e-mail, on paper or by telephone, as a file")],
    source: Annotated[str, typer.Option(help="Id of the source that it belongs to")],
    period: Annotated[str, typer.Option(help="Its months: 2024-03, or 2024-01..2024-04")],
    office: Annotated[str, typer.Option(help="The office of the agreement that handed it over")],
    registration_number: Annotated[str, typer.Option(help="Its number in the register of mail")],
    agreement: Annotated[str | None, typer.Option(help="Where more than one has a source of that id")] = None,
    attest_zero: Annotated[bool, typer.Option(help="The office attests that nothing was done")] = False,
    keyed_by: Annotated[
        str | None, typer.Option(help="Typed in by hand: your mark, such as keyer-1, never a name; a second must agree")
    ] = None,
    received_on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day it came, by default today")] = None,
    invented: Annotated[bool, typer.Option(help="It is an example")] = False,
) -> None:
    """Take in a delivery that no source fetches; what is typed in by hand needs a second person."""
    from cli.receiving import receive_file

    said: dict[str, object] = {
        "source": source,
        "period": period,
        "office": office,
        "registration_number": registration_number,
        "attest_zero": attest_zero,
        "keyed_by": keyed_by,
        "is_invented": invented,
    }
    _exit(lambda: receive_file(file, agreement, said, received_on.date() if received_on else None))


@app.command()
def rejected(
    agreement: Annotated[str | None, typer.Argument(help="Id of an agreement; all by default")] = None,
    source: Annotated[str | None, typer.Option(help="One source")] = None,
    delivery: Annotated[str | None, typer.Option(help="One delivery, by its published id or its file's name")] = None,
    csv: Annotated[
        str | None, typer.Option(help="Write a CSV file for the provider; - writes it to standard output")
    ] = None,
    values: Annotated[bool, typer.Option(help="With the text of each cell, unless it could be about a person")] = False,
) -> None:
    """List the rows that were set aside: where they stand, and by which rule."""
    from cli.rejecting import list_rejected_rows

    _exit(lambda: list_rejected_rows(agreement, source, delivery, csv, values))


@app.command()
def replay(
    agreement: Annotated[str, typer.Argument(help="Id of the agreement")],
    source: Annotated[str | None, typer.Option(help="One source; all by default")] = None,
) -> None:
    """Read kept deliveries anew after a change of contract or corrections; nothing is published."""
    from cli.replaying import replay_deliveries

    _exit(lambda: replay_deliveries(agreement, source))


@app.command("accept-drift")
def accept_drift(
    agreement: Annotated[str, typer.Argument(help="Id of the agreement")],
    source: Annotated[str, typer.Argument(help="Id of the source")],
    file: Annotated[str, typer.Argument(help="Name of a delivery that is held for its columns")],
    office: Annotated[str, typer.Option(help="The office that decides; its role is correct or approve")],
    reason: Annotated[str, typer.Option(help="Why, in at most 600 characters")],
    rename: Annotated[
        list[str] | None, typer.Option(help="NEW=OLD: the column NEW of the file is the contract's OLD")
    ] = None,
    date: Annotated[datetime | None, typer.Option(formats=DAY, help="Day of the decision, by default today")] = None,
) -> None:
    """Let deliveries with other columns be read: an office's decision, written down for good."""
    from cli.accepting import accept_other_header

    day = date.date() if date else None
    _exit(lambda: accept_other_header(agreement, source, file, rename or [], office, reason, day))


@app.command()
def remind(
    agreement: Annotated[str | None, typer.Argument(help="Id of an agreement; all by default")] = None,
    at: Annotated[datetime | None, typer.Option(formats=DAY, help="As of this day, by default today")] = None,
) -> None:
    """Write a letter to each office whose delivery is late; nothing is sent."""
    from cli.reminding import remind_providers

    _exit(lambda: remind_providers(agreement, at.date() if at else None))


@app.command()
def rebuild() -> None:
    """Make the warehouse anew from what is kept."""
    from cli.rebuilding import rebuild_from_kept

    _exit(rebuild_from_kept)


@app.command()
def forget(
    agreement: Annotated[str, typer.Argument(help="Id of the agreement")],
    delivery: Annotated[str, typer.Argument(help="SOURCE/MONTH/ORDINAL as in deliveries.csv, or the file's name")],
    decision: Annotated[str, typer.Option(help="Reference to the decision")],
    office: Annotated[str, typer.Option(help="Id of the office that decided")],
) -> None:
    """Delete the survey answers of a delivery; what they said together stays."""
    from cli.forgetting import forget_delivery

    _exit(lambda: forget_delivery(agreement, delivery, decision, office))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file, .tar or .tar.gz")]) -> None:
    """Write what cannot be rebuilt, store, ledgers and salt, into one file."""
    from cli.backing_up import back_up

    _exit(lambda: back_up(file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file that `lofte backup` has written")]) -> None:
    """Put a backup into a state that has no ledger."""
    from cli.backing_up import restore_from

    _exit(lambda: restore_from(file))


def main() -> None:
    """Run the command line, and leave without unloading modules.

    Prefect's daemon threads outlive a run; on an orderly unload DuckDB's binding lists all that they still hold as
    leaked, forty lines that mean nothing.
    """
    status: int | str | None = 0
    try:
        app()
    except SystemExit as stop:
        status = stop.code
    except Exception as error:  # a fault of ours: never with exit status 0
        fault = FaultError.of(error)
        sys.stderr.write(f"{fault.places}lofte: {fault}; please report where in the program that was\n")
        status = NOTHING_DONE
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


def _exit(work: Callable[[], Any]) -> None:
    """Do the work of a command; its own failures become one message and an exit status."""
    try:
        status = work()
    except LofteError as error:
        sys.stderr.write(f"lofte: {error}\n")
        raise typer.Exit(error.exit_status) from error
    except OSError as error:  # a folder that cannot be made, a disk that is full or read-only
        sys.stderr.write(f"lofte: {error.filename or 'the state'}: {error.strerror or error}; nothing was done\n")
        raise typer.Exit(NOTHING_DONE) from error
    raise typer.Exit(int(status or 0))
