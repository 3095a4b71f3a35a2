# Two commands do everything: `make demo` (core) and `make test` (with the training stack on CPU).
# Both are safe to repeat; a stamp that depends on the pinned versions makes the second time quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := $(shell sed -n 's/^torch==/torch==/p' constraints.txt)
PINS := $(shell cat pyproject.toml constraints.txt requirements.lock | cksum | cut -d' ' -f1)
CORE := $(VENV)/.core-$(PINS)
FULL := $(VENV)/.full-$(PINS)
# A file of tests stays in one process, so that what it sets up once is set up once. Many tests wait: four at once.
SIDE_BY_SIDE := -n 4 --dist loadfile
# A module is compiled when it is first imported: compiling all of them takes a third of an installation.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile

.PHONY: demo distill test test-slow test-long lint types layers unit lock clean help

help:  ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | column -t -s '|'

demo: $(CORE)  ## Set up the core and run the whole curation on embedded problems and an embedded teacher
	$(BIN)/tracemill demo --dir demo-store

distill: $(FULL)  ## Set up everything on CPU and distil a tiny student: answers only against raw against curated
	$(BIN)/python -m benchmarks.distill --out build/distill

test: $(FULL) lint types layers unit  ## Set up everything on CPU; lint, types, layers, tests

test-slow: $(FULL)  ## The slower tests
	$(BIN)/python -m pytest -m "slow and not long" $(SIDE_BY_SIDE)

test-long: $(FULL)  ## The longest ones: over much more than shorter tests, or an example from end to end
	$(BIN)/python -m pytest -m long $(SIDE_BY_SIDE)

lint: $(FULL)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(FULL)
	$(BIN)/mypy

layers: $(FULL)
	$(BIN)/lint-imports --no-cache

unit: $(FULL)
	$(BIN)/python -m pytest -m "not slow" $(SIDE_BY_SIDE)

lock: $(FULL)  ## Write requirements.lock: the core's dependencies with their hashes, for every platform
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header \
	  --no-emit-index-url --no-annotate -c constraints.txt pyproject.toml -o requirements.lock

clean:  ## Remove what the targets made, the virtual environment among it
	rm -rf $(VENV) demo-store build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "tracemill needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(CORE): | $(VENV)/bin/python
	@echo "installing the core into $(VENV) (once), every file checked against its hash"
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	@touch $@

# torch first and pinned, so that a machine without a GPU does not fetch the CUDA packages.
$(FULL): $(CORE)
	@echo "installing the training stack and the developers' tools into $(VENV) (once)"
	$(PIP) $(TORCH)
	$(PIP) -c constraints.txt -e '.[train,scale,dev]'
	@touch $@
