"""`lofte rejected`: rows that were set aside, as a table or as a CSV file for the provider's spreadsheet."""

import csv
import io
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.durable import appearing_whole
from archive.state import State
from schemas.addresses import record_of
from schemas.agreement_file import chosen_folders, read_agreement
from schemas.errors import SettingsError
from schemas.rule_words import RULE_WORDS
from schemas.settings import read_settings
from schemas.strict import starts_like_formula
from tasks.list_rejected import RejectedRow, delivery_names, list_rejected
from warehouse.lock import one_writer

# A table in a file or a pipe has room for its words; in a terminal it has the terminal's width.
CONSOLE = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
TO_STANDARD_OUTPUT = "-"
# In the CSV file the headers are the provider's language.
HEADERS_SV = {
    "agreement": "avtal",
    "source": "källa",
    "delivery": "leverans",
    "file": "fil",
    "received on": "mottagen",
    "line": "rad",
    "record": "post",
    "column": "kolumn",
    "rule": "regel",
    "meaning (sv)": "förklaring",
    "meaning (en)": "förklaring på engelska",
    "value": "värde",
}
# A delivery has no published id while it is held; a row of another shape is set aside as a whole.
EMPTY = {"delivery": "(held)", "column": "(whole row)"}
Line = dict[str, str]


def list_rejected_rows(
    agreement_id: str | None, source_id: str | None, delivery: str | None, csv_name: str | None, with_values: bool
) -> int:
    """Print or write what was set aside and return the exit status."""
    settings = read_settings()
    folders = chosen_folders(settings.agreements, None if agreement_id is None else [agreement_id])
    files = [read_agreement(folder) for folder in folders]
    known = {source.id for file in files for source in file.agreement.sources}
    if source_id is not None and source_id not in known:
        raise SettingsError(f"there is no source {source_id!r}; known: {', '.join(sorted(known))}")
    state = State(settings.state, settings.warehouse_address)
    if delivery is not None and not any(delivery in delivery_names(state.ledger(f.agreement.id)) for f in files):
        raise SettingsError(f"no delivery {delivery!r} has been received; give a file's name or a delivery's public id")
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        found = {file.agreement.id: list_rejected.fn(file, state, source_id, delivery, with_values) for file in files}
    lines = {name: [_line(name, row, with_values) for row in rows] for name, rows in found.items()}
    if csv_name is None:
        _print(lines)
    else:
        _write(csv_name, provider_csv([line for rows in lines.values() for line in rows], with_values))
    return 0


def provider_csv(lines: list[Line], with_values: bool) -> bytes:
    """Return lines as a CSV file that Excel in Sweden opens as it is, and in which no cell runs.

    Where any is a record of JSON there is a column for those: a record is known by its place, and stands on no line.

    >>> provider_csv([], with_values=False).decode("utf-8-sig")
    '"avtal";"källa";"leverans";"fil";"mottagen";"rad";"kolumn";"regel";"förklaring";"förklaring på engelska"\\r\\n'
    """
    left_out = {"value": not with_values, "record": not any(line["record"] for line in lines)}
    names = [name for name in HEADERS_SV if not left_out.get(name, False)]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([HEADERS_SV[name] for name in names])
    shown = ({**line, "line": ""} if line["record"] else line for line in lines)
    writer.writerows([[_inert(line[name]) for name in names] for line in shown])
    return written.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula.

    >>> _inert("Trafikkontroll"), _inert("=1+1"), _inert("-2")
    ('Trafikkontroll', "'=1+1", "'-2")
    """
    return f"'{text}" if starts_like_formula(text) else text


def _line(agreement_id: str, row: RejectedRow, with_values: bool) -> Line:
    words = RULE_WORDS[row.address.rule]
    record = record_of(row.address.line, row.layout)
    line = {
        "agreement": agreement_id,
        "source": row.receipt.source_id,
        "delivery": row.public_id or "",
        "file": row.receipt.file_name,
        "received on": row.receipt.received_on.isoformat(),
        "line": str(row.address.line),
        "record": "" if record is None else str(record),
        "column": row.address.column,
        "rule": row.address.rule,
        "meaning (sv)": words.sv,
        "meaning (en)": words.en,
    }
    return {**line, "value": row.text or ""} if with_values else line


def _print(lines: dict[str, list[Line]]) -> None:
    for agreement, rows in lines.items():
        if not rows:
            CONSOLE.print(f"{agreement}: no row is set aside", markup=False)
            continue
        table = Table(title=f"{agreement}: {len(rows)} set aside", title_justify="left")
        has_records = any(row["record"] for row in rows)
        names = [name for name in rows[0] if name != "agreement" and (has_records or name != "record")]
        for name in names:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*(Text(row[name] or EMPTY.get(name, "")) for name in names))
        CONSOLE.print(table)


def _write(name: str, content: bytes) -> None:
    if name == TO_STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    try:
        with appearing_whole(Path(name)) as file:  # a folder that is not there may be a slip, and is not made
            file.write(content)
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror or error}; nothing was written") from error
    sys.stdout.write(f"{name}: written\n")
