# What a newcomer needs: `make demo`, then `make test`. Everything happens in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-long lint types docs bench clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Luutru needs Python 3.11 or newer; say make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(VENV)/installed ## serve the sample sites, crawl them twice, show what comes
	$(BIN)/luutru demo --keep demo

test: $(VENV)/installed-dev ## the suite, under five minutes, no network but loopback
	$(BIN)/python -m pytest -n 2 -m "not long"

test-long: $(VENV)/installed-dev ## kills, mutations and scale
	$(BIN)/python -m pytest -m long

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

docs: $(VENV)/installed-dev ## README's commands, help and figures against the code
	$(BIN)/python -m pytest tests/test_docs.py

bench: $(VENV)/installed-dev ## the figures that README states
	$(BIN)/luutru bench

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
