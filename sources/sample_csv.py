"""A sample of CSV: its encoding, delimiter and decimal mark."""

import codecs
from typing import Any

from methods.encoding_damage import likelier_than_windows_1252
from methods.layout_guess import decimal_mark_of, delimiter_of, numbered_rows, usual_width
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from sources.blanking_csv import blank_csv
from sources.csv_table import read_csv
from sources.csv_text import decode, refuse_other_kinds
from sources.sample_layout import Sample, layout_line, refuse_found

# A row may be whole and its last number cut: "22" to "2".
_OPEN_END = (
    "# allow_missing_final_newline: the sample's last row is whole, and no line break ends it. Say true only where\n"
    "# every whole file ends so, as one that is cut off is not noticed then. Else leave it out: this one may be cut off"
)
_OPEN_ENCODING = (
    "# encoding: by {other} more words of the sample would have å, ä or ö. No contract reads {other}: save the file\n"
    '# as UTF-8, and draft anew. Say "windows-1252" only where the texts below read well'
)


def csv_sample(content: bytes) -> Sample:
    """Tell the dialect of a sample, and read it by that.

    Raises:
        PersonalDataError: when it seems to hold personal data.
        DeliveryHeldError: when it is no CSV that a contract can say.
    """
    _refuse_nul(content)
    encoding = _encoding(content)
    refuse_other_kinds(content, encoding)
    other = likelier_than_windows_1252(content) if encoding == "windows-1252" else None
    try:
        text = decode(content, CsvDialect(encoding=encoding, delimiter=";", decimal_mark=","))
    except DeliveryHeldError as error:
        seems = f", and seems to be {other}; save it as UTF-8" if other else "; ask for one of them"
        raise DeliveryHeldError(f"the file is text in neither UTF-8 nor Windows-1252{seems}") from error
    delimiter = delimiter_of(text)
    rows = numbered_rows(text, delimiter)
    header = rows[0][1] if rows else []
    below = [row for _, row in rows[1:]]
    mark, question = decimal_mark_of(
        {name: [row[place] for row in below if place < len(row)] for place, name in enumerate(header)}
    )
    dialect = CsvDialect(
        encoding=encoding,
        delimiter=delimiter,
        decimal_mark=mark,
        allow_missing_final_newline=not text.endswith("\n"),
    )
    refuse_found(blank_csv(content, dialect, header).first(dialect))
    _refuse_odd_shape(rows, dialect)
    said = {"encoding": encoding, "delimiter": delimiter, "decimal_mark": mark}
    notes = {"encoding": _OPEN_ENCODING.format(other=other)} if other else {}
    if question is not None:
        notes["decimal_mark"] = question
    if dialect.allow_missing_final_newline:
        notes["allow_missing_final_newline"] = _OPEN_END
    return Sample(read_csv(content, dialect, header), dialect, layout_line("csv", said, notes))


def _refuse_nul(content: bytes) -> None:
    place = content.find(b"\0")
    if place >= 0:
        line = content.count(b"\n", 0, place) + 1
        raise DeliveryHeldError(
            f"line {line}: a NUL byte, which no text has; the file is damaged, or UTF-16 "
            "without a byte order mark. Ask for it again, as UTF-8"
        )


def _refuse_odd_shape(rows: list[tuple[int, list[str]]], dialect: CsvDialect) -> None:
    """Refuse a sample that is cut off within a row, or whose first line does not name the columns below it."""
    if not rows:
        return
    (first, header), (last, last_row) = rows[0], rows[-1]
    width = usual_width([row for _, row in rows])
    if dialect.allow_missing_final_newline and len(last_row) < len(header) == width:
        raise DeliveryHeldError(
            f"line {last}: the sample ends in the middle of a row, so it is cut off; ask for the whole file, or end "
            "the sample after a whole row and its line break"
        )
    where = "A contract's CSV has the names of its columns on its first line, so ask for it like that"
    if len({name.strip() for name in header}) < len(header) or not all(name.strip() for name in header):
        raise DeliveryHeldError(f"line {first}: columns without a name, or two of one name. {where}")
    if len(header) != width:
        raise DeliveryHeldError(
            f"line {first}: fields in this line: {len(header)}, in most rows: {width}, so it may be a title. {where}"
        )
    if any(name.strip()[0].isdecimal() for name in header):
        raise DeliveryHeldError(
            f"line {first}: a column's name begins with a figure, so the line may be a row of data. {where}"
        )
    if width < 2:
        raise DeliveryHeldError(
            f"line {first}: the table has one column, and a contract reads several; ask for one with a semicolon, tab, "
            "vertical bar or comma between its columns"
        )


def _encoding(content: bytes) -> Any:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"
