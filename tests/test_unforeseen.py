"""A fault of this program itself: told by its place, on every way out, and never with what it was working on."""

import re
import subprocess
import sys

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

import flows.publish_progress as flow_module
import tasks.load
from schemas.errors import DeliveryHeldError
from schemas.fault import FaultError
from tasks import step
from tests.house import PROJECT, House

CELL = "811218-9876"


def broken(*_: object) -> None:
    """Fail over a cell, as a program does that did not foresee it."""
    try:
        int(CELL)
    except ValueError as error:
        raise KeyError(f"no number: {CELL}") from error


def test_a_fault_tells_its_places_and_no_words() -> None:
    with pytest.raises(KeyError) as raised:
        broken()
    fault = FaultError.of(raised.value)
    assert FaultError.of(fault) is fault
    assert str(fault) == "failed unexpectedly (KeyError)"
    first, last = fault.places.index("int(CELL)"), fault.places.index("raise KeyError")
    assert fault.places.index("ValueError\n") < last
    assert first < last
    assert CELL not in f"{fault}{fault.places}"


def test_what_a_task_tells_well_enough_is_told_without_its_cause() -> None:
    @step("held")
    def held() -> None:
        try:
            broken()
        except KeyError as error:
            raise DeliveryHeldError("line 2: cannot be read") from error

    with pytest.raises(DeliveryHeldError, match="line 2") as raised:
        held.fn()
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_every_task_is_a_step() -> None:
    files = {path.name: path.read_text("utf-8") for path in (PROJECT / "tasks").glob("*.py")}
    knowing = [name for name, text in files.items() if re.search(r"^(from prefect|import prefect)\b(?!\.)", text, re.M)]
    assert knowing == ["__init__.py"]
    assert all("@step(" in text for name, text in files.items() if name != "__init__.py")


def test_the_log_of_a_run_says_where(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.take("goteborg-centrum-1")
    monkeypatch.setattr(tasks.load, "read_delivery", broken)
    outcome = house.run()["goteborg-centrum-1"]
    assert outcome.became == "failed"
    assert [str(problem) for problem in outcome.problems] == [
        "goteborg-centrum-1: failed unexpectedly (KeyError); the run's log says where in the program"
    ]
    assert "in _load_source\n" in caplog.text
    assert CELL not in caplog.text


def test_prefect_learns_no_words(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    house.take("goteborg-centrum-1")
    monkeypatch.setattr(tasks.load, "read_delivery", broken)
    with prefect_test_harness(server_startup_timeout=120), house.settings():
        assert flow_module.publish_progress(return_state=True).is_failed()
        with get_client(sync_client=True) as client:
            states = [str(run.state) for run in client.read_task_runs()]
    assert any("failed unexpectedly (KeyError)" in state for state in states)
    said = capfd.readouterr()
    assert CELL not in "".join((*states, said.out, said.err))


def test_the_command_line_says_where_and_exits_1() -> None:
    code = (
        "import sys, cli.checking, cli.main; from tests.test_unforeseen import broken; "
        "cli.checking.check_agreements = broken; sys.argv = ['lofte', 'check']; cli.main.main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 1
    assert "cli/main.py" in result.stderr
    assert result.stderr.endswith(
        "lofte: failed unexpectedly (KeyError); please report where in the program that was\n"
    )
    assert CELL not in result.stderr
