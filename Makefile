# Everything from nothing: `make report` and `make test` need python3 (3.11 or later) with venv and pip, no more.
# On Windows, without make, the README gives the same steps by hand.
PYTHON ?= python3
PERIOD ?= 2024
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install report lab check test clean

help:
	@echo "make report              reports/$(PERIOD)/: briefing, HTML page, executed notebooks"
	@echo "make report PERIOD=2025H1   the same for another period"
	@echo "make test                lint, types and all tests"
	@echo "make lab                 JupyterLab on the notebooks"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(READY)

report: $(READY)
	$(BIN)/songyuan report $(PERIOD)

lab: $(READY)
	$(BIN)/songyuan lab

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Fast tests on all processors; the slow ones time things and share one LibreOffice, so they run one by one.
test: check
	$(BIN)/python -m pytest -m "not slow" -n auto
	$(BIN)/python -m pytest -m slow

clean:
	rm -rf $(VENV) data/processed/*.parquet reports
