# Stop Press: `make run` starts a newsroom, `make test` runs everything this machine can.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
PORT ?= 8000
TOGETHER ?=

.PHONY: help setup run play test test-units test-postgres test-conformance test-journeys \
	test-journeys-firefox test-journeys-chromium test-endurance test-npm check lock clean bench-live bench-peers \
	bench-push bench-push-peers

help:
	@echo "make run     a newsroom with a demo story on http://localhost:$(PORT)"
	@echo "make play    the demo's live day, update by update, in that newsroom"
	@echo "make test    all tests that this machine can run"
	@echo "make test-npm  npm's clients of event streams against the hub (needs npm)"
	@echo "make check   style, types, imports and docs alone, in seconds"
	@echo "make setup   the environment in $(VENV) alone, from locked packages"
	@echo "make bench-live  live delivery beside others (bench/README.md); QUICK=1: under a minute"
	@echo "make bench-push  notifications a second beside others (bench/README.md); QUICK=1: under a minute"
	@echo "make lock    renews the locked dependencies (needs uv)"
	@echo "make clean   takes away $(VENV) and what was built; never a newsroom"
	@echo
	@echo "Say where: make run PORT=8080 DATA=/srv/newsroom; with which: PYTHON=python3.12"

setup: $(VENV)/ready

$(VENV)/ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Stop Press needs Python 3.11 or newer; this is $$($(PYTHON) -V). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@# -qq: pip warns of an extra that lxml has no more, which nothing of ours needs.
	@echo "Installing what is locked in requirements/dev.txt …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
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
# Those against other programs have one too, as they take ports and time.
APART := tests/npm tests/endurance tests/conformance tests/journeys
ON_BOTH := tests/lib tests/wire tests/staff tests/posts tests/push tests/live tests/api tests/cli tests/conformance
# About lines, proxies and addresses, whatever the database: on SQLite alone.
ON_ONE := tests/conformance/fronts $(patsubst %,tests/endurance/test_%.py,flaky_line slow_reader canary)
SERVED := $(BIN)/python -m tests.support.postgres

# With TOGETHER=yes three parts at a time, each part's words kept together; the journeys,
# which mostly wait for browsers, are two of them, and begin first. What takes a machine to
# its limits always has it alone.
PARTS := test-units test-postgres test-conformance
APIECE := test-journeys-firefox test-journeys-chromium
ALL_PARTS := $(if $(TOGETHER),-j3 --output-sync=target $(APIECE) $(PARTS),$(PARTS) test-journeys)

test: check
	@$(MAKE) --no-print-directory $(ALL_PARTS)
	@$(MAKE) --no-print-directory test-endurance

test-units: setup
	$(BIN)/python -m pytest -q tests $(APART:%=--ignore=%)

test-postgres: setup
	$(SERVED) $(BIN)/python -m pytest -q $(ON_BOTH) $(ON_ONE:%=--ignore=%)

test-conformance: setup
	$(BIN)/python -m pytest -q tests/conformance

test-journeys: setup
	$(BIN)/python -m pytest -q tests/journeys

test-journeys-firefox: setup
	$(BIN)/python -m pytest -q tests/journeys -k firefox

test-journeys-chromium: setup
	$(BIN)/python -m pytest -q tests/journeys -k "not firefox"

test-endurance: setup
	$(SERVED) $(BIN)/python -m pytest -q tests/endurance $(ON_ONE:%=--ignore=%)
	$(BIN)/python -m pytest -q tests/endurance

# npm's own clients of event streams; they come from its registry, so this is apart.
test-npm: setup
	@npm ci --silent --prefix tests/conformance/clients
	@$(BIN)/python -m pytest -q tests/npm

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --all-extras --group dev -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml --all-extras -c requirements/dev.txt -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url bench/requirements-peers.in -o bench/requirements-peers.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url bench/requirements-push-peers.in -o bench/requirements-push-peers.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The bench of live delivery: QUICK=1 for the small form, READERS=50000 for the large one.
QUICK ?=
READERS ?=

bench-live: setup
	@QUICK=$(QUICK) READERS=$(READERS) $(BIN)/python -m bench.live

bench-peers: .bench/peers/ready

.bench/peers/ready: bench/requirements-peers.txt
	@$(PYTHON) -m venv --clear .bench/peers
	@.bench/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench-push: setup
	@QUICK=$(QUICK) $(BIN)/python -m bench.push

bench-push-peers: .bench/push-peers/ready

.bench/push-peers/ready: bench/requirements-push-peers.txt
	@$(PYTHON) -m venv --clear .bench/push-peers
	@.bench/push-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix .bench/push-npm web-push@3; fi
	@touch $@
