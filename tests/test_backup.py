"""A state backed up and restored goes on as if nothing had happened; a backup that is not whole is not restored."""

import hashlib
import os
import shutil
import stat
import tarfile
from pathlib import Path

import pytest

from archive.backup import stored_objects, write_backup
from archive.restoring import restore_backup, verify_backup
from archive.state import State
from schemas.errors import BackupError
from tests.children import KILLED, die_at, in_child, observed, side_by_side
from tests.house import House

AGREEMENT = "grastorp-1"
NEW_DELIVERY = "uppgift;antal;precision\nFasta trafikkontroller;57;minst\n"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation with two releases of an agreement and one of another; for tests that only read."""
    house = House(tmp_path_factory.mktemp("original") / "house").take(AGREEMENT, "goteborg-centrum-1")
    house.run()
    house.deliver(AGREEMENT, "reported", "redovisat_2021.csv", NEW_DELIVERY.replace("57", "56"))
    assert house.run(AGREEMENT)[AGREEMENT].became == "published"
    return house


@pytest.fixture
def state(original: House, tmp_path: Path) -> State:
    """A copy of its state, to be damaged."""
    shutil.copytree(original.state.root, tmp_path / "copy")
    return State(tmp_path / "copy")


@pytest.fixture(params=[".tar", ".tar.gz"])
def backup(original: House, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A backup of it."""
    path = tmp_path / f"backup{request.param}"
    write_backup(original.state, path)
    return path


