# Needs make, Python 3.11 or newer, and at the first run a package registry. `make demo` shows what coscribe does.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench faults rooms docs lock offline release

help:
	@echo 'make demo     the main job on the shipped samples: no key, no network after the first run'
	@echo 'make install  coscribe in .venv'
	@echo 'make test     linters, types, layers and tests'
	@echo 'make check    the same without the tests, and licences and known vulnerabilities of what is installed'
	@echo 'make bench    the scripts in benchmarks/'
	@echo 'make faults   those in benchmarks/faults/: half an hour of failing servers, kills, signals and damage'
	@echo 'make rooms    the picture of the code in docs/architecture.md, and docs/reference.md'
	@echo 'make docs     the pages as a site in build/site; a broken link is an error'
	@echo 'make lock     both lock files anew from pyproject.toml (needs uv)'
	@echo 'make offline  a kit in dist/ that installs coscribe without a network, and both distributions'
	@echo 'make release  the same, of a commit whose version the change log begins with'

RUN := .venv/bin/python -P -m
PIP := $(RUN) pip --disable-pip-version-check
FOLDERS := $(shell find agents commands core examples/reports language models money prompts terminal tools vectorstore -type d ! -name __pycache__)
# The links below build/ hold absolute paths, so a clone that was moved has to be linked again.
LINKED := .venv/linked-$(shell pwd | cksum | tr ' ' -)

.venv/made:
	@test -n "$(PYTHON)" || { echo 'python 3.11 or newer is needed: install it, or say make PYTHON=/its/path' >&2; exit 2; }
	$(PYTHON) -m venv .venv
	@touch $@

# The locks are complete: `--no-deps` spares pip the resolving.
.venv/runtime: .venv/made requirements.lock
	@echo 'installing what coscribe needs into .venv: once, a few minutes on a slow line'
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# A folder is newer than the link as soon as a file was added to it or removed: a new file is invisible until linked.
$(LINKED): .venv/runtime pyproject.toml $(FOLDERS)
	$(PIP) install --quiet --editable . -C editable_mode=strict --no-deps --no-build-isolation
	@touch $@

install: $(LINKED)

demo: $(LINKED)
	@.venv/bin/coscribe demo

check: .venv/dev $(LINKED)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	@# Exit code 2 is a crash of mypy itself, seen now and then; type errors are 1 and are never tried again.
	$(RUN) mypy -p coscribe || { test $$? -eq 2 && $(RUN) mypy -p coscribe --no-incremental; }
	.venv/bin/python .venv/bin/lint-imports
	.venv/bin/python -P .ci/licences.py
	.venv/bin/python -P .ci/audit.py

# A file's tests stay in one process: what they make for themselves is made once.
test: check
	$(RUN) pytest --numprocesses auto --maxprocesses 4 --dist loadfile

bench: .venv/dev $(LINKED)
	@for script in benchmarks/*.py; do echo "== $$script"; .venv/bin/python "$$script" || exit 1; done

# Apart from `bench`, for they take longer than the rest together, and one after another whatever the one before found.
faults: .venv/dev $(LINKED)
	@code=0; for script in $$(grep -l '^if __name__' benchmarks/faults/*.py); do echo "== $$script"; \
		.venv/bin/python "$$script" || code=1; done; exit $$code

rooms: $(LINKED)
	.venv/bin/python docs/rooms.py
	$(RUN:-m=) docs/reference.py

docs: .venv/dev $(LINKED)
	$(RUN) sphinx --quiet --fail-on-warning --fresh-env --builder html --conf-dir docs . build/site
	@echo 'build/site/index.html'

# The second lock keeps to the versions of the first. Neither names where packages come from: that is the machine's.
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

# Whole or absent, and kept until the lock changes.
build/wheels: requirements.lock | .venv/made
	rm -rf $@ $@.part
	.venv/bin/python -P .ci/wheels.py $< $@.part
	mv $@.part $@
	@touch $@

offline: .venv/dev build/wheels
	@.venv/bin/python .ci/kit.py

release: .venv/dev
	@.venv/bin/python -P .ci/release.py
	@$(MAKE) --no-print-directory offline
