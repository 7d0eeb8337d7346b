"""Where in a CSV the lines stand that are one row each, so that some can be read again without the rest of the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from schemas.content import Seekable
from schemas.text_table import Lines
from sources.csv_text import TextBlock, line_ends


@dataclass(frozen=True)
class Stretch:
    """Bytes that follow on each other, with one row on each line."""

    first_line: int
    line_count: int
    first_byte: int
    size: int
    encoding: str


@dataclass
class CsvPlaces:
    """What one reading of a file finds out for the next.

    Attributes:
        header: the contract's name of each of the file's columns, None for one that is not read.
        stretches: of plain lines, in order; between them stand lines that only a whole reading can tell apart.
    """

    header: list[str | None] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def hold(self, lines: Lines) -> bool:
        """Tell whether some lines can be read by themselves."""
        if not self.stretches:
            return False
        which = self._which(lines)
        counts = np.array([stretch.line_count for stretch in self.stretches])
        return bool((which >= 0).all() and (lines - self._firsts[which] < counts[which]).all())

    def read(self, file: Seekable, lines: Lines) -> Iterator[tuple[TextBlock, Lines]]:
        """Yield nothing but some lines, given in order, with their numbers, stretch by stretch."""
        which = self._which(lines)
        buffer = memoryview(bytearray(max(stretch.size for stretch in self.stretches)))
        for place in np.unique(which):
            stretch, found = self.stretches[place], lines[which == place]
            file.seek(stretch.first_byte)
            raw = _cut_out(buffer[: file.readinto(buffer[: stretch.size])], found - stretch.first_line)
            content = raw if stretch.encoding == "utf-8" else raw.decode(stretch.encoding).encode()
            yield (
                TextBlock(content, stretch.first_line, stretch.first_byte, stretch.encoding, raw, len(found)),
                found,
            )

    @property
    def _firsts(self) -> Lines:
        return np.array([stretch.first_line for stretch in self.stretches], np.int64)

    def _which(self, lines: Lines) -> Lines:
        """Return the place of the last stretch that begins at or before each line."""
        return np.searchsorted(self._firsts, lines, side="right") - 1


def _cut_out(content: memoryview, numbers: Lines) -> bytes:
    """Return some of the lines, by their numbers from 0, as far as they are there."""
    bounds = np.concatenate([[0], line_ends(content), [len(content)]])
    return b"".join(content[bounds[number] : bounds[number + 1]] for number in numbers if number + 1 < len(bounds))
