# Two commands do everything on a fresh machine: `make run` and `make test`. `make help` lists the others.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
PACKAGES := agents environment experiments
INSTALL := $(PYTHON) -m pip install --constraint constraints.txt
SUITABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 12))

# An empty file inside the environment says what is installed there, so that nothing is installed twice.
CORE := $(VENV)/.core-installed
TESTS := $(VENV)/.tests-installed

.DEFAULT_GOAL := help
.PHONY: help install run test lint golden constraints

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

install: $(CORE)  ## install the core and run nothing

run: $(CORE)  ## install the core, compare the closed door with the open one, say where the report is
	@answer=$$($(BIN)/thirdwave compare closed-door open-access) || exit $$?; \
	printf '%s\n' "$$answer"; \
	printf 'The report: %s/report.html\n' "$$(printf '%s\n' "$$answer" | tail -n 1)"

test: lint  ## install the test tools too, check style and types, run every test
	$(PYTHON) -m pytest --numprocesses 2 --dist worksteal

lint: $(TESTS)  ## check style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(PACKAGES) tests

golden: $(TESTS)  ## renew the golden run, after a change that is meant to change results
	$(PYTHON) -m tests.golden

# Resolves everything afresh in an environment of its own, without the present constraints.
constraints:  ## renew constraints.txt with the newest versions that fit together
	@$(MAKE_VENV)
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(PYTHON) -m venv "$$scratch" && \
	"$$scratch/bin/python" -m pip install --editable '.[test]' && \
	{ echo "# Made by \`make constraints\`: pip freeze of a fresh environment with the core and the test extra."; \
	  "$$scratch/bin/python" -m pip freeze --exclude-editable; } > "$$scratch/constraints.txt" && \
	cp "$$scratch/constraints.txt" constraints.txt

# Any command that turns out to be Python 3.12 or newer will do; an environment that works is left as it is.
define MAKE_VENV
$(PYTHON) -c '$(SUITABLE)' >/dev/null 2>&1 && $(PYTHON) -m pip --version >/dev/null 2>&1 && exit 0; \
for name in python3.12 python3.13 python3.14 python3 python; do \
	if "$$name" -c '$(SUITABLE)' >/dev/null 2>&1; then \
		echo "Making $(VENV) with $$name"; \
		exec "$$name" -m venv --clear $(VENV); \
	fi; \
done; \
echo "thirdwave needs Python 3.12 or newer with its venv module, and found none on the PATH." >&2; \
echo "Tried: python3.12, python3.13, python3.14, python3, python." >&2; \
exit 1
endef

$(CORE): pyproject.toml constraints.txt
	@$(MAKE_VENV)
	$(INSTALL) --editable .
	@echo "Compiling the loops of the model, once"
	@$(PYTHON) -m experiments.warm
	@touch $@

$(TESTS): pyproject.toml constraints.txt
	@$(MAKE_VENV)
	$(INSTALL) --editable '.[test]'
	@touch $(CORE) $@
