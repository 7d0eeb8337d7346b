"""What is published does not depend on where the machine believes itself to be.

Each run is a process of its own: zone, locale and hash seed are settled when a program starts.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.house import PROJECT, House

PUBLISH = """
import json, locale, time
locale.setlocale(locale.LC_ALL, "")
from flows.publish_progress import publish_progress
from tests.house import without_engine
with without_engine():
    outcomes = publish_progress.fn()
print(json.dumps({
    "became": sorted({outcome.became for outcome in outcomes}),
    "zone": time.tzname[0],
    "decimal_mark": locale.localeconv()["decimal_point"],
    "file_encoding": locale.getpreferredencoding(False),
}))
"""
ENVIRONMENTS = {
    # Without its UTF-8 mode Python reads and writes ASCII here, unless a file's encoding is stated.
    "UTC and C": (
        {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"zone": "UTC", "decimal_mark": ".", "file_encoding": "ANSI_X3.4-1968"},
    ),
    "Tokyo and Swedish": (
        {"TZ": "Asia/Tokyo", "LC_ALL": "sv_SE.UTF-8", "PYTHONHASHSEED": "2"},
        {"zone": "JST", "decimal_mark": ",", "file_encoding": "UTF-8"},
    ),
}


@pytest.mark.parametrize(("environment", "acts_as"), ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_the_published_bytes_are_the_same_everywhere(
    house: House, bundled: House, environment: dict[str, str], acts_as: dict[str, str]
) -> None:
    house.take(*(path.name for path in (PROJECT / "agreements").iterdir()))
    with house.settings():
        told = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    result = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        env={**told, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, f"{result.stderr}\n(a Swedish locale comes with `make system-packages`)"
    assert json.loads(result.stdout) == {"became": ["published"], **acts_as}
    elsewhere, here = house.published(), bundled.published()
    assert elsewhere.keys() == here.keys()
    assert [path for path, content in here.items() if elsewhere[path] != content] == []
