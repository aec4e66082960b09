# `make demo` and `make test` do all the set-up themselves. Everything lives in .venv; models in the user's cache folder.
# With PROFILE=full the larger models answer; their libraries live beside, in .venv-full.
PYTHON ?= python3
PROFILE := lite
ifeq ($(PROFILE),lite)
VENV := .venv
LOCK := base
SIZE := 1.4 GB on disk
else ifeq ($(PROFILE),full)
VENV := .venv-full
LOCK := full
SIZE := 8.7 GB on disk, with torch and TensorFlow; this takes a while
CHOICE := --profile full
else
$(error PROFILE is lite or full, not $(PROFILE))
endif
BIN := $(VENV)/bin
UV := $(BIN)/python -m uv --quiet

.PHONY: help install demo run test test-full check format docs lock clean

help:
	@echo "make demo    the whole bot on a page in your browser: no token, nothing else to install"
	@echo "make run     the bot in Telegram (put TELEGRAM_BOT_TOKEN=... into .env first)"
	@echo "make test    all tests"
	@echo "make check   style, types, import rule, stale docs"
	@echo "make docs    write the generated files again (config.toml, docs)"
	@echo
	@echo "make demo PROFILE=full, make run PROFILE=full    with the larger models: 8.7 GB more on disk"
	@echo "make test-full                                   the tests that need their libraries"

install: $(BIN)/.base

demo: $(BIN)/.base
	@$(BIN)/chutko demo $(CHOICE) $(ARGS)

run: $(BIN)/.base
	@$(BIN)/chutko run $(CHOICE) $(ARGS)

test: $(BIN)/.dev
	@$(BIN)/chutko models pull --profile lite --best-effort
	@$(BIN)/python -m pytest -n 2 $(ARGS)

# Of the tests, those that run the full profile's models, on random weights: nothing is fetched but libraries.
test-full:
	@$(MAKE) --no-print-directory PROFILE=full .venv-full/bin/.dev
	@.venv-full/bin/python -m pytest -m full tests/skills $(ARGS)

check: $(BIN)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_docs.py

format: $(BIN)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(BIN)/.base
	@$(BIN)/chutko docs

# The locks hold versions and hashes, and no address of a package index.
lock: $(BIN)/.uv
	@printf 'uv\nhatchling\neditables\n' | $(UV) pip compile - --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements/tools.lock
	@for set in base dev full; do \
	  extra=$$( [ $$set = base ] || echo "--extra $$set -c requirements/base.lock" ); \
	  $(UV) pip compile pyproject.toml $$extra --universal --python-version 3.11 --upgrade --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate -o requirements/$$set.lock; \
	done

.PHONY: clean
clean:
	@rm -rf .venv .venv-full build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/.uv: requirements/tools.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chutko needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@touch $@

$(BIN)/.base: $(BIN)/.uv requirements/$(LOCK).lock pyproject.toml
	@echo "Installing Chutko into $(VENV): $(SIZE) ..."
	@quiet=$$([ -t 2 ] || echo --quiet); \
	  $(BIN)/python -m uv $$quiet pip install --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/$(LOCK).lock
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.dev: $(BIN)/.base requirements/dev.lock
	@echo "Installing what the tests need ..."
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@
