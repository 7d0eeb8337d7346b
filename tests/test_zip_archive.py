"""Archives: one file, the agreed one; a bomb, a second file or a hidden part is refused before it is unpacked."""

import io
import struct
import subprocess
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import DeliveryHeldError
from sources.zip_archive import read_member
from tests.house import House
from tests.workbooks import written

NAME = "ut/rader.csv"
TEXT = b"datum;antal\n2024-03-04;1\n"


def packed(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Write an archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
        archive.comment = comment
    return content.getvalue()


GOOD = packed({NAME: TEXT})


def test_the_agreed_file_is_read() -> None:
    assert read_member(GOOD, NAME) == TEXT
    assert read_member(packed({NAME: TEXT}, zipfile.ZIP_STORED), NAME) == TEXT


def test_r11_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({NAME: bytes(300 * 1024**2)})
    assert len(bomb) < 400_000
    with pytest.raises(DeliveryHeldError, match="as only a bomb does"):
        read_member(bomb, NAME)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed({NAME: TEXT, "mer.csv": TEXT}), "holds 2 files and must hold one"),
        (packed({"annat.csv": TEXT}), "holds one file by another name; it must be named 'ut/rader.csv', as"),
        (packed({"mapp/ut/rader.csv": TEXT}), "the one file in another folder; its path must be 'ut/rader.csv', as"),
        (packed({"rader.csv": TEXT}), "the one file in another folder; its path must be 'ut/rader.csv', as"),
        (packed({"ut/Rader.csv": TEXT}), "by a name in other letters, large or small; it must be 'ut/rader.csv', as"),
        (packed({"../rader.csv": TEXT}), "leads out of it"),
        (packed({"/rader.csv": TEXT}), "leads out of it"),
        (packed({NAME: TEXT}).replace(NAME.encode(), b"\0" + NAME.encode()[1:]), "leads out of it"),  # read as no name
        (packed({NAME: TEXT, NAME.upper(): TEXT}), "two files of one name"),
        (packed({NAME: TEXT}, zipfile.ZIP_BZIP2), "packed in an unusual way"),
        (packed({f"{n}.csv": b"" for n in range(501)}), "more than 500 files"),
        (GOOD[:-30], "damaged or cut off"),
        (b"", "damaged or cut off"),
        (TEXT, "damaged or cut off"),
        (b"#!/bin/sh\n" + GOOD, "bytes outside its files"),
    ],
)
def test_what_is_not_plain_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryHeldError, match=said):
        read_member(content, NAME)


class Unseekable(io.BytesIO):
    """A stream as many programs write archives to: the sizes of a member can only come after it."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation


def streamed() -> bytes:
    content = Unseekable()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, TEXT)
    return content.getvalue()


def deflated(text: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(text) + packing.flush()


def by_hand(
    data: bytes,
    told: bytes = TEXT,
    flags: int = 0,
    after: bytes = b"",
    method: int = zipfile.ZIP_DEFLATED,
    **local: int,
) -> bytes:
    """Write an archive of one member that says of itself what is told; `local` is what its own header says instead."""
    says = {"crc": zlib.crc32(told), "packed": len(data), "size": len(told), "flags": flags, "method": method}

    def fields(said: dict[str, int]) -> bytes:
        sizes = (said["crc"], said["packed"], said["size"], len(NAME), 0)
        return struct.pack("<HHHHHLLLHH", 20, said["flags"], said["method"], 0, 33, *sizes)

    start = b"PK\x03\x04" + fields(says | local) + NAME.encode() + data + after
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + fields(says) + bytes(14) + NAME.encode()
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(start), 0)
    return start + directory + end


SIZES = struct.pack("<LLL", zlib.crc32(TEXT), len(deflated(TEXT)), len(TEXT))
LONG_SIZES = struct.pack("<LQQ", zlib.crc32(TEXT), len(deflated(TEXT)), len(TEXT))


@pytest.mark.parametrize(
    "content",
    [
        streamed(),
        by_hand(deflated(TEXT)),
        by_hand(TEXT, method=zipfile.ZIP_STORED),
        by_hand(deflated(TEXT), packed=0xFFFFFFFF, size=0xFFFFFFFF),
        *(
            by_hand(deflated(TEXT), flags=8, after=mark + sizes, crc=0, packed=0, size=0)
            for mark in (b"", b"PK\x07\x08")
            for sizes in (SIZES, LONG_SIZES)
        ),
    ],
)
def test_every_usual_way_of_writing_an_archive_is_read(content: bytes) -> None:
    assert read_member(content, NAME) == TEXT


MORE = b"2024-03-05;2\n"
HIDDEN = b"070-174 06 05"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (by_hand(deflated(TEXT + MORE)), "damaged or cut off"),  # it says less than it holds, and the first is right
        (by_hand(TEXT + MORE, method=zipfile.ZIP_STORED), "damaged or cut off"),
        (by_hand(deflated(TEXT)[:-1]), "damaged or cut off"),
        (by_hand(deflated(TEXT) + HIDDEN), "damaged or cut off"),
        (by_hand(deflated(TEXT) + bytes(100_000)), "damaged or cut off"),
        (by_hand(deflated(TEXT), after=HIDDEN), "bytes outside its files"),
        (by_hand(deflated(TEXT), flags=8, after=HIDDEN), "bytes outside its files"),
        (by_hand(deflated(TEXT), flags=8, after=SIZES + HIDDEN), "bytes outside its files"),
        (by_hand(deflated(TEXT), after=SIZES), "bytes outside its files"),
        (by_hand(deflated(TEXT), crc=1), "damaged or cut off"),
        (by_hand(deflated(TEXT), size=1), "damaged or cut off"),
        (by_hand(deflated(TEXT), packed=1), "damaged or cut off"),
        (by_hand(deflated(TEXT)).replace(NAME.encode(), b"xx" + NAME.encode()[2:], 1), "damaged or cut off"),
    ],
)
def test_r11_no_byte_stands_where_nobody_looks(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryHeldError, match=said):
        read_member(content, NAME)


def test_a_large_member_is_inflated_whole() -> None:
    text = b"".join(b"%d;%d\n" % (number, number * 7919) for number in range(400_000))
    assert read_member(packed({NAME: text}), NAME) == text


def test_an_encrypted_archive_is_refused() -> None:
    damaged = bytearray(GOOD)
    damaged[6] |= 1
    damaged[GOOD.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DeliveryHeldError, match="is encrypted"):
        read_member(bytes(damaged), NAME)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_damaged_byte_never_unpacks_as_something_else(position: int, change: int) -> None:
    damaged = bytearray(GOOD)
    damaged[position] ^= change
    try:
        found = read_member(bytes(damaged), NAME)
    except DeliveryHeldError:
        return
    assert found == TEXT


AGREEMENT = "two-readings"
HEADER = ["datum", "typ", "antal", "märkning"]
ROW = ["2024-01-05", "Kontroll", "7", "PÅHITTAD"]
CSV = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
TABLE = (";".join(HEADER) + "\n" + ";".join(ROW) + "\n").encode()
LAYOUTS = {
    "xlsx": ('xlsx = { sheet = "Uttag", header_row = 2, decimal_mark = "," }',
             written([["Uttag 2024"], HEADER, ROW], "Uttag")),
    "json": ('json = { path = "rader", decimal_mark = "," }',
             ('{"rader": [{"datum": "2024-01-05", "typ": "Kontroll", "antal": 7, "märkning": "PÅHITTAD"}]}').encode()),
    "zip": (f'zip = {{ member = "{NAME}" }}\n{CSV}', packed({NAME: TABLE})),
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement with one source and no deliveries."""
    found = House(tmp_path)
    found.take_case(AGREEMENT, has_deliveries=False)
    return found


