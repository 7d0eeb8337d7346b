"""`prefect.yaml` says only what Prefect reads and what the flow takes; Prefect itself would accept the rest."""

import importlib.util
import inspect
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.deployment_file import monthly_schedule, read_deployments
from schemas.errors import InvalidDeploymentError
from tests.house import PROJECT
from tests.test_cli import lofte

SHIPPED = PROJECT / "prefect.yaml"
FAULTS = [
    ("deployments:", "deploiments:", "unknown key 'deploiments'; the nearest known key is 'deployments'"),
    ("    schedules:", "    shedules:", "unknown key 'deployments.0.shedules'; the nearest known key is 'schedules'"),
    ("cron:", "crom:", "unknown key 'deployments.0.schedules.0.crom'; the nearest known key is 'cron'"),
    ("  limit:", "  limits:", "unknown key 'deployments.0.concurrency_limit.limits'; the nearest known key is 'limit'"),
    ("job_variables", "job_variable", "the nearest known key is 'job_variables'"),
    ("      directory:", "      direktory:", "set_working_directory.direktory'; the nearest known key is 'directory'"),
    ("steps.set_working", "steps.set_work", "nearest known key is 'prefect.deployments.steps.set_working_directory'"),
    ("parameters: {}", "parameters: {mont: 2024-01}", "the flow 'publish_progress' has no parameter 'mont'"),
    ("slug: monthly-3rd", "parameters: {agrements: []}\n        slug: monthly-3rd", "has no parameter 'agrements'"),
    ("publish_progress.py:publish_progress", "publish_progress.py:publish", "there is no flow 'publish' in flows/"),
    ("publish_progress.py:publish_progress", "publish_progress.py:LOG", "there is no flow 'LOG' in flows/"),
    ("publish_progress.py:", "publish_progres.py:", "there is no flow 'publish_progress' in flows/publish_progres.py"),
    ("slug: monthly-3rd", "slug: monthly", "no schedule with the slug 'monthly-3rd'"),
    ("name: monthly", "name: each-month", "the deployment 'monthly' has no schedule with the slug 'monthly-3rd'"),
    ("slug: monthly-3rd", "active: true\n        slug: monthly-3rd", "each deploy would undo an operator's pause"),
    ("ENQUEUE", "CANCEL_NEW", "write ENQUEUE"),
    ("0 6 3 * *", "0 6 3 *", "write the five fields of cron"),
    ("Europe/Stockholm", "Europe/Tranas", "is no time zone"),
    ("    parameters: {}", "    parameters: {}\n    parameters: {month: 2024-01}", "'parameters' stands twice"),
    ("name: lofteskollen", "name: [", "not YAML"),
]


def test_what_is_shipped_is_good() -> None:
    file = read_deployments(SHIPPED)
    (schedule,) = file.shipped_schedules()
    assert (schedule.slug, schedule.cron, schedule.timezone) == ("monthly-3rd", "0 6 3 * *", "Europe/Stockholm")
    for deployment in file.deployments:
        assert set(deployment.parameters) <= set(inspect.signature(_flow_at(deployment.entrypoint).fn).parameters)


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = _edited(tmp_path, old, new)
    with pytest.raises(InvalidDeploymentError) as raised:
        read_deployments(path)
    assert message in str(raised.value)
    assert f"{path}:" in str(raised.value)


def test_a_fault_is_named_by_its_line(tmp_path: Path) -> None:
    path = _edited(tmp_path, "timezone:", "timezon:")
    line = 1 + next(n for n, text in enumerate(path.read_text("utf-8").splitlines()) if "timezon:" in text)
    with pytest.raises(InvalidDeploymentError, match=f"yaml:{line}: unknown key 'deployments.0.schedules.0.timezon'"):
        read_deployments(path)


def test_a_slug_may_be_renamed_by_saying_what_it_replaces(tmp_path: Path) -> None:
    path = _edited(tmp_path, "slug: monthly-3rd", "slug: monthly-5th\n        replaces: monthly-3rd")
    assert monthly_schedule(path).slug == "monthly-5th"


def test_check_reads_the_file_of_the_checkout(tmp_path: Path) -> None:
    path = _edited(tmp_path, "    schedules:", "    shedules:")
    result = lofte("check", LOFTE_HOME=str(path.parent))
    assert result.returncode == 1
    assert "prefect.yaml:" in result.stdout
    assert "unknown key 'deployments.0.shedules'; the nearest known key is 'schedules'" in result.stdout


def _edited(folder: Path, old: str, new: str) -> Path:
    """Copy what is shipped, with one text replaced; it must be there."""
    text = SHIPPED.read_text("utf-8")
    assert old in text
    (folder / "prefect.yaml").write_text(text.replace(old, new, 1), "utf-8")
    shutil.copytree(PROJECT / "flows", folder / "flows")
    return folder / "prefect.yaml"


def _flow_at(entrypoint: str) -> Any:
    """Import a flow as Prefect does: the file by its path."""
    path, name = entrypoint.split(":")
    spec = importlib.util.spec_from_file_location("deployed", PROJECT / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)
