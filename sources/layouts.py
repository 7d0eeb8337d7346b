"""A delivery's bytes as batches of text rows, by the layout of its contract."""

from collections.abc import Collection, Generator, Iterator
from contextlib import AbstractContextManager, nullcontext

from methods.header_diff import HeaderRule
from schemas.content import Opened, Readable, Seekable, joined
from schemas.contract import AnswersContract, Contract, OccasionContract, ReadableContract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from schemas.text_table import Lines, TextBatch, rows_among
from sources.csv_places import CsvPlaces
from sources.csv_table import csv_batches, csv_rows_on
from sources.csv_text import BLOCK_BYTES
from sources.json_table import json_batch
from sources.xlsx_table import xlsx_batches
from sources.zip_archive import opened_member, read_member


def header_rule(readable: ReadableContract) -> HeaderRule:
    """Return what a delivery's header may be beside the columns that its contract reads."""
    contract = readable.contract
    return HeaderRule(contract.added_columns == "ignore", contract.ignored_columns, readable.accepted_header)


def read_batches(
    opened: Opened,
    contract: Contract,
    rule: HeaderRule = HeaderRule(),
    places: CsvPlaces | None = None,
    without: Collection[str] = (),
    block_bytes: int = BLOCK_BYTES,
) -> Generator[TextBatch]:
    """Read a delivery into batches of text cells; CSV in memory that does not grow with it.

    Args:
        opened: lends its bytes.
        contract: says its layout and columns.
        rule: what the header may be besides.
        places: where to note what is found out for `read_rows_on`.
        without: columns that a CSV's batches but the first need not have.
        block_bytes: how much of a CSV is read at a time.

    Yields:
        At least one batch, which names the columns.

    Raises:
        HeaderDriftError: when the columns are others than the contract's.
        DeliveryHeldError: when the delivery as a whole cannot be trusted.
    """
    layout, expected = contract.layout, expected_headers(contract)
    with opened() as file:
        if isinstance(layout, CsvDialect):
            with _csv(file, contract) as plain:
                yield from csv_batches(plain, layout, expected, rule, places, without, block_bytes)
            return
        content = _all(file) if contract.zip is None else read_member(_all(file), contract.zip.member)
    if isinstance(layout, XlsxSheet):
        yield from xlsx_batches(content, layout, expected, rule)
    else:
        yield json_batch(content, layout, expected, rule, _ids(contract))


def read_rows_on(
    lines: Lines,
    opened: Opened,
    contract: Contract,
    rule: HeaderRule = HeaderRule(),
    places: CsvPlaces | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TextBatch]:
    """Read only the rows on some lines; of a CSV that has been read to its end before, nothing else where that can be.

    Args:
        lines: whose rows are wanted.
        opened: lends the delivery's bytes.
        contract: says its layout and columns.
        rule: what the header may be besides.
        places: what was found out when all of it was read.
        block_bytes: how much of a CSV is read at a time.

    Raises:
        HeaderDriftError: when the columns are others than the contract's.
        DeliveryHeldError: when the delivery as a whole cannot be trusted.
    """
    if isinstance(contract.layout, CsvDialect) and places is not None and places.hold(lines):
        with opened() as file, _csv(file, contract) as plain:
            if isinstance(plain, Seekable):
                yield from csv_rows_on(plain, contract.layout, places, lines)
                return
    yield from rows_among(read_batches(opened, contract, rule, block_bytes=block_bytes), lines)


def _ids(contract: Contract) -> set[str]:
    """Return the columns whose texts mean nothing by themselves: they only tell things apart."""
    named = None
    if isinstance(contract, OccasionContract):
        named = contract.columns.row_id
    elif isinstance(contract, AnswersContract):
        named = contract.columns.cluster
    return set() if named is None else {named}


def _csv(file: Readable, contract: Contract) -> AbstractContextManager[Readable]:
    return nullcontext(file) if contract.zip is None else opened_member(_all(file), contract.zip.member)


def _all(file: Readable) -> bytes:
    return joined(iter(lambda: file.read(BLOCK_BYTES), b""))
