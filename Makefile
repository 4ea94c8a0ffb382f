# What a newcomer needs: `make demo`, then `make test`. Everything is installed into .venv.

VENV := .venv
# pywb pins old packages, so it has an environment of its own; Luutru is not in it.
REPLAY := .venv-replay
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# The first Python that is new enough, unless one is named: make demo PYTHON=/path/to/python3
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo "$$p" && break; done)
endif

# The tests start hundreds of processes: without .pyc files each of them compiles the project anew.
unexport PYTHONDONTWRITEBYTECODE
# Output is buffered for users: what goes wrong with it must not hide from the tests.
unexport PYTHONUNBUFFERED

.DEFAULT_GOAL := help
.PHONY: help demo test test-long torture replay-env lint types docs bench screenshots clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' Makefile

$(VENV)/installed: pyproject.toml
	@test -n '$(PYTHON)' && '$(PYTHON)' -c '$(NEW_ENOUGH)' || \
		{ echo 'Luutru needs Python 3.11 or newer. Name one: make demo PYTHON=/path/to/python3'; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo 'This Python has no venv. Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
	@echo 'Installing Luutru into $(VENV) …'
	@test -x $(BIN)/python || '$(PYTHON)' -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo 'Installing what the tests need …'
	@$(PIP) --editable '.[dev]'
	@touch $@

demo: $(VENV)/installed ## serve the sample sites, crawl them twice, show what comes
	@rm -rf demo/luutru.db demo/luutru.db-wal demo/luutru.db-shm demo/sites
	$(BIN)/luutru demo --keep demo

# worksteal: a few files hold most of the time, and a worker that is done takes from the other
test: $(VENV)/installed-dev ## the suite, under five minutes, no network but loopback
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not long"

test-long: $(VENV)/installed-dev replay-env ## kills, mutations, scale, browser and replay
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long

torture: $(VENV)/installed-dev ## a thousand crawls killed, half an hour; KILLS=50 for fewer
	$(BIN)/python tests/torture.py --kills $(or $(KILLS),1000)

replay-env: $(REPLAY)/installed ## pywb and wacz, which check what we export

$(REPLAY)/installed: pyproject.toml $(VENV)/installed
	@echo 'Installing pywb and wacz into $(REPLAY) …'
	@test -x $(REPLAY)/bin/python || '$(PYTHON)' -m venv $(REPLAY)
	@$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['replay'], sep='\n')" > $(REPLAY)/wanted.txt
	@$(REPLAY)/bin/python -m pip install --quiet --disable-pip-version-check -r $(REPLAY)/wanted.txt
	@touch $@

lint: $(VENV)/installed-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev ## mypy, strict
	$(BIN)/mypy

docs: $(VENV)/installed-dev ## README's commands, help and figures against the code
	$(BIN)/python -m pytest tests/test_docs.py

bench: $(VENV)/installed-dev ## the figures that README states
	$(BIN)/luutru bench

screenshots: $(VENV)/installed-dev ## the pictures in README, of the archive that `make demo` left
	$(BIN)/python tests/screenshots.py demo/luutru.db

clean: ## remove the environment, the demo and caches
	rm -rf $(VENV) $(REPLAY) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
