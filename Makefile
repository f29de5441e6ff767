# Needlework: everything a developer or a clinic does here. Needs python3 (3.11 or later, with venv) and make.

PORT   ?= 8000
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help run test test-long test-postgres check bench bench-truth docs lock chromium

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/needlework.stamp $(VENV)/models.stamp ## set up, make the demo clinic, say its logins, serve on 127.0.0.1 (PORT=8000)
	@$(BIN)/needlework demo
	@exec $(BIN)/needlework serve --port $(PORT)

test: $(VENV)/dev.stamp $(VENV)/models.stamp chromium ## run all tests; Chromium is installed when missing and permitted
	@$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: $(VENV)/dev.stamp ## what holds for everybody, over a hundred thousand made-up people (minutes)
	@NEEDLEWORK_EXAMPLES=long $(BIN)/python -m pytest tests/loop/test_crowds.py tests/loop/test_properties.py

test-postgres: $(VENV)/dev.stamp ## the clinic's tests on the PostgreSQL of NEEDLEWORK_DATABASE (its user may create databases)
	@test -n "$$NEEDLEWORK_DATABASE" || { echo "Say which: make test-postgres NEEDLEWORK_DATABASE=postgresql://…"; exit 1; }
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/clinic

check: export NEEDLEWORK_DATA := $(VENV)/check
check: $(VENV)/dev.stamp ## format, lint, types, arrows, protocol, generated docs, migrations
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/needlework protocol check
	$(BIN)/python -m needlework.cli.handbook --check
	$(BIN)/needlework manage check
	$(BIN)/needlework manage makemigrations --check --dry-run

bench: $(VENV)/dev.stamp ## time what has to be fast; prints, never fails on a figure
	@for each in $(filter-out benchmarks/bench_truth.py benchmarks/bench_faces.py,$(wildcard benchmarks/bench_*.py)); do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

bench-truth: $(VENV)/dev.stamp ## what each measure makes of drawn skin of known truth, people held out (minutes)
	@$(BIN)/python benchmarks/bench_truth.py --held-out --people 5 --json docs/truth.json
	@$(BIN)/python benchmarks/bench_faces.py

docs: $(VENV)/dev.stamp ## write the documents that are made from the protocol and the code
	@$(BIN)/python -m needlework.cli.handbook

lock: export UV_CUSTOM_COMPILE_COMMAND := make lock
lock: ## choose the newest versions that pyproject.toml allows, with hashes (needs uv)
	uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		--group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
		--group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# ── what the above stands on ─────────────────────────────────────────────────────────────────────────

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Needlework needs Python 3.11 or later; try make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python has no venv here; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/needlework.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Needlework needs …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/needlework.stamp
	@echo "Installing what the tests need …"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# The networks lie with the installation, so `run`, `test` and the command line find the same ones. Without
# the stamp they are sought again next time.
$(VENV)/models.stamp: src/needlework/cli/models.py | $(VENV)/needlework.stamp
	@echo "Fetching the networks that find a face …"
	@if $(BIN)/needlework models; then touch $@; else \
		echo "********************************************************************************"; \
		echo "** The networks that find a face could not be fetched, see above.             **"; \
		echo "** FACES ARE NOT FOUND; zones are drawn by hand, and everything else works.   **"; \
		echo "** Again, when there is a network: needlework models                          **"; \
		echo "********************************************************************************"; \
	fi

chromium:
	@command -v chromium >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests …"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core; } >/dev/null; \
	fi; \
	command -v chromium >/dev/null || { \
		echo "********************************************************************************"; \
		echo "** There is no Chromium here, and it could not be installed:                   **"; \
		echo "** THE BROWSER TESTS ARE SKIPPED. On Debian: sudo apt-get install chromium     **"; \
		echo "********************************************************************************"; }
