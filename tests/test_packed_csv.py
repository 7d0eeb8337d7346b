"""A CSV in an archive reads and is blanked as it would be by itself, and is never in memory as a whole."""

import io
import zipfile
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from bench.memory import PeakWatch
from schemas.content import Content, in_memory
from schemas.contract import Contract, ReadableContract
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, HeaderDriftError
from sources.blanking import blank_rows
from sources.blanking_csv import blank_csv
from sources.layouts import read_batches
from sources.reading import read_delivery
from sources.zip_archive import open_archive
from tests.children import in_child
from tests.test_interpret import OCCASIONS
from tests.test_large_deliveries import SMALL, export, said
from tests.test_zip_archive import by_hand, deflated, packed

NAME = "ut/rader.csv"
PERSON = "811218-9876"
ROW = ("2024-01-15", "Trafikkontroll", "1", "")


def readable(*, is_packed: bool) -> ReadableContract:
    """Agree on an export, by itself or in an archive."""
    contract = {**OCCASIONS, "set_aside_share_max": Decimal(1), "ignored_columns": ["not"]}
    return ReadableContract.model_validate({
        "agreement_id": "tranas-1", "source_id": "source", "starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31),
        "contract": contract | ({"zip": {"member": NAME}} if is_packed else {}),
        "places": {"Tranås centrum": "centre"},
    })  # fmt: skip


def contract(*, is_packed: bool = True) -> Contract:
    """Return how the export looks."""
    return readable(is_packed=is_packed).contract


def receipt() -> Receipt:
    """Say of an export what it is."""
    return Receipt.model_validate({
        "source_id": "source", "covers_from": "2024-01", "covers_to": "2024-02", "content_hash": "", "file_name": "",
        "size": 1, "address": "", "received_on": date(2024, 3, 1), "source_url": None, "is_invented": True,
        "attests_zero": False, "fetched_at": "",
    })  # fmt: skip


def test_rows_that_repeat_rows_of_other_batches_are_found_as_in_a_plain_file() -> None:
    plain = export([(f"P-{number % 70}", *ROW) for number in range(100)])
    files = {False: plain, True: packed({NAME: plain})}
    one, other = (
        said(list(read_delivery(in_memory(content), receipt(), readable(is_packed=is_packed), block_bytes=SMALL)))
        for is_packed, content in files.items()
    )
    assert one == other
    assert len(one[0]) == 70


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_packed_csv_is_cut_into_the_same_batches_as_a_plain_one(compression: int) -> None:
    plain = export([(f"P-{number}", *ROW) for number in range(60_000)])
    files = {False: plain, True: packed({NAME: plain}, compression)}
    one, other = (
        [batch.row_count for batch in read_batches(in_memory(content), contract(is_packed=is_packed))]
        for is_packed, content in files.items()
    )
    assert one == other
    assert len(one) > 1


@pytest.mark.parametrize("place", [0, 70_000, 99_999])
def test_p6_a_row_blanked_in_an_archive_is_blanked_as_in_a_plain_file_and_to_the_same_bytes(place: int) -> None:
    rows = [(f"P-{number}", *ROW[:3], PERSON if number == place else "") for number in range(100_000)]
    content = packed({NAME: export(rows)})
    looked, again = (blank_rows(Content.of(content), contract()) for _ in range(2))
    csv = contract().csv
    assert csv is not None
    plain = blank_csv(export(rows), csv, [])
    assert [cell.line for cell in looked.finds.cells] == [place + 2]
    assert (looked.finds.row_count, looked.finds.elsewhere) == (100_000, None)
    assert open_archive(looked.copy.whole()).read(NAME) == plain.content
    assert looked.copy.whole() == again.copy.whole()
    assert looked.copy_digest == again.copy_digest == looked.copy.sha256()
    assert blank_rows(looked.copy, contract()).finds.first(contract().layout) is None


@pytest.mark.parametrize("plain", [b"fel;kolumner\n1;2\n", export([("P-1", *ROW)])])
def test_an_archive_is_said_to_be_damaged_whatever_its_text_is(plain: bytes) -> None:
    content = by_hand(deflated(plain), told=plain[:-2] + b"x\n")
    with pytest.raises(DeliveryHeldError, match="damaged or cut off"):
        blank_rows(Content.of(content), contract())
    with pytest.raises(DeliveryHeldError, match="damaged or cut off"):
        list(read_batches(in_memory(content), contract()))


def test_other_columns_are_told_as_of_a_plain_file() -> None:
    with pytest.raises(HeaderDriftError, match="the columns are not those of the contract"):
        list(read_batches(in_memory(packed({NAME: b"fel;kolumner\n1;2\n"})), contract()))


def large_archive(size: int) -> bytes:
    """Pack an export, without ever having it as a whole, of which rows differ enough to be no bomb."""
    content, drawn = io.BytesIO(), np.random.default_rng(1)
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(NAME, "w") as file,
    ):
        file.write(export([]))
        written = 0
        while written < size:
            days = (f"2024-0{month}-{day:02}" for month, day in drawn.integers((1, 1), (3, 29), (500, 2)))
            rows = export([("P-1", day, *ROW[1:]) for day in days]).removeprefix(export([]))
            written += file.write(rows * 20)
    return content.getvalue()


def test_memory_does_not_grow_with_what_an_archive_unpacks_to(tmp_path: Path) -> None:
    size = 192 * 1024**2
    content = large_archive(size)

    def within_memory() -> None:
        watch = PeakWatch()
        before, _ = watch.peaks_mb()
        assert blank_rows(Content.of(content), contract()).finds.first(contract().layout) is None
        with closing(read_batches(in_memory(content), contract(), block_bytes=1 << 20)) as batches:
            assert sum(batch.row_count for batch in batches) > size // 100
        after, _ = watch.peaks_mb()
        watch.stop()
        assert after - before < size / 1024**2 / 2

    assert in_child(within_memory, tmp_path / "log") == 0, (tmp_path / "log").read_text("utf-8")
