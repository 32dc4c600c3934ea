# Each target sets up what it needs: a virtual environment with the versions of constraints.txt.
# Needs: make and Python 3.11 or later (PYTHON=python3.12 make test picks another one).

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= 2
ROWS ?= 1000000
SCALE ?= 1

.PHONY: help demo test lint format bench bench-waterfall clauses pictures clean

help:
	@echo "make demo      enrich 10,000 messy example leads and print the summary"
	@echo "make test      lint, types, architecture and all tests"
	@echo "make lint      ruff, mypy --strict, import-linter"
	@echo "make bench     every figure, as JSON, beside its rivals (minutes; ROWS=1000000)"
	@echo "make bench-waterfall   every figure of enrichment over providers, as JSON (a quarter of an hour; SCALE=1)"
	@echo "make clauses   which test proves which promise"
	@echo "make pictures  the README's pictures, from a real run"

$(VENV)/run: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "trustleads needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/dev: $(VENV)/run
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(VENV)/run
	$(BIN)/trustleads enrich examples/data/leads.csv -o enriched.csv

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev
	$(BIN)/python benchmarks/main_job.py --rows $(ROWS)

bench-waterfall: $(VENV)/dev
	$(BIN)/python benchmarks/waterfall.py --scale $(SCALE)

clauses: $(VENV)/dev
	$(BIN)/python scripts/clauses.py

pictures: $(VENV)/dev
	$(BIN)/python scripts/make_pictures.py

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
