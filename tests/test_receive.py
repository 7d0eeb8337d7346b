"""What offices hand over by e-mail, on paper or by telephone; what is typed in counts when two persons agree."""

import shutil
from pathlib import Path

import pytest

from cli.explaining import explain_published
from schemas.delivery import Keying
from schemas.errors import DeliveryHeldError, FetchError, LofteError
from sources.receiving import SecondKeyingError
from tests.handed_over import (
    AGREEMENT,
    AT,
    FIGURE,
    NAME,
    OTHER,
    TEXT,
    handed,
    put,
    receipts,
    receive,
    without_its_last_month,
)
from tests.house import House
from tests.test_cli import lofte

CSV = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
JSON = 'json = { path = "rader", decimal_mark = "," }'
AS_JSON = '{"rader": [{"datum": "2025-06-03", "typ": "Kontroll", "antal": 3, "märkning": "PÅHITTAD"}]}'


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement whose last month has not come."""
    return without_its_last_month(tmp_path)


def test_a_file_that_was_handed_over_counts_and_is_explained(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert receive(house, handed(tmp_path)) == 0
    assert "taken in" in capsys.readouterr().out
    house.run(at=AT)
    assert house.figure(FIGURE)["actual_value"] == "3"
    (delivery,) = [row for row in house.rows(AGREEMENT, "deliveries") if row["month"] == "2025-06"]
    assert (delivery["received_as"], delivery["received_on"]) == ("received", "2025-07-14")
    with house.settings():
        explain_published(FIGURE)
    assert "handed over by police, registration number A123.456/2025" in capsys.readouterr().out


def test_the_same_again_changes_nothing(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receive(house, handed(tmp_path))
    before = house.state.ledger(AGREEMENT).entries
    assert receive(house, handed(tmp_path)) == 0
    assert "known already" in capsys.readouterr().out
    assert house.state.ledger(AGREEMENT).entries == before


@pytest.mark.parametrize(
    ("changes", "text", "said"),
    [
        ({"office": "nobody"}, TEXT, "there is no office 'nobody'"),
        ({"period": "2025-07"}, TEXT, "the agreement runs from 2024-01 to 2025-06"),
        ({"period": "2025-06..2025-05"}, TEXT, "ends (2025-05) before it starts"),
        ({"period": "juni"}, TEXT, "--period"),
        ({"registration_number": "811228-9874"}, TEXT, "seems to hold personal data"),
        ({"source_url": "https://example.org/?a=811228-9874"}, TEXT, "source_url seems to hold personal data"),
        ({"office": "811228-9874"}, TEXT, "there is no office 'a name that is not shown'"),
        ({"registration_number": "<b>"}, TEXT, "--registration-number"),
        ({"keyed_by": "Anna Andersson"}, TEXT, "--keyed-by: write a mark of your own, such as keyer-1"),
        ({"keyed_by": "anna.andersson"}, TEXT, "never a person's name"),
        ({}, TEXT.replace("PÅHITTAD", "811228-9874", 1), "line 2, column märkning seems to hold personal data"),
        ({}, TEXT.replace("antal", "stycken"), "the columns are not those of the contract"),
        ({}, "datum;typ;antal;märkning\n", "the file has a header and no rows"),
        ({"is_invented": False, "source": "other"}, TEXT, "is in no agreement"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    house: House, tmp_path: Path, changes: dict[str, object], text: str, said: str
) -> None:
    with pytest.raises(LofteError) as caught:
        receive(house, handed(tmp_path, text), **changes)
    assert said in str(caught.value)
    assert "811228" not in str(caught.value)
    assert "andersson" not in str(caught.value).lower()
    assert house.state.ledger(AGREEMENT).entries == []


def test_v1_zero_is_not_attested_of_a_file_with_rows(house: House, tmp_path: Path) -> None:
    with pytest.raises(DeliveryHeldError, match="has rows, but is said to attest that nothing was done"):
        receive(house, handed(tmp_path), attest_zero=True)
    put(house, attest_zero="true")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "has rows, but" in str(problem)
    assert receipts(house) == []


def test_v1_zero_counts_when_the_office_attests_it(house: House, tmp_path: Path) -> None:
    receive(house, handed(tmp_path, "datum;typ;antal;märkning\n"), attest_zero=True)
    house.run(at=AT)
    figure = house.figure(FIGURE)
    assert (figure["actual_value"], figure["value_status"]) == ("0", "observed")


def test_typed_figures_count_when_a_second_person_types_the_same(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SecondKeyingError, match="typed in by keyer-1"):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "nothing of it counts until a second person" in str(problem)
    assert house.figure(FIGURE)["value_status"] == "missing"
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")  # the same person twice is one person
    assert receipts(house) == []
    reordered = "\n".join(";".join(line.split(";")[::-1]) for line in TEXT.splitlines()) + "\n"
    assert receive(house, handed(tmp_path, reordered, "andra.csv"), keyed_by="keyer-2") == 0
    (receipt,) = receipts(house)
    assert receipt.keyed_by == ("keyer-1", "keyer-2")
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "3"
    (delivery,) = [row for row in house.rows(AGREEMENT, "deliveries") if row["month"] == "2025-06"]
    assert delivery["received_as"] == "keyed"
    capsys.readouterr()
    with house.settings():
        explain_published(FIGURE)
    assert "typed in alike by keyer-1 and keyer-2" in capsys.readouterr().out


def test_typed_figures_that_differ_are_told_by_address_only(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    with pytest.raises(SecondKeyingError) as caught:
        receive(house, handed(tmp_path, OTHER), keyed_by="keyer-2")
    assert "differs from what keyer-1 typed in at line 2, column antal;" in str(caught.value)
    with pytest.raises(SecondKeyingError, match="line 3"):
        receive(house, handed(tmp_path, OTHER.rsplit("\n", 2)[0] + "\n"), keyed_by="keyer-3")
    assert receipts(house) == []
    assert receive(house, handed(tmp_path), keyed_by="keyer-2") == 0  # looked at the original again
    assert len(receipts(house)) == 1
    assert house.state.ledger(AGREEMENT).keyings() == []


def test_typed_figures_of_json_that_differ_are_told_by_the_record(house: House, tmp_path: Path) -> None:
    house.edit(AGREEMENT, CSV, JSON)
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path, AS_JSON), keyed_by="keyer-1")
    with pytest.raises(SecondKeyingError, match=r"typed in at line 2 \(record 1\), column antal;"):
        receive(house, handed(tmp_path, AS_JSON.replace('"antal": 3', '"antal": 4')), keyed_by="keyer-2")


def test_two_letters_are_never_taken_for_two_typings_of_one(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-2", registration_number="A999/2025")
    assert receipts(house) == []


def test_two_letters_of_the_same_bytes_are_each_typed_in_twice(house: House, tmp_path: Path) -> None:
    other = "B999/2025"
    for keyer, number in (("keyer-1", "A123.456/2025"), ("keyer-2", other)):
        with pytest.raises(SecondKeyingError):
            receive(house, handed(tmp_path), keyed_by=keyer, registration_number=number)
    assert receive(house, handed(tmp_path), keyed_by="keyer-3", registration_number=other) == 0
    (receipt,) = receipts(house)
    assert (receipt.keyed_by, receipt.registration_number) == (("keyer-2", "keyer-3"), other)


def test_what_is_typed_in_must_be_readable(house: House, tmp_path: Path) -> None:
    house.edit(AGREEMENT, "set_aside_share_max = 0", "set_aside_share_max = 0.9")
    with pytest.raises(LofteError, match="line 3, column antal, rule"):
        receive(house, handed(tmp_path, TEXT.replace("Kontroll;1", "Kontroll;x")), keyed_by="keyer-1")
    assert house.state.ledger(AGREEMENT).entries == []


def test_what_two_have_typed_alike_may_be_typed_again(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    receive(house, handed(tmp_path), keyed_by="keyer-2")
    before = house.state.ledger(AGREEMENT).entries
    assert receive(house, handed(tmp_path), keyed_by="keyer-1") == 0
    assert "known already" in capsys.readouterr().out
    assert house.state.ledger(AGREEMENT).entries == before
    with pytest.raises(SecondKeyingError):  # a correction waits for its second person like anything else
        receive(house, handed(tmp_path, OTHER), keyed_by="keyer-1")


def test_v4_what_is_handed_over_again_after_its_correction_is_told(house: House, tmp_path: Path) -> None:
    for text in (TEXT, OTHER):
        receive(house, handed(tmp_path, text))
    house.run(at=AT)
    with pytest.raises(FetchError, match=r"the same as on 2025-07-14, but a later delivery has replaced that one"):
        receive(house, handed(tmp_path))
    assert house.figure(FIGURE)["actual_value"] == "6"
    assert receive(house, handed(tmp_path, OTHER)) == 0  # the one that counts is no news


@pytest.mark.parametrize(
    ("layout", "nothing", "rows", "advice", "as_advised"),
    [
        (CSV, "datum;typ;antal;märkning\n", TEXT, "its rows or columns in another", "märkning;antal;typ;datum\n"),
        (JSON, '{"rader": []}', AS_JSON, "one line break more at its end", '{"rader": []}\n'),
    ],
    ids=["csv", "json"],
)
def test_v4_a_zero_that_comes_again_after_rows_counts_in_the_form_that_is_asked_for(
    house: House, tmp_path: Path, layout: str, nothing: str, rows: str, advice: str, as_advised: str
) -> None:
    house.edit(AGREEMENT, CSV, layout)
    shutil.rmtree(house.agreements / AGREEMENT / "deliveries")
    receive(house, handed(tmp_path, nothing), attest_zero=True)
    receive(house, handed(tmp_path, rows))
    house.run(at=AT)
    with pytest.raises(FetchError, match=advice):
        receive(house, handed(tmp_path, nothing), attest_zero=True)
    assert house.figure(FIGURE)["actual_value"] == "3"
    assert receive(house, handed(tmp_path, as_advised), attest_zero=True) == 0
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "0"


@pytest.mark.parametrize("attests_first", [False, True])
def test_an_attestation_stands_though_the_same_file_lies_at_the_source(
    house: House, tmp_path: Path, attests_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "datum;typ;antal;märkning\n"
    if attests_first:
        receive(house, handed(tmp_path, header), attest_zero=True)
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2025-06_mottagen_2025-07-10.csv", header)
    problems = house.run(at=AT)[AGREEMENT].problems
    assert len(problems) == (0 if attests_first else 1)
    receive(house, handed(tmp_path, header), attest_zero=True)
    for _ in range(2):
        assert house.run(at=AT)[AGREEMENT].problems == []
        assert house.figure(FIGURE)["actual_value"] == "0"
    (receipt,) = receipts(house)
    assert (receipt.attests_zero, receipt.registration_number) == (True, "A123.456/2025")
    with house.settings():
        explain_published(FIGURE)
    explained = capsys.readouterr().out
    assert ", without rows: zero is attested\n" in explained
    assert "handed over by police, registration number A123.456/2025\n" in explained
    house.warehouse_file.unlink()
    assert house.run(at=AT)[AGREEMENT].became == "unchanged"


def test_typed_figures_are_in_a_backup(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    (keying,) = [entry for entry in house.state.ledger(AGREEMENT).entries if isinstance(entry, Keying)]
    file = tmp_path / "kopia.tar"
    assert lofte("backup", str(file), house=house).returncode == 0
    shutil.rmtree(house.state.root)
    assert lofte("restore", str(file), house=house).returncode == 0
    assert house.state.store.has(keying.receipt.content_hash)


def test_the_command_says_what_it_did(house: House, tmp_path: Path) -> None:
    options = ["--source", "rows", "--period", "2025-06", "--office", "police", "--registration-number", "A1/2025",
               "--invented", "--received-on", "2025-07-14"]  # fmt: skip
    first = lofte("receive", str(handed(tmp_path)), *options, "--keyed-by", "keyer-1", house=house)
    assert first.returncode == 3
    assert "until a second person" in first.stderr
    second = lofte("receive", str(handed(tmp_path)), *options, "--keyed-by", "keyer-2", house=house)
    assert (second.returncode, second.stderr) == (0, "")
    assert f"{AGREEMENT}, source rows: {NAME}: taken in" in second.stdout
    missing = lofte("receive", str(tmp_path / "borta.csv"), *options, house=house)
    assert missing.returncode == 1
    assert "borta.csv: cannot be read" in missing.stderr
    other = [*options[:4], "--office", "nobody", *options[6:]]
    unknown = lofte("receive", str(handed(tmp_path, OTHER)), *other, house=house)
    assert (unknown.returncode, "there is no office 'nobody'" in unknown.stderr) == (1, True)
    drifted = lofte("receive", str(handed(tmp_path, TEXT.replace("antal", "stycken"))), *options, house=house)
    assert (drifted.returncode, "the columns are not those" in drifted.stderr) == (1, True)
