# Parlance: the commands for people and for CI. `make help` lists them.
# Every target works from an empty folder: what is missing is set up first, and only once.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/sh
.DELETE_ON_ERROR:

# --- what the user gives ---------------------------------------------------------------------------------------------
# Only the command line counts: many machines export LANGUAGE=en_US:en. Values travel to Python through the environment
# and not through a shell's quoting. `value` and `unexport` keep make from expanding a dollar sign in them.
given = $(if $(filter command line,$(origin $(1))),$(value $(1)))
unexport TEXT URL TOPIC LANGUAGE LEVEL NATIVE REAL MAX_COST T PYTHON NAME SEED MINUTES
export PARLANCE_DEMO_TEXT := $(call given,TEXT)
export PARLANCE_DEMO_URL := $(call given,URL)
export PARLANCE_DEMO_TOPIC := $(call given,TOPIC)
export PARLANCE_DEMO_LANGUAGE := $(call given,LANGUAGE)
export PARLANCE_DEMO_LEVEL := $(call given,LEVEL)
export PARLANCE_DEMO_NATIVE := $(call given,NATIVE)
export PARLANCE_DEMO_REAL := $(call given,REAL)
export PARLANCE_DEMO_MAX_COST := $(call given,MAX_COST)
# T=tests/unit/nlp runs only those tests; PYTHON=/path/to/python3.12 chooses the interpreter of .venv.
export PARLANCE_TESTS := $(call given,T)
export PARLANCE_MIGRATION := $(call given,NAME)
export PARLANCE_CHAOS_SEED := $(call given,SEED)
export PARLANCE_CHAOS_MINUTES := $(call given,MINUTES)
export PARLANCE_PYTHON := $(call given,PYTHON)

# A virtual environment or library path of the user's shell must not leak into ours.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

VENV := .venv
RUN := $(VENV)/bin/python -m
INSTALL := ./deploy/local/install.sh
PYTEST := $(RUN) pytest

##@ Run it

.PHONY: help
help:  ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: install
install:  ## Set up .venv with everything that demo and up need
	@$(INSTALL) local

.PHONY: demo
demo: install  ## From nothing to a narrated article [TEXT=file | URL=address | TOPIC="..."] [LANGUAGE LEVEL NATIVE REAL MAX_COST]
	@exec $(RUN) deploy.local demo

.PHONY: up
up: install  ## Run the stack in the foreground, its data kept under .parlance; reads .env
	@exec $(RUN) deploy.local up

.PHONY: seed
seed: install  ## Load the starter content into the stack of `make up`: what it has already stays
	@exec $(RUN) deploy.local catalogue

.PHONY: down
down:  ## Stop what `make up` or `make demo` started
	@exec "$$($(INSTALL) --python)" -m deploy.local down

.PHONY: clean
clean:  ## Stop it and delete its data (.parlance and root's state folder)
	@exec "$$($(INSTALL) --python)" -m deploy.local clean

.PHONY: logs
logs:  ## Follow the logs of `make up`
	@exec tail -n 20 -F .parlance/logs/*.log

##@ Check it

.PHONY: install-dev
install-dev:
	@$(INSTALL) dev

.PHONY: check
check: lint types imports test rehearse  ## Everything that CI runs

.PHONY: lint
lint: install-dev  ## Ruff: rules and format
	$(RUN) ruff check
	$(RUN) ruff format --check

.PHONY: types
types: install-dev  ## mypy, strict
	$(RUN) mypy

.PHONY: imports
imports: install-dev  ## Who may import whom
	$(VENV)/bin/lint-imports

.PHONY: test
test: install-dev  ## All tests, or those of T=path
	$(PYTEST) $(if $(PARLANCE_TESTS),$$PARLANCE_TESTS,-n 2 --dist loadfile)

.PHONY: unit
unit: install-dev  ## Tests that touch nothing
	$(PYTEST) tests/unit

.PHONY: integration
integration: install-dev  ## Tests on real Postgres, Redis and object store; ports against the sandbox
	$(PYTEST) -n 2 --dist loadfile tests/integration tests/contract

.PHONY: e2e
e2e: install-dev  ## Tests of the whole running stack
	$(PYTEST) tests/e2e

.PHONY: chaos
chaos: install-dev  ## Break everything under load and see what holds [SEED=n] [MINUTES=m]
	$(RUN) tests.chaos --json .parlance/chaos.json $(if $(PARLANCE_CHAOS_SEED),--seed "$$PARLANCE_CHAOS_SEED") $(if $(PARLANCE_CHAOS_MINUTES),--minutes "$$PARLANCE_CHAOS_MINUTES")

# The same choices each time; the timing is the machine's.
.PHONY: rehearse
rehearse: install-dev
	$(RUN) tests.chaos --seed 1

.PHONY: mutants
mutants: install-dev  ## Break the code on purpose and see that a test notices
	$(RUN) tests.mutants

.PHONY: bench
bench: install-dev  ## Print the ratios of performance
	$(RUN) tests.benchmarks

##@ Change it

.PHONY: migrate
migrate: install-dev  ## Bring the database at DATABASE_URL up to date
	$(RUN) migrations.run upgrade

.PHONY: migration
migration: install-dev  ## Draft a migration from the tables [NAME="what it does"]
	$(RUN) deploy.local.draft_migration

.PHONY: openapi
openapi: install-dev  ## Write the snapshot of the API's description
	$(RUN) services.api.openapi --write

.PHONY: lock
lock: install-dev  ## Compile requirements/*.txt again from pyproject.toml
	@./requirements/lock.sh
