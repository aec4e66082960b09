# `make demo` and `make test` do all the set-up themselves. Everything lives in .venv; models in the user's cache folder.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/python -m uv --quiet

.PHONY: help install demo run test check format docs lock clean

help:
	@echo "make demo    the whole bot on a page in your browser: no token, nothing else to install"
	@echo "make run     the bot in Telegram (put TELEGRAM_BOT_TOKEN=... into .env first)"
	@echo "make test    all tests"
	@echo "make check   style, types, import rule, stale docs"
	@echo "make docs    write the generated files again (config.toml, docs)"

install: $(BIN)/.base

demo: $(BIN)/.base
	@$(BIN)/chutko demo $(ARGS)

run: $(BIN)/.base
	@$(BIN)/chutko run $(ARGS)

test: $(BIN)/.dev
	@$(BIN)/chutko models pull --profile lite --best-effort
	@$(BIN)/python -m pytest $(ARGS)

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
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/.uv: requirements/tools.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chutko needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@touch $@

$(BIN)/.base: $(BIN)/.uv requirements/base.lock pyproject.toml
	@echo "Installing Chutko into .venv ..."
	@quiet=$$([ -t 2 ] || echo --quiet); \
	  $(BIN)/python -m uv $$quiet pip install --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/base.lock
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.dev: $(BIN)/.base requirements/dev.lock
	@echo "Installing what the tests need ..."
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@