def deliver(house: House, content: bytes, layout: str, suffix: str) -> str:
    """Agree on a layout, leave a file, run, and return what is held."""
    house.edit(AGREEMENT, CSV, layout)
    house.edit(AGREEMENT, "{received_on}.csv", f"{{received_on}}.{suffix}")
    path = house.agreements / AGREEMENT / "deliveries/rows" / f"PAHITTAD_2024-01_mottagen_2024-02-10.{suffix}"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return "\n".join(str(problem) for problem in house.run(at=date(2024, 3, 1))[AGREEMENT].problems)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_delivery_of_each_layout_is_counted(house: House, kind: str) -> None:
    layout, content = LAYOUTS[kind]
    assert deliver(house, content, layout, kind) == ""
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "7"


@pytest.mark.parametrize("kind", LAYOUTS)
def test_p6_personal_data_is_seen_in_each_layout_and_nothing_is_kept(house: House, kind: str) -> None:
    layout, _ = LAYOUTS[kind]
    person = [*ROW[:3], "811228-9874"]
    content = {
        "xlsx": written([["Uttag 2024"], HEADER, person], "Uttag"),
        "json": LAYOUTS["json"][1].replace("PÅHITTAD".encode(), b"811228-9874"),
        "zip": packed({NAME: (";".join(HEADER) + "\n" + ";".join(person) + "\n").encode()}),
    }[kind]
    said = deliver(house, content, layout, kind)
    assert "seems to hold personal data" in said
    assert "811228" not in said
    kept = subprocess.run(["grep", "-rl", "811228", str(house.state.root)], capture_output=True, check=False)
    assert kept.stdout == b""
    assert house.state.ledger(AGREEMENT).receipts() == []


@pytest.mark.parametrize("kind", LAYOUTS)
def test_rows_that_are_set_aside_are_listed_where_they_stand(house: House, kind: str) -> None:
    layout, content = LAYOUTS[kind]
    house.edit(AGREEMENT, "set_aside_share_max = 0", "set_aside_share_max = 0.5")
    unknown = [ROW[0], "Okänd", *ROW[2:]]
    record = content[content.find(b"[") + 1 : content.rfind(b"]")]
    bad = {
        "xlsx": written([["Uttag 2024"], HEADER, unknown, ROW], "Uttag"),
        "json": content.replace(record, record.replace(b"Kontroll", "Okänd".encode()) + b", " + record),
        "zip": packed({NAME: "\n".join(";".join(row) for row in (HEADER, unknown, ROW, [])).encode()}),
    }[kind]
    house.edit(AGREEMENT, CSV, layout)
    house.edit(AGREEMENT, "{received_on}.csv", f"{{received_on}}.{kind}")
    path = house.agreements / AGREEMENT / "deliveries/rows" / f"PAHITTAD_2024-01_mottagen_2024-02-10.{kind}"
    path.parent.mkdir(parents=True)
    path.write_bytes(bad)
    outcome = house.run(at=date(2024, 3, 1))[AGREEMENT]
    (address,) = [aside.row for aside in outcome.set_aside]
    assert (address.line, address.column, address.rule) == (3 if kind == "xlsx" else 2, "typ", "unknown_value")
