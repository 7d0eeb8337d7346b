"""What was set aside, told to the operator and to the provider: addresses and rules, and never a person."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest

from cli.rejecting import list_rejected_rows, provider_csv
from schemas import text_table
from schemas.content import Content
from schemas.delivery import Receipt
from schemas.errors import InvalidAgreementError, SettingsError, WarehouseError
from schemas.rule_words import RULE_WORDS
from tests.house import PROJECT, House, copy_of
from tests.test_cli import lofte
from tests.test_corrections import correct, toml

AGREEMENT, SOURCE = "tranas-1", "police-activities"
HEADER = "id;datum;typ;plats;antal;markering\n"
FILE = "PAHITTAD_polis_2024-05_mottagen_2025-01-09.csv"
# One row for each of many rules; the bundled file for the month is replaced by this one.
ROWS = (
    "A;2024-05-04;Trafikkontroll;Sommen;1;PÅHITTAD\n"
    "B;2024-05-05;Ridpatrull;Sommen;1;PÅHITTAD\n"
    "C;2024-05-06;Trafikkontroll;Sommen;-1;PÅHITTAD\n"
    "D;2024-05-07;Trafikkontroll;1;PÅHITTAD\n"
    "E;2024-05-08;=cmd|calc;Sommen;1;PÅHITTAD\n"
    "F;2024-05-09;Trafikkontroll;Sommen;1;VERKLIG\n"
    'G;2024-05-10;"Trafik\nkontroll";Sommen;1;PÅHITTAD\n'
)
ADDRESSED = ("typ", "antal", "", "typ", "markering", "typ")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Tranås, with a delivery of which most is set aside."""
    house = House(tmp_path_factory.mktemp("rejected") / "house").take(AGREEMENT)
    house.edit(AGREEMENT, "set_aside_share_max = 0.6", "set_aside_share_max = 0.9")
    house.deliver(AGREEMENT, SOURCE, FILE, HEADER + ROWS)
    assert house.run()[AGREEMENT].problems == []
    return house


@pytest.fixture
def tranas(published: House, tmp_path: Path) -> House:
    """A copy of it, to be changed."""
    return copy_of(published, tmp_path / "house")


def read(path: Path) -> list[dict[str, str]]:
    """Read a provider's file as a spreadsheet would."""
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def written(house: House, *, values: bool = False, source: str | None = None, delivery: str | None = None) -> Path:
    """Write the provider's file."""
    path = house.root / "avvisade.csv"
    with house.settings():
        assert list_rejected_rows(AGREEMENT, source, delivery, str(path), values) == 0
    return path


def test_the_provider_gets_addresses_and_rules(tranas: House) -> None:
    path = written(tranas)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = read(path)
    assert [(row["rad"], row["kolumn"], row["regel"]) for row in rows] == [
        ("3", "typ", "unknown_value"),
        ("4", "antal", "negative_count"),
        ("5", "", "missing_field"),
        ("6", "typ", "unknown_value"),
        ("7", "markering", "unexpected_value"),
        ("8", "typ", "control_character"),
    ]
    assert {(row["avtal"], row["källa"], row["leverans"], row["fil"], row["mottagen"]) for row in rows} == {
        (AGREEMENT, SOURCE, f"{SOURCE}/2024-05/2", FILE, "2025-01-09")
    }
    assert rows[0]["förklaring"] == "Värdet finns inte i den överenskomna värdelistan."
    assert rows[0]["förklaring på engelska"] == "The value is not in the agreed list of values."
    assert "värde" not in rows[0]


def test_the_published_id_is_the_one_that_readers_see(tranas: House) -> None:
    ids = {row["leverans"] for row in read(written(tranas))}
    assert ids <= {row["delivery_id"] for row in tranas.rows(AGREEMENT, "deliveries")}


