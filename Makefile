# Each recipe is a line that anyone could type. `make help` lists the targets.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/
INSTALL = -m pip install --quiet --disable-pip-version-check
COMPILE = uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all check bench lock docs clean

help: ## List the targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

setup: $(VENV)/.dev ## Make the virtual environment from the lock file, and install the package into it.

$(VENV)/.dev: locks/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)python $(INSTALL) --require-hashes -r locks/dev.txt
	$(RUN)python $(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.all: locks/all.txt $(VENV)/.dev
	$(RUN)python $(INSTALL) --require-hashes -r locks/all.txt
	@touch $@

.venv-bench/.bench: locks/bench.txt pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python $(INSTALL) --require-hashes -r locks/bench.txt
	.venv-bench/bin/python $(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## Set up, then play an invented day of three countries through three nodes.
	$(RUN)tidewaiter demo

test: setup ## Run the tests on SQLite; the stages must be covered to 90 %.
	$(RUN)coverage erase
	$(RUN)coverage run -m pytest -n auto
	$(RUN)coverage combine --quiet
	$(RUN)coverage report --skip-covered --include='src/tidewaiter/stages/*' --fail-under=90

test-all: $(VENV)/.all ## Run the tests on SQLite and on PostgreSQL.
	TIDEWAITER_TEST_POSTGRES=1 $(RUN)pytest -n auto

check: setup ## Check style, types, import contracts, tidiness and that generated pages are fresh.
	$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)mypy && $(RUN)lint-imports --no-logo
	$(RUN)python tools/house_map.py --check && $(RUN)python tools/reference.py --check && $(RUN)pytest -q tests/tidy

bench: .venv-bench/.bench ## Measure throughput, validation, messages and evidence beside the usual ways of doing it.
	.venv-bench/bin/python benchmarks/throughput.py && .venv-bench/bin/python benchmarks/validation.py
	.venv-bench/bin/python benchmarks/interchanges.py && .venv-bench/bin/python benchmarks/evidence.py

lock: setup ## Make the lock files anew from pyproject.toml.
	for set in run: dev:"--group dev" all:"--group dev --group postgres --group go" bench:"--group dev --group bench"; do \
	  $(RUN)$(COMPILE) --output-file locks/$${set%%:*}.txt $${set#*:} pyproject.toml || exit 1; done

docs: setup ## Write the map and the reference pages anew.
	$(RUN)python tools/house_map.py && $(RUN)python tools/reference.py

clean: ## Remove what can be made again.
	rm -rf $(VENV) .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* build dist
