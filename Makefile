# `make` alone says what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
TOOLS := .venv/bin
SOURCES := contracts/src chassis/src look/src $(wildcard services/*/src) hub/src
CHECKED := $(SOURCES) tests $(wildcard benchmarks/*.py)

export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup setup-tests run test check format bench faults clean distclean

help: ## Say what there is
	@echo "Meldketen, the hub of a city's housing-nuisance desk"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target meaning; do \
		printf '  %-15s %s\n' "$$target" "$$meaning"; done

setup: ## Install what the hub needs on this machine (`make run` does it for you)
	@deploy/setup

setup-tests:
	@deploy/setup tests

# Ctrl-C goes to the hub, which ends its servers; that is how a demo ends, not an error.
run: setup ## Run the whole hub with a demo city; Ctrl-C ends it
	@trap : INT; $(TOOLS)/meldketen up; code=$$?; [ $$code -eq 130 ] || exit $$code

# Each process of the tests has servers of its own; a file's tests stay together.
IN_PARALLEL := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: setup-tests ## Run all tests; `make test ARGS="tests/routing -x"` runs some
	@$(TOOLS)/pytest $(or $(ARGS),$(IN_PARALLEL))

check: setup ## Check style, types, architecture and generated files, as CI does
	@$(TOOLS)/ruff check
	@$(TOOLS)/ruff format --check
	@$(TOOLS)/mypy $(CHECKED)
	@$(TOOLS)/lint-imports
	@$(TOOLS)/meldketen contracts --check

format: setup ## Put the code in the house's form
	@$(TOOLS)/ruff check --fix
	@$(TOOLS)/ruff format

bench: setup ## Measure how many reports this machine can handle
	@$(TOOLS)/python -m benchmarks $(ARGS)

faults: setup-tests ## Cut power, network and partners, and see that nothing is lost
	@$(TOOLS)/pytest tests/faults $(or $(ARGS),--full -n 2 --dist worksteal)

clean: ## Delete the data of this machine's hub, ending it if it runs
	@[ ! -x $(TOOLS)/python ] || $(TOOLS)/python -m meldketen.local.clean .local

distclean: clean ## Delete also what `make setup` put into this folder
	@rm -rf .local .venv look/node_modules look/src/look/static/vendor
