# `make run` and `make test` need python3 (3.11 or later) and nothing else; each installs what it needs into .venv.
# The stamp files carry a checksum of the requirements, so that a second run starts at once.

PYTHON ?= python3
VENV := .venv
IN := $(VENV)/bin
PORT ?= 8501
WORKERS ?= auto

# Tests write thousands of small files: to memory where there is room for them (a container may have only a little).
ROOM := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000')
IN_MEMORY := $(if $(ROOM),TMPDIR=/dev/shm )
PYTEST := $(IN_MEMORY)$(IN)/python -m pytest -q

sum = $(shell cat $(1) | cksum | cut -d' ' -f1)
RUN := $(VENV)/.run-$(call sum,requirements.txt)
DEV := $(VENV)/.dev-$(call sum,requirements.txt requirements-dev.txt)
SPARK := $(VENV)/.spark-$(call sum,requirements.txt requirements-dev.txt requirements-spark.txt)

# pip compiles with one core; whoever forbids Python to write (PYTHONDONTWRITEBYTECODE) would compile at every start.
# Some packages bring templates that are no Python: those stay uncompiled, and the import of what is needed would say so.
INSTALL := $(IN)/python -m pip install --quiet --disable-pip-version-check --no-compile
COMPILE := $(IN)/python -m compileall -qq -j 0 $(VENV)/lib || true

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-browser check check-types check-tests format bench test-spark slow coverage docs clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(IN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUN): $(IN)/python
	@echo "Installing what the app needs into $(VENV) (once, one to three minutes) ..."
	@$(INSTALL) -r requirements.txt
	@$(COMPILE)
	@touch $@

$(DEV): $(IN)/python
	@echo "Installing the app and the test tools into $(VENV) (once, one to three minutes) ..."
	@$(INSTALL) -r requirements-dev.txt
	@$(COMPILE)
	@touch $@ $(RUN)

$(SPARK): $(IN)/python
	@echo "Installing Spark into $(VENV) (once, about 300 MB) ..."
	@$(INSTALL) -r requirements-spark.txt
	@$(COMPILE)
	@touch $@ $(DEV) $(RUN)

run: $(RUN) ## start the app; makes the demo company first if there are no data
	@$(IN)/python -m dashboard demo --if-empty
	@$(IN)/python -m dashboard serve --port $(PORT)

# Fast tests share the cores; browser tests start a server each and measure waiting times, so they run after them.
test: test-browser ## the whole suite, browser and PostgreSQL included

# `make -j2 test test-spark` runs Spark, which mostly waits, beside the browser; all is installed before.
BOTH := $(and $(filter test,$(MAKECMDGOALS)),$(filter test-spark,$(MAKECMDGOALS)))

test-fast: $(if $(BOTH),$(SPARK),$(DEV))
	@.ci/browser $(IN)/python
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not browser and not spark and not bench"

test-browser: test-fast
	$(PYTEST) -m browser

check: $(DEV) ## layout, lint, layers, types, and the tests that need neither a browser nor PostgreSQL; two minutes on two cores
	$(IN)/ruff format --check .
	$(IN)/ruff check .
	$(IN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory --jobs=2 check-types check-tests
	@$(IN)/python -m tests.architecture.sizes

# Types use one core: beside the tests.
check-types: $(DEV)
	$(IN)/pyright --pythonpath $(IN)/python

check-tests: $(DEV)
	$(PYTEST) -n $(WORKERS) --dist loadgroup --hypothesis-profile=quick -m "not slow and not golden and not browser and not postgres and not spark and not bench"

format: $(DEV) ## lay the code out and mend what ruff can mend
	$(IN)/ruff check --fix .
	$(IN)/ruff format .

bench: $(DEV) ## measure speed and memory at one million customers against references in the same run
	$(IN)/python -m dashboard bench

test-spark: $(SPARK) $(if $(BOTH),test-fast) ## the same queries on Spark; needs Java
	@.ci/java
	$(PYTEST) -m spark

slow: $(DEV) ## measure which tests are too slow for make check
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not browser and not spark and not bench" --durations=0 -vv | $(IN)/python -m tests.slow

coverage: $(DEV) ## which lines and branches no test but the browser's reaches
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not browser and not spark and not bench" --cov --cov-report=term

docs: $(DEV) ## write the generated pages of docs/ anew
	$(IN)/python -m docs.write

clean: ## remove .venv and caches; var/ with your data stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage
