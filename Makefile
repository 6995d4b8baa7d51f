# Tandem: `make run` starts it, `make test` proves it, `make help` lists the rest.
SHELL := bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.PHONY: permissions help run build test check fix migration migrate messages seed bench faults clean

# Where a machine forbids Python to keep what it compiled, each of our parts would compile all of
# the program anew at each start, which takes longer than everything else about it.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3.11
V := .venv
# Programs of the venv are started as modules: a script's first line breaks on a path with a space.
PY := $(V)/bin/python
FLASK := $(PY) -m flask --app app
INSTALL := $(PY) -m uv pip install -q --python $(PY) --require-hashes
DIST := app/static/dist/.built
GERMAN := translations/de/LC_MESSAGES/messages
FRONTEND := $(shell find frontend -type f 2>/dev/null)
NODE = N="$$($(PY) tools/node.py)"; export PATH="$$N:$$PATH"

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build  ## start Tandem with a demo company (PORT=8000), stop with Ctrl-C
	@$(PY) tools/serve.py --check
	$(PY) tools/prepare.py
	exec $(PY) tools/serve.py

build: $(V)/.run $(DIST) $(GERMAN).mo  ## install and build all that running needs, and start nothing

test: build $(V)/.test  ## run all tests, on SQLite and PostgreSQL and in a browser (only="tests/people -k name")
	@$(PY) -m pytest $(if $(only),$(only),-n 2 --dist worksteal)

check: build $(V)/.test $(V)/.check  ## style, types, import contracts, templates, migrations, translations
	@echo "ruff"; $(PY) -m ruff check .
	$(PY) -m ruff format --check .
	echo "mypy"; $(PY) -m mypy
	echo "import contracts"; $(PY) -c "import sys; from importlinter.cli import lint_imports_command; sys.argv[0] = 'lint-imports'; lint_imports_command()"
	echo "templates"; $(PY) -m djlint templates --lint --quiet
	echo "translations"; $(PY) -m tools.messages check
	echo "migrations"; $(PY) -m pytest -q -p no:cacheprovider tests/test_migrations.py

fix: $(V)/.check  ## put right what ruff can put right by itself
	@$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

migration: $(V)/.run  ## write a migration from the models (m="what changes"); read it before you commit it
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add a colour to teams"'; exit 2; }
	$(FLASK) db upgrade
	$(FLASK) db migrate -m "$(m)"

migrate: $(V)/.run  ## bring the database to the newest schema
	@$(FLASK) db upgrade

messages: $(V)/.run  ## take new texts over into the catalogue, say which lack their German, compile
	@$(PY) -m tools.messages update
	$(PY) -m tools.messages check || true
	$(PY) -m tools.messages compile

seed: build  ## fill an empty database with the demo company
	@$(PY) tools/prepare.py

permissions: build  ## write docs/permissions.md from the routes, and show what changed
	@$(FLASK) access matrix --write
	git --no-pager diff -- docs/permissions.md

bench: build $(V)/.bench  ## measure (what=slow_clients, what=planner, ...; see bench/README.md)
	@test -n "$(what)" || { echo "Say what to measure: make bench what=slow_clients"; ls -1 bench; exit 2; }
	$(PY) -m bench.$(what) $(with)

faults: build $(V)/.test  ## kill, fill and starve the parts, and walk every page and route in every way (minutes)
	@FAULTS=all $(PY) -m pytest --timeout=1800 tests/faults tests/browser/test_every_page.py tests/test_routes.py tests/test_bad_input.py \
		tests/health/test_everything_published.py tests/health/test_everything_read.py

clean:  ## remove what was built and installed here, but not the data in instance/
	@rm -rf $(V) node_modules tests/browser/node_modules app/static/dist build $(GERMAN).mo
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------
# Stamps say what is done, so that a second start takes seconds.

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Tandem needs Python 3.11 (Debian: apt-get install python3.11 python3.11-venv)."; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python has no venv module here (Debian: apt-get install python3.11-venv)."; exit 1; }
	echo "Creating $(V) ..."
	$(PYTHON) -m venv $(V)

$(V)/.uv: tools/uv.txt | $(PY)
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r tools/uv.txt
	touch $@

$(V)/.run: requirements.txt $(V)/.uv
	@echo "Installing what Tandem runs on ..."
	$(INSTALL) -r requirements.txt
	touch $@

$(V)/.test: requirements-test.txt $(V)/.run
	@echo "Installing what the tests need ..."
	$(INSTALL) -r requirements-test.txt
	touch $@

$(V)/.bench: requirements-bench.txt $(V)/.run
	@echo "Installing what we are measured beside ..."
	$(INSTALL) -r requirements-bench.txt
	touch $@

$(V)/.check: requirements-check.txt $(V)/.run
	@echo "Installing what the checks need ..."
	$(INSTALL) -r requirements-check.txt
	touch $@

node_modules/.installed: package.json package-lock.json .npmrc $(V)/.uv
	@echo "Installing the front-end packages ..."
	$(NODE); npm ci --silent --no-progress
	touch $@

$(DIST): node_modules/.installed $(FRONTEND)
	@echo "Building the front end ..."
	$(NODE); npm run --silent build
	touch $@

$(GERMAN).mo: $(GERMAN).po $(V)/.run
	@$(PY) -m tools.messages compile
	touch $@
