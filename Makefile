PYTHON ?= python3
BIN := .venv/bin

COUNT ?= 500
SEED ?= 1
SIZES ?= 500 2000
TIMES ?= 5

.PHONY: help demo test test-long test-all test-cli test-lowest bench check docs docs-links docs-pages format pulumi clean

help:
	@echo "make demo         the quickstart's life against the App Store emulator"
	@echo "make test         the tests, at most 8 minutes"
	@echo "make test-lowest  the same with the lowest releases that pyproject.toml allows, in an environment of its own"
	@echo "make test-all     the long ones too, at most 45 minutes"
	@echo "make test-cli     COUNT random histories of SEED on the Pulumi CLI, 500 of seed 1 in at most an hour"
	@echo "make bench        how fast it is beside an empty provider and Apple's client, into docs/benchmarks.md"
	@echo "make check        format, lint, types, and that the documentation builds"
	@echo "make docs         the documentation site, and where it lies; links to other hosts: make docs-links"
	@echo "make docs-pages   the pages of the documentation that are made from the code and from a run"
	@echo "make pulumi       the official Pulumi CLI into .pulumi/"

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[emulator]' --group dev --group docs
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
	@$(MAKE) --no-print-directory docs

# -W: a warning is an error, and so is a link to a page or a heading that is not there
docs: .venv/installed
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env docs build/site
	@echo "The documentation is in build/site/index.html"

docs-links: .venv/installed
	$(BIN)/sphinx-build --quiet --builder linkcheck docs build/links

docs-pages: .venv/installed
	cd tests && for page in documentation.errors_page documentation.emulator_page cli_commands.page documentation.resource_pages \
		documentation.sentences documentation.four_runs documentation.good_enough \
		documentation.terminal_pictures; do ../$(BIN)/python -m $$page || exit 1; done

format: .venv/installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pulumi: .venv/installed
	@PYTHONPATH=tests $(BIN)/python tests/engine/install.py

clean:
	rm -rf .venv .venv-lowest .pulumi .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
