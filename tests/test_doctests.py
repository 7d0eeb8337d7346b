"""Examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import archive
import cli
import methods
import publication
import schemas
import sources
import warehouse

PACKAGES = (archive, cli, methods, publication, schemas, sources, warehouse)
MODULES = [
    f"{package.__name__}.{module.name}" for package in PACKAGES for module in pkgutil.iter_modules(package.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