def test_values_are_read_on_demand_from_columns_that_the_contract_reads(tranas: House) -> None:
    rows = read(written(tranas, values=True))
    assert [row["värde"] for row in rows] == [
        "Ridpatrull",
        "'-1",
        "visas inte",
        "'=cmd|calc",
        "visas inte",
        "visas inte",
    ]


@pytest.mark.parametrize("planted", ["19121212-1212", "070-174 06 05", "a.b@example.org", "ABC123"])
def test_a_value_about_a_person_is_never_shown(tranas: House, planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a delivery is not kept at all; if one were, by an older program, its value is still not shown."""

    def unseen(said: Receipt, content: Content, *_: object) -> tuple[Receipt, Content]:
        return said.model_copy(update={"content_hash": content.sha256(), "size": content.size}), content

    monkeypatch.setattr("tasks.fetch.admit", unseen)
    tranas.deliver(AGREEMENT, SOURCE, FILE, HEADER + ROWS.replace("Ridpatrull", planted))
    assert tranas.run()[AGREEMENT].problems == []
    path = written(tranas, values=True)
    assert planted not in path.read_text("utf-8")
    assert next(row["värde"] for row in read(path)) == "visas inte"


def test_a_delivery_that_is_held_for_its_rows_is_listed(tranas: House) -> None:
    name = "PAHITTAD_polis_2024-06_mottagen_2025-01-09.csv"
    tranas.deliver(AGREEMENT, SOURCE, name, HEADER + "A;2024-06-04;Ridpatrull;Sommen;1;PÅHITTAD\n" * 1)
    assert "1 of 1 rows would be set aside" in str(tranas.run()[AGREEMENT].problems[0])
    rows = read(written(tranas, delivery=name, values=True))
    assert [(row["leverans"], row["rad"], row["regel"], row["värde"]) for row in rows] == [
        ("", "2", "unknown_value", "Ridpatrull")
    ]


def test_a_loaded_delivery_that_a_changed_contract_holds_for_its_rows_is_listed(tranas: House) -> None:
    tranas.edit(AGREEMENT, '"Trafikkontroll" =', '"Trafikkontroller" =')
    said = [str(problem) for problem in tranas.run()[AGREEMENT].problems if FILE in str(problem)]
    assert ["7 of 7 rows would be set aside" in message for message in said] == [True]
    rows = read(written(tranas, delivery=FILE, values=True))
    assert [(row["leverans"], row["rad"], row["kolumn"]) for row in rows] == [
        *((f"{SOURCE}/2024-05/2", line, column) for line, column in zip("345678", ADDRESSED, strict=True)),
        ("", "2", "typ"),
        ("", "4", "typ"),
        ("", "7", "typ"),
    ]
    assert rows[-3]["värde"] == "Trafikkontroll"


def test_a_delivery_that_has_been_replaced_is_not_listed(tranas: House) -> None:
    name = FILE.replace("2025-01-09", "2025-01-10")
    tranas.deliver(AGREEMENT, SOURCE, name, HEADER + "A;2024-05-04;Trafikkontroll;Sommen;1;PÅHITTAD\n")
    tranas.run()
    assert read(written(tranas)) == []


def test_one_source_and_one_delivery(tranas: House) -> None:
    assert read(written(tranas, source="municipality-activities")) == []
    assert len(read(written(tranas, source=SOURCE, delivery=f"{SOURCE}/2024-05/2"))) == 6
    assert read(written(tranas, delivery=f"{SOURCE}/2024-05/1")) == []
    with tranas.settings(), pytest.raises(SettingsError, match="there is no source 'x'"):
        list_rejected_rows(AGREEMENT, "x", None, None, False)
    with tranas.settings(), pytest.raises(SettingsError, match=r"no delivery 'x\.csv' has been received"):
        list_rejected_rows(AGREEMENT, None, "x.csv", None, False)


def test_a_folder_that_is_not_there_is_not_made(tranas: House) -> None:
    path = tranas.root / "avvisat" / "rader.csv"
    with (
        tranas.settings(),
        pytest.raises(SettingsError, match=r"rader\.csv: No such file or directory; nothing was wri"),
    ):
        list_rejected_rows(AGREEMENT, None, None, str(path), False)
    assert not path.parent.exists()


def test_the_command_shows_a_table_and_writes_to_standard_output(tranas: House) -> None:
    table = lofte("rejected", AGREEMENT, house=tranas)
    assert table.returncode == 0, table.stderr
    assert "unknown_value" in table.stdout
    assert "Ridpatrull" not in table.stdout
    out = lofte("rejected", AGREEMENT, "--csv", "-", "--values", house=tranas)
    assert out.returncode == 0
    assert '"Ridpatrull"' in out.stdout


def test_a_correction_with_a_person_in_it_is_not_kept_by_looking(tranas: House) -> None:
    tranas.edit(AGREEMENT, 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["correct"]\n\n# Places')
    name = FILE.replace("2024-05", "2024-06")
    tranas.deliver(AGREEMENT, SOURCE, name, HEADER + "A;2024-06-04;Ridpatrull;Sommen;1;PÅHITTAD\n")
    tranas.run()
    text = toml(source=f'"{SOURCE}"', file=f'"{name}"', received_on="2025-01-09", expected='"1"', becomes='"2"',
                reason_sv='"19121212-1212"', office='"municipality"', decided_on="2025-01-10")  # fmt: skip
    correct(tranas, text, agreement=AGREEMENT)
    with pytest.raises(InvalidAgreementError, match="seems to hold personal data"):
        written(tranas)
    kept = [path.read_bytes() for path in tranas.state.root.rglob("*") if path.is_file()]
    assert not any(b"19121212-1212" in content for content in kept)


def test_it_changes_nothing(tranas: House) -> None:
    before, entries = tranas.published(), len(tranas.state.ledger(AGREEMENT).entries)
    written(tranas, values=True)
    assert tranas.published() == before
    assert len(tranas.state.ledger(AGREEMENT).entries) == entries


def test_a_lost_warehouse_is_no_empty_list(tranas: House) -> None:
    tranas.warehouse_file.unlink()
    with pytest.raises(WarehouseError, match="lofte rebuild"):
        written(tranas)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", " =1", "a\n=1", "＝1"])
def test_no_cell_of_the_providers_file_runs(text: str) -> None:
    line = dict.fromkeys(
        ("agreement", "source", "delivery", "file", "received on", "line", "column", "rule", "meaning (sv)"), text
    )
    content = provider_csv([{**line, "meaning (en)": text, "value": text, "record": ""}], with_values=True)
    _, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert set(row) == {f"'{text}"}


def test_every_rule_has_its_words() -> None:
    """Rules are written where they are given; each must be in the list, and the list holds no other."""
    given = {
        rule
        for room in ("methods", "sources")
        for path in sorted((PROJECT / room).glob("*.py"))
        for rule in _rules_in(path.read_text("utf-8"))
    }
    assert {"missing_field", "unknown_value", "absurd_count", "duplicate_row", "no_such_local_time"} <= given
    assert given == set(RULE_WORDS)


def _rules_in(text: str) -> set[str]:
    """Find the rules that a module gives: by setting aside, or as what a parser of cells returns."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"Rule": 0, "SetAside": 2, "fault": 2, "RuleBrokenError": 1, "_tell_only": 1}.get(name)
            found += node.args[place : place + 1] if place is not None else []
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("parse_"):
            found += [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value]
    constants = [_text_of(inner) for node in found for inner in ast.walk(node)]
    return {value for value in constants if re.fullmatch(r"[a-z]+(_[a-z]+)+", value)}


def _text_of(node: ast.AST) -> str:
    """Return the text a node stands for: written there, or the named rule that several modules share."""
    value = node.value if isinstance(node, ast.Constant) else getattr(text_table, getattr(node, "id", ""), "")
    return value if isinstance(value, str) else ""
