"""`lofte backup` and `lofte restore` as their users meet them: a process, one line, an exit status."""

import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tests.house import House
from tests.test_cli import LOFTE, lofte


@pytest.fixture
def published(tmp_path: Path) -> House:
    """An installation with a release."""
    house = House(tmp_path / "published").take("goteborg-centrum-1")
    house.run()
    return house


@pytest.fixture
def empty(tmp_path: Path, published: House) -> House:
    """The same agreements on a machine with neither state nor published folder."""
    house = House(tmp_path / "empty")
    shutil.copytree(published.agreements, house.agreements, dirs_exist_ok=True)
    return house


def says(result: subprocess.CompletedProcess[str], text: str) -> None:
    """Check that a command was refused with one line."""
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("lofte: ")
    assert result.stderr.count("\n") == 1
    assert text in result.stderr


def test_a_run_on_another_machine_goes_on_from_a_backup(published: House, empty: House, tmp_path: Path) -> None:
    made = lofte("backup", str(tmp_path / "b.tar.gz"), house=published)
    assert (made.returncode, made.stderr) == (0, "")
    assert f"{tmp_path / 'b.tar.gz'}: ledgers: 1, objects: " in made.stdout
    restored = lofte("restore", str(tmp_path / "b.tar.gz"), house=empty)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "`lofte run` goes on from here" in restored.stdout
    assert sorted(path.name for path in empty.state.root.iterdir() if path.name != "lock") == ["ledger", "store"]
    run = lofte("run", house=empty)
    assert run.returncode == 0, run.stderr
    assert "1 unchanged." in run.stdout
    assert empty.published() == published.published()
    says(lofte("restore", str(tmp_path / "b.tar.gz"), house=empty), "has a ledger already")


def test_what_cannot_be_backed_up_is_said_in_one_line(published: House, empty: House, tmp_path: Path) -> None:
    (tmp_path / "there.tar").write_bytes(b"there")
    before = sorted(tmp_path.rglob("*"))
    for name, text in (
        ("there.tar", "is already there"),
        ("b.zip", "ends in .tar or .tar.gz"),
        ("no-folder/b.tar", "No such file or directory; no backup was made"),
        ("there.tar/b.tar", "Not a directory; no backup was made"),
    ):
        says(lofte("backup", str(tmp_path / name), house=published), text)
    says(lofte("backup", str(tmp_path / "b.tar"), house=empty), "has no ledger; there is nothing to back up")
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there.tar").read_bytes() == b"there"


def test_what_cannot_be_restored_is_said_in_one_line(published: House, empty: House, tmp_path: Path) -> None:
    assert lofte("backup", str(tmp_path / "b.tar"), house=published).returncode == 0
    whole = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "other.tar").write_bytes(b"no archive")
    before = sorted(tmp_path.rglob("*"))
    for name, text in (
        ("cut.tar", "cut.tar is cut off; nothing was restored"),
        ("other.tar", "nothing was restored"),
        ("gone.tar", "No such file or directory; nothing was restored"),
        ("published", "Is a directory; nothing was restored"),
    ):
        says(lofte("restore", str(tmp_path / name), house=empty), text)
    says(lofte("restore", str(tmp_path / "b.tar"), house=published), "has a ledger already")
    nowhere = str(tmp_path / "b.tar" / "var")
    says(lofte("--state", nowhere, "restore", str(tmp_path / "b.tar")), "Not a directory; nothing was restored")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_disk_that_fills_up_is_said_and_nothing_left(
    published: House, empty: House, tmp_path: Path, command: str
) -> None:
    """The system lets no file grow beyond 8 blocks, which fails in a write as a full disk does."""
    backup = tmp_path / "b.tar"
    if command == "restore":
        assert lofte("backup", str(backup), house=published).returncode == 0
    house = published if command == "backup" else empty
    before = sorted(tmp_path.rglob("*"))
    with house.settings():
        result = subprocess.run(
            ["sh", "-c", 'ulimit -f 8; exec "$0" "$@"', LOFTE, command, backup],
            capture_output=True,
            text=True,
            check=False,
        )
    says(result, "File too large; n")
    lock = empty.state.lock_path
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in (lock, lock.parent)] == before


def test_neither_works_while_a_run_holds_the_state(published: House, tmp_path: Path) -> None:
    backup = tmp_path / "b.tar"
    assert lofte("backup", str(backup), house=published).returncode == 0
    with FileLock(published.state.lock_path):
        for arguments in (["backup", str(tmp_path / "c.tar")], ["restore", str(backup)]):
            result = lofte(*arguments, house=published, LOFTE_LOCK_WAIT_SECONDS="0.1")
            assert (result.returncode, "another run holds" in result.stderr) == (75, True)
    assert not (tmp_path / "c.tar").exists()
