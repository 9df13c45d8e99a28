# Python 3.9 or newer runs the library, the sandbox, the demo and the tests; maintainers' tools need 3.11, so python3 is
# taken if it is that new, else the first that is, else python3 all the same.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
VENV := .venv
BIN := $(VENV)/bin
ENGINES := .venvs/engines
SPEC ?=
# It looks at the packages of whichever python comes first on the PATH.
PYRIGHT := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright

.PHONY: help demo test kill-test test-engines regenerate review check docs drift test-drift bench bench-download clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.demo ## run the five-minute walkthrough against a local sandbox
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev ## run the tests on every Python from 3.9 up that this machine has
	$(BIN)/python scripts/test_everywhere.py

kill-test: $(VENV)/.dev ## kill a downloader of 200 files of up to 200 MB thirty times, on a bad line (minutes, 4 GB of disk)
	FIRSTHANDAPI_KILL_TEST=full $(BIN)/python -m pytest tests/test_kill.py

test-engines: $(ENGINES)/.ready ## test data sets with the libraries that read them, in an environment of its own
	$(ENGINES)/bin/python -m pytest tests/engines

regenerate: $(VENV)/.tools ## make generated/ and _sync/ again; SPEC=path-or-URL takes a new contract in, and checks
	$(BIN)/python scripts/$(if $(SPEC),adopt.py '$(SPEC)' $(if $(REPORT),--report '$(REPORT)') $(if $(TESTS),--tests $(TESTS)),regenerate.py)

review: $(VENV)/.tools ## say that firsthandapi/ fits openapi.yaml as it is now
	$(BIN)/python scripts/review.py

check: $(VENV)/.tools ## stale output, lint and strict types
	$(BIN)/python scripts/regenerate.py --check
	$(BIN)/python scripts/review.py --check
	$(BIN)/python scripts/lint_contract.py
	$(BIN)/python scripts/operations_table.py --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=tests $(BIN)/mypy --strict scripts examples
	$(PYRIGHT)
	$(PYRIGHT) --verifytypes firsthandapi --ignoreexternal

docs: $(VENV)/.tools ## make the pages of docs/ that are made
	$(BIN)/python scripts/operations_table.py

drift: $(VENV)/.dev ## say what a new contract breaks: OLD=… NEW=… are paths, URLs or git revisions
	$(BIN)/python -m firsthandapi drift '$(or $(OLD),HEAD:openapi.yaml)' '$(or $(NEW),openapi.yaml)'

test-drift: $(VENV)/.tools ## prove the drift report with mutations of the contract, wherever each can be applied
	$(BIN)/python scripts/test_drift.py --regenerate 3

bench: $(VENV)/.dev ## measure against other clients, as ratios
	$(BIN)/python scripts/bench.py

bench-download: $(VENV)/.dev ## measure downloads against other downloaders (needs nginx and openssl; aria2c and curl if there)
	$(BIN)/python scripts/bench_download.py

clean: ## remove environments and caches
	rm -rf $(VENV) .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-output dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(ENGINES)/.ready: pyproject.toml requirements/engines.txt
	test -x $(ENGINES)/bin/python || $(PYTHON) -m venv $(ENGINES)
	$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[sandbox]' \
		-r requirements/engines.txt
	@touch $@

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[sandbox]'
	@touch $@

$(VENV)/.tools: $(VENV)/.dev
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11) and "this needs Python 3.11 or newer: make clean, then give one as PYTHON=...")'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml requirements/dev.txt requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' -r requirements/dev.txt
	@touch $@