def contents(root: Path) -> dict[str, bytes]:
    """Return every file under a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def kept(state: State) -> dict[str, bytes]:
    """Return what a backup is of."""
    return {name: content for name, content in contents(state.root).items() if name.startswith(("store/", "ledger/"))}


def ledger_path(state: State) -> Path:
    return state.root / "ledger" / f"{AGREEMENT}.jsonl"


def an_object(state: State) -> Path:
    digest = stored_objects(state.root)[3]
    return state.root / "store" / digest[:2] / digest


def test_a_restored_installation_goes_on_as_the_original(original: House, backup: Path, tmp_path: Path) -> None:
    here = House(tmp_path / "here")
    for name in ("agreements", "var", "public"):
        shutil.copytree(original.root / name, here.root / name, symlinks=True, dirs_exist_ok=True)
    there = House(tmp_path / "there")
    shutil.copytree(original.agreements, there.agreements, dirs_exist_ok=True)
    there.state.root.mkdir()
    restore_backup(backup, there.state)
    assert kept(there.state) == kept(original.state)

    outcomes = there.run()
    assert {outcome.became for outcome in outcomes.values()} == {"unchanged"}
    assert there.published() == original.published()

    for house in (here, there):
        house.deliver(AGREEMENT, "reported", "redovisat_2021.csv", NEW_DELIVERY)
        assert house.run()[AGREEMENT].became == "published"
    assert there.published() == here.published() != original.published()
    assert len(there.state.ledger(AGREEMENT).releases()) == 3


def test_the_same_state_gives_the_same_bytes(original: House, backup: Path, tmp_path: Path) -> None:
    restored = State(tmp_path / "restored")
    restored.root.mkdir()
    restore_backup(backup, restored)
    for path in [*restored.root.rglob("*")]:
        os.utime(path, (1, 1))
    again = tmp_path / f"again{''.join(backup.suffixes)}"
    write_backup(restored, again)
    assert again.read_bytes() == backup.read_bytes()
    if again.suffix == ".gz":
        assert again.read_bytes()[4:8] == b"\0\0\0\0", "gzip's own header tells the time"


def test_a_backup_is_an_ordinary_archive_of_what_cannot_be_rebuilt(original: House, backup: Path) -> None:
    assert original.warehouse_file.exists()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    with tarfile.open(backup) as archive:
        members = archive.getmembers()
        held = {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]
    assert members[0].name == "manifest.jsonl"
    assert {(member.uid, member.gid, member.mtime, member.uname, member.mode) for member in members} == {
        (0, 0, 0, "", 0o600)
    }
    manifest = held.pop("manifest.jsonl").decode().splitlines()
    assert held == kept(original.state)
    assert manifest[0] == '{"format":"lofte-backup","version":1}'
    assert len(manifest) == len(held) + 1
    for name, content in held.items():
        sha256 = hashlib.sha256(content).hexdigest()
        assert f'{{"name":"{name}","size":{len(content)},"sha256":"{sha256}"}}' in manifest


def test_half_a_line_and_unfinished_files_are_left_out(state: State, original: House, tmp_path: Path) -> None:
    write_backup(state, tmp_path / "before.tar")
    with ledger_path(state).open("ab") as file:
        file.write(b'{"kind":"receipt","sour')
    an_object(state).with_name(f".{'0' * 64}.unfinished").write_bytes(b"half")
    an_object(state).with_suffix(".bak").write_bytes(b"put there by hand")
    write_backup(state, tmp_path / "after.tar")
    assert (tmp_path / "after.tar").read_bytes() == (tmp_path / "before.tar").read_bytes()


@pytest.mark.parametrize("damage", ["altered", "cut short", "emptied", "longer"])
def test_a_damaged_object_is_named_and_nothing_written(state: State, tmp_path: Path, damage: str) -> None:
    path = an_object(state)
    content = path.read_bytes()
    path.write_bytes({
        "altered": content[:-1] + bytes([content[-1] ^ 1]),
        "cut short": content[:-1],
        "emptied": b"",
        "longer": content + b"\n",
    }[damage])  # fmt: skip
    with pytest.raises(BackupError, match=f"{path.name} has been altered"):
        write_backup(state, tmp_path / "backup.tar.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_an_object_that_is_gone_is_named(state: State, tmp_path: Path) -> None:
    content_hash = state.ledger(AGREEMENT).receipts()[0].content_hash
    (state.root / "store" / content_hash[:2] / content_hash).unlink()
    with pytest.raises(BackupError, match=f"the store lacks {content_hash}"):
        write_backup(state, tmp_path / "backup.tar")


def test_a_ledger_that_cannot_be_read_is_no_backup(state: State, tmp_path: Path) -> None:
    ledger_path(state).write_bytes(b"no entry\n")
    with pytest.raises(BackupError, match="an entry cannot be read"):
        write_backup(state, tmp_path / "backup.tar")


def test_a_ledger_under_another_name_is_no_backup(state: State, tmp_path: Path) -> None:
    shutil.copy(ledger_path(state), ledger_path(state).with_name("grastorp-1 (kopia).jsonl"))
    with pytest.raises(BackupError, match="name of no agreement"):
        write_backup(state, tmp_path / "backup.tar")


@pytest.mark.parametrize("what", ["file", "folder", "link to nothing"])
def test_nothing_is_overwritten(original: House, tmp_path: Path, what: str) -> None:
    target = tmp_path / "backup.tar"
    if what == "file":
        target.write_bytes(b"other")
    elif what == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    with pytest.raises(BackupError, match="is already there"):
        write_backup(original.state, target)
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]


def test_a_name_that_does_not_tell_the_form_is_refused(original: House, tmp_path: Path) -> None:
    for name in ("backup", "backup.zip", "backup.tgz"):
        with pytest.raises(BackupError, match=r"ends in \.tar or \.tar\.gz"):
            write_backup(original.state, tmp_path / name)


def test_what_a_killed_backup_left_is_written_over(original: House, tmp_path: Path) -> None:
    left = tmp_path / ".backup.tar.unfinished"
    left.write_bytes(b"half")
    left.chmod(0o644)
    write_backup(original.state, tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]
    assert stat.S_IMODE((tmp_path / "backup.tar").stat().st_mode) == 0o600


def test_a_state_with_a_ledger_is_not_restored_into(state: State, backup: Path) -> None:
    before = contents(state.root)
    with pytest.raises(BackupError, match=f"{state.root} has a ledger already.*move .* away, or name another folder"):
        restore_backup(backup, state)
    assert contents(state.root) == before


def test_a_store_with_other_objects_is_not_restored_into(backup: Path, tmp_path: Path) -> None:
    other = State(tmp_path / "other")
    other.store.put(b"of another installation")
    before = contents(other.root)
    with pytest.raises(BackupError, match="holds more than this backup"):
        restore_backup(backup, other)
    assert contents(other.root) == before


def test_an_altered_object_of_a_killed_restore_is_named(state: State, backup: Path) -> None:
    shutil.rmtree(state.root / "ledger")
    path = an_object(state)
    path.write_bytes(b"altered")
    before = contents(state.root)
    with pytest.raises(BackupError, match=f"{path.name} is there and has been altered"):
        restore_backup(backup, state)
    assert contents(state.root) == before
    assert not (state.root / "ledger").exists()


def test_what_can_be_rebuilt_may_be_there(original: House, backup: Path, tmp_path: Path) -> None:
    root = tmp_path / "used"
    for name in ("prefect/server.log", "run.log", "lock", "warehouse.duckdb"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"there")
    for name in ("store", "ledger"):
        (root / name).mkdir()
    before = contents(root)
    restore_backup(backup, State(root))
    assert contents(root) == {**before, **kept(original.state)}


def test_a_restore_killed_at_any_step_is_finished_by_the_next(original: House, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    files = write_backup(original.state, backup)
    names: list[str] = []
    whole = State(tmp_path / "whole")
    whole.root.mkdir()
    with observed(names.append):
        restore_backup(backup, whole)
    assert len(names) > 2 * len(files)

    def kill(number: int) -> None:
        broken = State(tmp_path / f"killed-at-{number}")
        broken.root.mkdir()

        def restore() -> None:
            with observed(die_at(number)):
                restore_backup(backup, broken)

        assert in_child(restore, tmp_path / f"{number}.log") == KILLED
        assert not broken.ledgered_agreements()
        restore_backup(backup, broken)
        assert contents(broken.root) == kept(original.state), f"killed at step {number}, {names[number - 1]}"
        shutil.rmtree(broken.root)

    side_by_side(range(1, len(names) + 1), kill, tmp_path)


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_a_restore_that_fails_leaves_nothing(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    state = State(tmp_path / "state")
    state.root.mkdir()
    (state.root / "run.log").write_bytes(b"there")
    files = verify_backup(backup)
    replaced: list[object] = []

    def fill_the_disk(*arguments: Path) -> None:
        replaced.append(arguments)
        if len(replaced) > share * len(files):
            raise OSError(28, "No space left on device")
        os.rename(*arguments)

    monkeypatch.setattr(os, "replace", fill_the_disk)
    with pytest.raises(OSError, match="No space left"):
        restore_backup(backup, state)
    assert [path.name for path in state.root.iterdir()] == ["run.log"]
