# Two commands are enough on a fresh machine: `make up` and `make test`. Needed beforehand: Python 3.11+ and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
LANES ?= 2
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: up dev test bench fmt lint lock help chromium oracle oracle-installed

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ЕЛКА needs Python 3.11 or newer: set PYTHON=…")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of requirements.lock…"
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e . 2>/dev/null || $(PIP) install --no-deps -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@echo "Installing the packages of requirements-dev.lock…"
	@$(PIP) install -r requirements-dev.lock
	@touch $@

up: $(VENV)/installed ## install, build and serve the site at ELKA_PORT (8000)
	@exec $(BIN)/elka up

dev: $(VENV)/installed-dev ## serve with hot reload, for working on the site
	@exec $(BIN)/elka dev

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the browser tests…"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
		else echo "The browser tests need Chromium: install the package 'chromium'." >&2; exit 1; fi; }

test: $(VENV)/installed-dev chromium ## install what the tests need, run every check and test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n $(LANES) --dist loadscope $(ARGS)

bench: $(VENV)/installed-dev chromium ## measure everything; figures go to bench-NAME.json
	@for name in $$($(BIN)/elka bench --list | cut -f1); do \
		echo "== $$name"; $(BIN)/elka bench $$name --json > bench-$$name.json; cat bench-$$name.json; done

ORACLE := .oracle-venv

$(ORACLE)/installed: tests/oracle/requirements.txt
	@test -x $(ORACLE)/bin/python || $(PYTHON) -m venv $(ORACLE)
	@echo "Installing pabutools into an environment of its own…"
	@$(ORACLE)/bin/python -m pip --disable-pip-version-check --quiet install -r tests/oracle/requirements.txt
	@touch $@

oracle-installed: $(ORACLE)/installed

oracle: $(ORACLE)/installed ## compare the counting with pabutools, renew the golden results
	@PYTHONPATH=$(CURDIR) $(ORACLE)/bin/python -m tests.oracle.compare

lint: $(VENV)/installed-dev ## ruff, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

fmt: $(VENV)/installed-dev ## format and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/installed-dev ## renew the lock files from pyproject.toml
	@$(PIP) install pip-tools
	@$(BIN)/pip-compile --quiet --upgrade --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host -o requirements.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
