# Two commands on a bare machine: `make run` and `make test`. They need Python 3.11 or later (with venv) and make;
# the tests of real clients need Node.js 18 or later with npm, too.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL_PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE) pyproject.toml --group build
CLIENTS := tests/clients
LOCKS := requirements/production.txt requirements/embedded.txt requirements/dev.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint lock clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/embedded.stamp ## Start everything here, with a demo programme; Ctrl-C stops it. PORT, DATA_DIR, MONGODB_URI, REDIS_URL change it.
	@$(BIN)/regulars run

test: $(VENV)/dev.stamp $(CLIENTS)/node_modules/installed.stamp ## Run all tests against a real MongoDB and a real Valkey. ARGS goes to pytest.
	@$(BIN)/pytest -n 2 $(ARGS)

lint: $(VENV)/dev.stamp ## Check format, lint, types and which room imports which.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(BIN)/uv ## Write the hash-locked requirements anew; UPGRADE=--upgrade takes the newest releases.
	$(COMPILE) --output-file requirements/production.txt
	$(COMPILE) --extra embedded --output-file requirements/embedded.txt
	$(COMPILE) --extra embedded --extra dev --output-file requirements/dev.txt
	@! grep -nE 'https?://|--(extra-)?index-url|--find-links' $(LOCKS)

clean: ## Remove the environment and caches; data stays.
	rm -rf $(VENV) $(CLIENTS)/node_modules *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Regulars needs Python 3.11 or later; name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Stamps: an environment is touched again only when its lock or the project's own metadata changed.
$(VENV)/embedded.stamp: requirements/embedded.txt pyproject.toml | $(BIN)/python
	@echo "Installing locked requirements into $(VENV) (the first time some 80 MB; a minute or two) ..."
	@$(PIP) install --require-hashes --requirement requirements/embedded.txt
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing locked requirements for development into $(VENV) (the first time some 120 MB) ..."
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(INSTALL_PROJECT)
	@touch $@ $(VENV)/embedded.stamp

# Without npm all other tests run all the same: those of the clients fail, and say what is missing.
$(CLIENTS)/node_modules/installed.stamp: $(CLIENTS)/package-lock.json
	@if command -v npm >/dev/null; then \
		cd $(CLIENTS) && npm ci --no-audit --no-fund --loglevel error && touch node_modules/installed.stamp; \
	else \
		echo "npm is missing: the tests of the npm clients will fail. Install Node.js 18 or later, with npm." >&2; \
	fi

$(BIN)/uv: | $(BIN)/python
	@$(PIP) install 'uv>=0.9'
