# Everything there is to type. `make` alone lists it.
#
# Each target sets up what it needs first, once: a stamp in .venv remembers it until
# pyproject.toml or constraints.txt changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The tested Python first, then any other that is new enough. Override: make setup PYTHON=...
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOG := $(VENV)/pip.log
# Whole files of tests side by side, one process a core: they compute on one thread each.
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile
TORCH := $(shell sed -n 's/^torch==/torch==/p' constraints.txt)

PIP = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

# Names of packages as they come, in one paragraph; the whole output goes to the log.
SHOW = tee -a $(LOG) | awk '/^Collecting/ { sub(/[^A-Za-z0-9_.-].*/, "", $$2); printf "%s ", $$2; fflush() } \
	/^Processing/ { sub(/.*\//, "", $$2); sub(/-.*/, "", $$2); printf "%s ", $$2; fflush() } \
	/^ERROR/ { print "\n" $$0; fflush() } END { print "" }'
FAILED = { tail -n 5 $(LOG); echo "Setup stopped. The whole log is $(LOG); mend the cause and type make again."; exit 1; }

.PHONY: help setup demo test test-all test-gpu bench peers bench-gpu format clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: $(STAMP) ## make .venv and install everything into it (once)
	@echo "Ready: $(BIN)/umbrella --help"

$(STAMP): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Umbrella needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || true)."; \
		echo "Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv), then type make again,"; \
		echo "or name one: make setup PYTHON=/path/to/python3.11"; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: its venv part is not installed."; \
		echo "Install it (Debian, Ubuntu: apt install $(notdir $(PYTHON))-venv), then type make again."; exit 1; }
	@echo "[1/3] $(VENV), from $$($(PYTHON) --version)"
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv $(VENV)
	@: > $(LOG)
	@echo "[2/3] $(TORCH), the largest part: this takes a minute or more"
	@if [ -t 1 ]; then $(PIP) $(TORCH); else $(PIP) $(TORCH) 2>&1 | $(SHOW) || $(FAILED); fi
	@echo "[3/3] the rest, and Umbrella itself"
	@$(PIP) -e '.[train,image,audio,video,samples,dev]' 2>&1 | $(SHOW) || $(FAILED)
	@touch $(STAMP)

demo: $(STAMP) ## the whole journey on 35,123 Chinese reviews (under 8 minutes on 2 cores)
	@bash examples/demo.sh

test: $(STAMP) ## lint, types and tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

test-all: $(STAMP) ## the tests that take longer, too
	$(PYTEST) -m 'not gpu'

test-gpu: $(STAMP) ## the tests that need a CUDA device
	$(BIN)/python -m pytest -m gpu

bench: $(STAMP) ## measure Umbrella beside its peers (see bench/README.md)
	$(BIN)/python bench/run_all.py

peers: ## make .venv-peers, with the forecasters that bench/forecasts.py measures beside us (once)
	@[ -x .venv-peers/bin/pip ] || $(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --disable-pip-version-check -q $(TORCH) statsforecast neuralforecast

bench-gpu: $(STAMP) ## the measurements that need a CUDA device
	$(BIN)/python bench/run_all.py --gpu

format: $(STAMP) ## let ruff lay out the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove .venv and what tools left behind; runs/ stays
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info
