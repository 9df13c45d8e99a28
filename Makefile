# Python 3.9 or newer runs the library, the sandbox, the demo and the tests; maintainers' tools need 3.11, so python3 is
# taken if it is that new, else the first that is, else python3 all the same.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
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

regenerate: $(VENV)/.tools ## make generated/ and _sync/ again; SPEC=path-or-URL replaces openapi.yaml first
	$(BIN)/python scripts/regenerate.py $(if $(SPEC),--spec $(SPEC))

check: $(VENV)/.tools ## stale output, lint and strict types
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

$(VENV)/.tools: $(VENV)/.dev
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "this needs Python 3.11 or newer: make clean, then give one as PYTHON=...")'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml requirements/dev.txt requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' -r requirements/dev.txt
	@touch $@
