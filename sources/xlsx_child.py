"""The process that reads a workbook: its memory and time are limited, so that no file can take more.

It is started by `sources/xlsx_process.py`. In: a line of JSON that says what is wanted, then the workbook. Out: a line
of JSON, Arrow batches, and a line of JSON that says how it ended. Nothing else is written: a traceback could hold data.
"""

import json
import resource
import sys
from itertools import islice
from typing import Any, BinaryIO

import pyarrow

from methods.header_diff import HeaderRule
from schemas.contract import AcceptedHeader
from schemas.errors import DeliveryHeldError, HeaderDriftError
from schemas.layout import XlsxSheet
from sources.old_workbook import refuse_old_workbook
from sources.xlsx_beside import sheets_like
from sources.xlsx_blanking import blanked_copy
from sources.xlsx_rows import SheetRows, Wanted
from sources.xlsx_texts import find_texts
from sources.zip_archive import Archive, open_archive

BATCH_TEXTS = 5_000
PIECE_BYTES = 1024**2
COPY = pyarrow.schema([("piece", pyarrow.binary())])
TEXTS = pyarrow.schema([("address", pyarrow.string()), ("text", pyarrow.string())])


class _Out:
    """What is written to the parent."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: pyarrow.RecordBatchStreamWriter | None = None

    def say(self, words: dict[str, object]) -> None:
        """Write a line of JSON."""
        if self._writer is not None:
            self._writer.close()
        self._stream.write(json.dumps(words).encode() + b"\n")
        self._stream.flush()

    def write(self, batch: pyarrow.RecordBatch) -> None:
        """Write a batch; the first begins the stream."""
        if self._writer is None:
            self._writer = pyarrow.ipc.new_stream(self._stream, batch.schema)
        self._writer.write_batch(batch)


def _refuse_other_kinds(content: bytes) -> None:
    refuse_old_workbook(content, ".xlsx without a password")
    if content and not content.startswith(b"PK"):
        raise DeliveryHeldError("the file is no workbook (.xlsx), which is a ZIP archive; ask for .xlsx")


def main() -> None:
    """Do what one request asks."""
    request = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
    out = _Out(sys.stdout.buffer)
    try:
        content = sys.stdin.buffer.read()
        _refuse_other_kinds(content)
        archive = open_archive(content)
        if "sheet" in request:
            SheetRows(_wanted(request), lambda header: out.say({"header": header}), out.write).read(archive)
        elif "blank" in request:
            _write_copy(archive, XlsxSheet.model_validate(request["blank"]), list(request["expected"]), out)
        elif "beside" in request:
            out.say({"sheets": _sheets_like(archive, request)})
        else:
            _write_texts(archive, out)
        out.say({"ended": True})
    except HeaderDriftError:  # told anew by the parent, which has the header
        out.say({"ended": True})
    except DeliveryHeldError as error:
        out.say({"held": str(error)})


def _wanted(request: dict[str, Any]) -> Wanted:
    rule = dict(request["rule"])
    accepted = rule.pop("accepted")
    return Wanted(
        XlsxSheet.model_validate(request["sheet"]),
        list(request["expected"]),
        HeaderRule(**rule, accepted=AcceptedHeader.model_validate(accepted) if accepted else None),
    )


def _sheets_like(archive: Archive, request: dict[str, Any]) -> list[str]:
    found = sheets_like(archive, XlsxSheet.model_validate(request["beside"]), list(request["columns"]))
    return list(islice(found, request["sheets_max"]))


def _write_texts(archive: Archive, out: _Out) -> None:
    found: list[tuple[str, str]] = []

    def flush() -> None:
        addresses, texts = zip(*found, strict=True) if found else ((), ())
        arrays = [pyarrow.array(list(column), pyarrow.string()) for column in (addresses, texts)]
        out.write(pyarrow.RecordBatch.from_arrays(arrays, schema=TEXTS))
        found.clear()

    def take(address: str, text: str) -> None:
        found.append((address, text.encode("utf-8", "replace").decode()))
        if len(found) >= BATCH_TEXTS:
            flush()

    out.say({"texts": True})
    flush()  # the stream of batches begins, whatever comes
    find_texts(archive, take)
    flush()


def _write_copy(archive: Archive, layout: XlsxSheet, expected: list[str], out: _Out) -> None:
    finds, copy = blanked_copy(archive, layout, expected)
    cells = [cell.model_dump() for cell in finds.cells]
    out.say({"cells": cells, "row_count": finds.row_count, "is_elsewhere": finds.is_elsewhere})
    for start in range(0, max(len(copy), 1), PIECE_BYTES):
        piece = pyarrow.array([copy[start : start + PIECE_BYTES]], pyarrow.binary())
        out.write(pyarrow.RecordBatch.from_arrays([piece], schema=COPY))


if __name__ == "__main__":
    main()
