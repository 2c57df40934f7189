# streamgauge: every target sets up what it needs. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := .demo
PORT ?= 8765

.PHONY: help demo test dev serve bench calibrate mutants lint docs gallery format lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP) ## run the bundled order-to-cash example, from running services to published page
	@$(BIN)/python -m examples.order_to_cash.demo --home $(DEMO)

test: $(STAMP) machinery ## run all tests, as CI does
	@$(BIN)/python -m pytest -n 2 --dist loadfile --hypothesis-profile=repeatable

dev: $(STAMP) ## open the Dagster UI on the demo's data (http://127.0.0.1:3000)
	@mkdir -p $(DEMO)/dagster && DAGSTER_HOME=$(CURDIR)/$(DEMO)/dagster STREAMGAUGE_HOME=$(CURDIR)/$(DEMO) \
		$(BIN)/dagster-webserver -w workspace.yaml -h 127.0.0.1 -p 3000

serve: $(STAMP) ## show the published pages (http://127.0.0.1:8765)
	@$(BIN)/streamgauge serve --home $(DEMO) --port $(PORT)

bench: $(STAMP) ## measure speed at 10M events, and of what arrives (EVENTS=1000000 for a quick one)
	@$(BIN)/python -m benchmarks.run --events $(or $(EVENTS),10000000)
	@$(BIN)/python -m benchmarks.arrival
	@[ -d $(DEMO)/published ] || $(MAKE) -s demo
	@$(BIN)/python -m benchmarks.readers

calibrate: $(STAMP) ## measure how often intervals hold the truth, for an hour; goes on where it stood (MINUTES=10, ALL=1)
	@OPENBLAS_NUM_THREADS=1 nice $(BIN)/python -m benchmarks.calibrate $(if $(MINUTES),--minutes $(MINUTES)) $(if $(TRIALS),--trials $(TRIALS)) $(if $(ALL),--all)

mutants: $(STAMP) ## put small faults into metrics/ and see whether tests notice; goes on where it stood (ONLY=metrics/flow)
	@OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1 nice $(BIN)/python -m benchmarks.mutants $(if $(ONLY),--only $(ONLY)) \
		$(if $(TESTS),--tests $(TESTS)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(SURVIVORS),--survivors) $(if $(FRESH),--fresh)

lint: $(STAMP) ## style, types, import directions
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

docs: $(STAMP) ## write the generated docs anew
	@$(BIN)/python -m docs.build

gallery: $(STAMP) ## photograph every page of the demo into docs/gallery
	@[ -d $(DEMO)/published ] || $(MAKE) -s demo
	@$(BIN)/python -m docs.gallery

format: $(STAMP) ## format the code
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

lock: $(VENV)/bin/uv ## resolve the dependencies anew into requirements.lock
	@$(BIN)/uv pip compile -q --universal -p 3.11 --group dev --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean: ## remove the environment and the demo
	rm -rf $(VENV) $(DEMO)

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "streamgauge needs Python 3.11 or newer; say make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "Python lacks its venv module. Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv

$(STAMP): requirements.lock pyproject.toml instrumentation/pyproject.toml | $(VENV)/bin/uv
	@$(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e . -e ./instrumentation
	@touch $@

.PHONY: machinery
machinery: # a browser, an office, servers and curl that tests run for real; without them those tests skip and say so
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v curl >/dev/null || missing="$$missing curl"; \
	command -v localc >/dev/null || missing="$$missing libreoffice-calc"; \
	ls /usr/lib/libreoffice/program/libsd*lo.so >/dev/null 2>&1 || missing="$$missing libreoffice-impress"; \
	command -v pdftoppm >/dev/null || missing="$$missing poppler-utils"; \
	[ -z "$$missing" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { echo "Installing for the tests:$$missing ..."; apt-get update -qq \
			&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; } \
		|| echo "Not here:$$missing. The tests that need them will be skipped."; }
