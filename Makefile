PYTHON ?= python3
BIN := .venv/bin

COUNT ?= 500
SEED ?= 1
SIZES ?= 500 2000
TIMES ?= 5

.PHONY: help demo test test-long test-all test-cli test-lowest bench check format pulumi clean

help:
	@echo "make demo         the quickstart's life against the App Store emulator"
	@echo "make test         the tests, at most 8 minutes"
	@echo "make test-lowest  the same with the lowest releases that pyproject.toml allows, in an environment of its own"
	@echo "make test-all     the long ones too, at most 45 minutes"
	@echo "make test-cli     COUNT random histories of SEED on the Pulumi CLI, 500 of seed 1 in at most an hour"
	@echo "make bench        how fast it is beside an empty provider and Apple's client, into docs/benchmarks.md"
	@echo "make check        format, lint, types"
	@echo "make pulumi       the official Pulumi CLI into .pulumi/"

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[emulator]' --group dev
	@touch $@

demo: .venv/installed
	@PYTHONPATH=tests $(BIN)/python examples/demo.py

test: .venv/installed
	$(BIN)/pytest -m "not long" --numprocesses 2 --dist worksteal

test-long: .venv/installed
	$(BIN)/pytest -m long --numprocesses 2 --dist worksteal

test-all: test test-long

# one history again, with its trace: ONLY=<number>, or MOVES=<file with its moves>; as short as it fails: SHRINK=1
test-cli: .venv/installed
	@PYTHONPATH=tests $(BIN)/python tests/cli --count $(COUNT) --seed $(SEED) \
		$(if $(ONLY),--only $(ONLY)) $(if $(MOVES),--moves $(MOVES)) $(if $(SHRINK),--shrink) \
		$(if $(TRACES),--traces $(TRACES))

# some of them: TESTS="<paths>"
test-lowest: .venv-lowest/installed
	.venv-lowest/bin/pytest -m "not long" $(TESTS)

# pip has no resolver for the lowest releases; uv has
.venv-lowest/installed: pyproject.toml
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/pip install --quiet uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest --resolution lowest-direct \
		--editable '.[emulator]' --group dev
	@touch $@

# a short one: SIZES=100 TIMES=1; some of it: ONLY="start images"
bench: .venv/installed
	@PYTHONPATH=tests $(BIN)/python -m benchmark --sizes $(SIZES) --times $(TIMES) $(if $(ONLY),--only $(ONLY))

check: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pulumi: .venv/installed
	@PYTHONPATH=tests $(BIN)/python tests/engine/install.py

clean:
	rm -rf .venv .venv-lowest .pulumi .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
