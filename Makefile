PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check audit words rows snapshots bench reliability

run: .venv/.installed
	$(BIN)/kiosk demo

test: .venv/.installed
	$(BIN)/python -m pytest

check: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy kiosk screens store tests bench
	$(BIN)/lint-imports

audit: .venv/.installed
	$(BIN)/python .ci/audit.py

words: .venv/.installed
	$(BIN)/python -m tests.words

rows: .venv/.installed
	$(BIN)/python -m tests.rows

snapshots: .venv/.installed
	$(BIN)/python -m pytest tests/screens/test_snapshots.py --snapshot-update
	$(BIN)/python -m tests.screens.test_pictures

bench: .venv/.installed
	$(BIN)/python -m bench

reliability: .venv/.installed
	$(BIN)/python -m pytest -n 0 -m reliability

# The hashes in requirements.lock stand for every package; the program itself is installed from this folder.
.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation --no-index -e .
	$(BIN)/python -m compileall -q kiosk screens store
	@touch $@
