# `make run` and `make test` set up everything they need on a machine with Python 3.11 or later, venv and make.
PYTHON ?= python3
UV_VERSION := 0.13.8
UV := .tools/bin/uv
RUN := $(UV) run --frozen

.PHONY: bench run test check format setup system-packages schema clean

run: setup
	$(RUN) lofte run

# As many processes as there are processors; one that has none left takes over tests of another.
test: setup system-packages
	$(RUN) pytest --numprocesses logical --dist worksteal

check: setup
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports --no-cache
	$(RUN) lofte check
	$(RUN) pytest tests/test_house.py tests/test_doctests.py

format: setup
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

setup: .venv/.ready

# A run brings its own Prefect server; its database is made here once rather than in the first run. So is the bytecode:
# where Python may not write any (PYTHONDONTWRITEBYTECODE), every command would compile Prefect and pandas anew.
.venv/.ready: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --compile-bytecode
	mkdir -p var/prefect
	PREFECT_HOME=$(CURDIR)/var/prefect DO_NOT_TRACK=1 $(RUN) prefect server database upgrade -y
	touch $@

$(UV):
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet uv==$(UV_VERSION)

# The tests look at pages in a real browser and check them with the Nu Html Checker, which needs Java.
# One publishes under a Swedish locale.
system-packages:
	$(PYTHON) tests/system_packages.py

# One job by this program and by others, which come in an environment of their own; see README, "How fast".
SIZES ?=
ARGUMENTS ?=
bench: $(UV)
	UV_PROJECT_ENVIRONMENT=.venv-bench $(UV) sync --frozen --group bench
	.venv-bench/bin/python -m bench.measure $(SIZES) $(ARGUMENTS)

# The JSON Schema that editors use for agreement.toml.
schema: setup
	$(RUN) python -m schemas.editor_schema

clean:
	rm -rf .venv .venv-bench .tools var public
