"""A workbook is read by a process of its own, limited in memory and time: whatever the file does, this one lives."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import pyarrow

from schemas.errors import DeliveryHeldError

MEMORY_MAX = 640 * 1024**2
SECONDS_MAX = 300
_DIED = (
    f"the workbook could not be read within {MEMORY_MAX // 1024**2} MiB and {SECONDS_MAX} s, or stopped the process "
    "that reads it; ask the provider for a plain one, or for CSV"
)


class WorkbookReader:
    """What the reading process says: a head, then batches; to be read to its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.head = self._said()

    def batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield each batch.

        Raises:
            DeliveryHeldError: when the workbook cannot be trusted; what came before is then not to be used.
        """
        try:
            with pyarrow.ipc.open_stream(self._stream) as reader:
                yield from reader
        except (pyarrow.ArrowInvalid, OSError) as error:
            raise DeliveryHeldError(_DIED) from error
        self._said()

    def _said(self) -> dict[str, Any]:
        line = self._stream.readline()
        if not line.endswith(b"\n"):
            raise DeliveryHeldError(_DIED)
        said: dict[str, Any] = json.loads(line)
        if "held" in said:
            raise DeliveryHeldError(said["held"])
        return said


@contextmanager
def workbook_reader(
    content: bytes, request: dict[str, Any], memory: int = MEMORY_MAX, seconds: int = SECONDS_MAX
) -> Iterator[WorkbookReader]:
    """Start a process that reads a workbook; it is gone when the context ends.

    Args:
        content: the workbook.
        request: what is wanted of it, as `sources/xlsx_child.py` takes it.
        memory: how much the process may have, in bytes.
        seconds: how long it may take.
    """
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "sources.xlsx_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    deadline = threading.Timer(seconds, process.kill)
    deadline.start()
    try:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process was started without its pipes")
        line = json.dumps({**request, "memory": memory, "seconds": seconds}).encode() + b"\n"
        with suppress(BrokenPipeError):  # it has ended, and says why where its answer is read
            process.stdin.write(line + content)
            process.stdin.close()
        yield WorkbookReader(process.stdout)
    finally:
        deadline.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
