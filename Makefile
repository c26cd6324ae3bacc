# Two commands for a fresh machine: `make demo` and `make test`. Both install what they need into .venv.
PYTHON ?= python3
BIN := .venv/bin
CONSTRAINTS := constraints.txt

.PHONY: demo test lint types check soak bench clean

.venv/installed: pyproject.toml $(CONSTRAINTS)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable .
	@echo "compiling, once"
	@$(BIN)/siting demo lorestan --scale 0.01 --out .venv/first-run --overwrite > /dev/null 2>&1 && rm -r .venv/first-run
	@touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[test]'
	@touch $@

.venv/installed-bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[bench]'
	@touch $@

demo: .venv/installed
	$(BIN)/siting demo lorestan --out out/lorestan --overwrite

test: .venv/installed-test
	$(BIN)/python -m pytest -n auto --dist loadfile -m 'not soak'

soak: .venv/installed-test
	$(BIN)/python -m pytest -m soak

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-test
	$(BIN)/mypy

check: lint types test

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks $(PARTS)
	$(BIN)/python -m benchmarks.plots

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
