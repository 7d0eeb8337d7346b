"""`prefect.yaml`, read and checked against the flows it deploys; without importing Prefect or a flow, which is slow."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from schemas.deployment import DEPLOYMENT, SLUG, Deployment, DeploymentFile, Schedule
from schemas.errors import InvalidDeploymentError, Problem
from schemas.toml_file import problems_of, shown
from schemas.toml_positions import line_of

KeyPath = tuple[str | int, ...]
Fault = tuple[KeyPath, str]


def deployment_path() -> Path:
    """Return where the file of deployments lies: in the checkout, which is LOFTE_HOME or the current folder."""
    return Path(os.environ.get("LOFTE_HOME") or ".").resolve() / "prefect.yaml"


def read_deployments(path: Path) -> DeploymentFile:
    """Read `prefect.yaml` and check that what it deploys is there.

    Raises:
        InvalidDeploymentError: with every problem found, each with its line.
    """
    if not path.is_file():
        message = "there is no such file; go to the checkout, or say where it is with LOFTE_HOME"
        raise InvalidDeploymentError([Problem(shown(path), 1, message)])
    content, lines, faults = _parse(path)
    try:
        file = DeploymentFile.model_validate(content)
    except ValidationError as error:
        raise InvalidDeploymentError(problems_of(error, shown(path), lines, DeploymentFile)) from error
    for position, deployment in enumerate(file.deployments):
        faults += [(("deployments", position, *where), why) for where, why in _flow_faults(path.parent, deployment)]
    if not file.shipped_schedules():
        faults.append((("deployments",), _RENAMED))
    if faults:
        raise InvalidDeploymentError([Problem(shown(path), line_of(lines, where), why) for where, why in faults])
    return file


def monthly_schedule(path: Path) -> Schedule:
    """Return the schedule of the monthly run.

    Raises:
        InvalidDeploymentError: when `prefect.yaml` cannot be used.
    """
    return read_deployments(path).shipped_schedules()[0]


_RENAMED = (
    f"the deployment {DEPLOYMENT!r} has no schedule with the slug {SLUG!r}. The one already on the server would go on "
    f"beside a renamed one: keep both names, or write `replaces: {SLUG}` beside a new slug"
)


def _parse(path: Path) -> tuple[Any, dict[KeyPath, int], list[Fault]]:
    """Return the content, the line of each key, and keys that stand twice, of which YAML would drop the first."""
    try:
        text = path.read_text("utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # a date that is none is no YAMLError
        mark = getattr(error, "problem_mark", None)
        problem = Problem(shown(path), mark.line + 1 if mark else 1, f"not YAML in UTF-8: {error}")
        raise InvalidDeploymentError([problem]) from error
    lines: dict[KeyPath, int] = {(): 1}
    faults: list[Fault] = []
    for where, line in _keys(root, ()):
        if where in lines:
            faults.append((where, f"the key {where[-1]!r} stands twice"))
        lines[where] = line
    return content, lines, faults


def _keys(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    children: list[tuple[str | int, Any, Any]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(position, value, value) for position, value in enumerate(node.value)]
    for part, marked, value in children:
        yield (*path, part), marked.start_mark.line + 1
        yield from _keys(value, (*path, part))


def _flow_faults(home: Path, deployment: Deployment) -> Iterator[Fault]:
    path, name = deployment.entrypoint.split(":")
    try:
        known = _flow_parameters(home / path, name)
    except SyntaxError as error:
        yield ("entrypoint",), f"{path}, line {error.lineno}: not Python"
        return
    if known is None:
        yield ("entrypoint",), f"there is no flow {name!r} in {path}"
        return
    places: list[tuple[KeyPath, dict[str, Any]]] = [(("parameters",), deployment.parameters)]
    for position, schedule in enumerate(deployment.schedules):
        places.append((("schedules", position, "parameters"), schedule.parameters))
    for where, parameters in places:
        for parameter in sorted(set(parameters) - set(known)):
            yield (*where, parameter), f"the flow {name!r} has no parameter {parameter!r}; it has {', '.join(known)}"


def _flow_parameters(path: Path, name: str) -> list[str] | None:
    """Return the parameters of a flow in a file, or nothing where there is no such flow."""
    if not path.is_file():
        return None
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            marks = {ast.unparse(mark).split("(")[0] for mark in node.decorator_list}
            return [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)] if "flow" in marks else None
    return None
