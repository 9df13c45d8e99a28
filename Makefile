# Python 3.9 or newer runs the library, the sandbox and the demo; maintainers' tools need 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPEC ?=
# It looks at the packages of whichever python comes first on the PATH.
PYRIGHT := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright

.PHONY: help demo test regenerate check bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.demo ## run the five-minute walkthrough against a local sandbox
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev ## run the tests on every Python from 3.9 up that this machine has
	$(BIN)/python scripts/test_everywhere.py

regenerate: $(VENV)/.dev ## make generated/ and _sync/ again; SPEC=path-or-URL replaces openapi.yaml first
	$(BIN)/python scripts/regenerate.py $(if $(SPEC),--spec $(SPEC))

check: $(VENV)/.dev ## stale output, lint and strict types
	$(BIN)/python scripts/regenerate.py --check
	$(BIN)/python scripts/lint_contract.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict scripts examples
	$(PYRIGHT)
	$(PYRIGHT) --verifytypes firsthandapi --ignoreexternal

bench: $(VENV)/.dev ## measure against other clients, as ratios
	$(BIN)/python scripts/bench.py

clean: ## remove environments and caches
	rm -rf $(VENV) .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-output dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[sandbox]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml requirements/dev.txt requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' -r requirements/dev.txt
	@touch $@
