"""What a contender imports, also in the midst of its job, is imported before its time is taken: of all alike."""

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ENDING = ".imported"


def import_what_was(listed: Path) -> None:
    """Import all that an earlier run had imported at its end."""
    if not listed.exists():
        return
    for name in listed.read_text("utf-8").splitlines():
        with suppress(Exception):  # a part that its package makes or refuses to have imported; the job will say
            import_module(name)


def list_what_is(listed: Path) -> None:
    """List all that is imported by now."""
    listed.write_text("\n".join(sys.modules) + "\n", "utf-8")
