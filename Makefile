# Stop Press: `make run` starts a newsroom, `make test` runs everything this machine can.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
PORT ?= 8000

.PHONY: help setup run play test check lock clean

help:
	@echo "make run     a newsroom with a demo story on http://localhost:$(PORT)"
	@echo "make play    the demo's live day, update by update, in that newsroom"
	@echo "make test    all tests that this machine can run"
	@echo "make check   style, types, imports and docs alone, in seconds"
	@echo "make lock    renews the locked dependencies (needs uv)"

setup: $(VENV)/ready

$(VENV)/ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Stop Press needs Python 3.11 or newer; this is $$($(PYTHON) -V). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what is locked in requirements/dev.txt …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup
	@$(BIN)/stoppress serve --demo --data $(DATA) --port $(PORT)

play: setup
	@$(BIN)/stoppress demo --play --data $(DATA)

check: setup
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/djlint stoppress/templates --lint --quiet
	@$(BIN)/lint-imports --no-cache >.import-contracts.log || { cat .import-contracts.log; exit 1; }
	@$(BIN)/python -m pytest -q tests/truth -m "not slow"

# Browser tests have a process of their own: Playwright leaves an event loop behind.
test: check
	$(BIN)/python -m pytest -q tests --ignore=tests/journeys --ignore=tests/endurance
	$(BIN)/python -m tests.support.postgres $(BIN)/python -m pytest -q tests/lib tests/wire tests/posts tests/push tests/live tests/conformance
	$(BIN)/python -m pytest -q tests/endurance
	$(BIN)/python -m pytest -q tests/journeys

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --all-extras --group dev -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --all-extras -c requirements/dev.txt -o requirements/run.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
