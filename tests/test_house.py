"""The house is as its documents say."""

import re
import tomllib

from schemas.codes import STATUS_WORDS
from schemas.settings import Settings
from tests.house import PROJECT

PYTHON_ROOMS = ("archive", "cli", "flows", "methods", "publication", "schemas", "sources", "tasks", "warehouse")
README = (PROJECT / "README.md").read_text("utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (PROJECT / "Makefile").read_text("utf-8")


def test_no_file_bears_the_name_of_a_room() -> None:
    """Prefect puts flows/ first on the path, where such a file would hide the room."""
    taken = {*PYTHON_ROOMS, "tests"}
    files = [path for room in (*PYTHON_ROOMS, "tests") for path in (PROJECT / room).rglob("*.py")]
    assert not [path for path in files if path.stem in taken and path.parent != PROJECT / "tests"]
    assert not [path for path in files if path.stem in {"utils", "helpers", "common"}]


def test_every_room_is_described_and_built() -> None:
    built = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(built["packages"]) == set(PYTHON_ROOMS)
    for room in (*PYTHON_ROOMS, "sql", "templates", "tests"):
        assert f"| `{room}/` |" in CONTRIBUTING


def test_the_readme_names_what_there_is() -> None:
    for target in ("run", "test"):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
        assert f"make {target}" in README
    for path in re.findall(r"`((?:flows|tasks|methods|schemas)/[\w./]+)`", README):
        assert (PROJECT / path).exists(), path
    for name in Settings.model_fields:
        assert f"`LOFTE_{name.upper()}`" in README
    assert (PROJECT / "docs" / "page.png").is_file()


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def test_every_rating_has_its_words() -> None:
    assert len({words.label_sv for words in STATUS_WORDS.values()}) == len(STATUS_WORDS) == 12
