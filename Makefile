# Yueke. `make` lists what there is. Every step can be repeated; what is done is not done again.

VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi
ASSETS := $(wildcard booking/static/*) booking/web/assets.py
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard booking/translations/*/LC_MESSAGES/*.po))

# The Python that the virtual environment is made of: PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)
PORT ?= 8000
SIZE ?= S
# The demonstration has known passwords: it never comes to a public installation by itself.
DEMO ?= $(if $(filter production,$(APP_ENV)),0,1)
PYTEST_ARGS ?=
# Where the audit of the pages leaves a picture of each.
PICTURES ?= instance/pictures
# Counting which lines ran makes the tests a third slower: continuous integration does it.
COVERAGE ?= $(filter true,$(CI))
# So does running all cases of a test that has many (tests/distribution.py).
export EXTENT ?= $(if $(filter true,$(CI)),cases)
SECURITY_SOURCES := booking webserver config.py config_keys.py config_urls.py wsgi.py gunicorn.conf.py

AUDITS := audit-requests audit-databases audit-races audit-connections audit-api audit-examples \
	audit-files audit-clients audit-languages audit-pages audit-journeys audit-lighthouse

export PORT
export PYTHONUNBUFFERED := 1
# Compiled modules are kept whatever the environment says: the tests start hundreds of processes,
# and pytest would rewrite the assertions of all files in each of them.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export FLASK_SKIP_DOTENV := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run setup dev test quick check audit $(AUDITS) bench \
	translations lifecycle privacy lock clean port database judges

help: ## List these targets.
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 28
	@echo
	@echo '  PORT=8000, HOST=127.0.0.1, DEMO=0 (start empty), SIZE=S|M|L, PYTHON=python3.11,'
	@echo '  PYTEST_ARGS="-k feed"; the settings of the product stand in README.md.'

run: $(VENV)/made port setup database ## Install, migrate, load the demo, start web and worker.
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" exec $(PY) -u -I booking/cli/start.py start

setup: $(VENV)/runtime $(CATALOGUES) $(VENV)/assets ## Install the product; start nothing.

dev: setup $(VENV)/development ## Install the product and the test tools.

test: dev judges ## Install the test tools and run all checks and tests.
	@status=0; $(MAKE) --no-print-directory check || status=$$?; \
	$(if $(PYTEST_ARGS),$(PY) -m pytest $(PYTEST_ARGS) || status=$$?;,\
	$(PY) -m pytest tests/concurrency || status=$$?; \
	$(PY) -m pytest --numprocesses auto $(if $(COVERAGE),--cov --cov-report=) \
	--ignore tests/concurrency || status=$$?;) exit $$status

quick: dev ## The tests without servers, browsers and waiting, on SQLite.
	$(PY) -m pytest --numprocesses auto --quick

check: dev ## Lint, formatting, types, import contracts and what bandit finds.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict
	$(VENV)/bin/lint-imports
	$(PY) -m bandit --quiet --configfile pyproject.toml \
		--recursive $(SECURITY_SOURCES)

audit: $(AUDITS) ## The long checks, before a release; each can be run alone.

audit-requests: dev ## Every id, form, page and hostile file as every role, on both databases.
	EXTENT=whole timeout 7200 $(PY) -m pytest -n auto tests/attacks tests/accounts/test_canary.py \
		tests/test_commands.py \
		tests/privacy/test_canary_everywhere.py tests/privacy/test_canary_vanishes.py \
		tests/accounts/test_unlisted.py tests/test_incoming.py tests/test_long_input.py \
		tests/register/test_bombs.py tests/pages

audit-databases: dev ## Every test of a database on SQLite and PostgreSQL, and a province exported and imported.
	EXTENT=databases timeout 3600 $(PY) -m pytest -n auto -k 'sqlite or postgresql' \
		--ignore tests/concurrency
	timeout 900 $(PY) -m benchmarks.round_trip

audit-races: dev ## 1,000 clients for 50 times, bookings, mail and all commands among kills.
	EXTENT=whole timeout 2400 $(PY) -m pytest -s tests/concurrency/test_race.py \
		tests/concurrency/test_kill.py tests/concurrency/test_lifecycle_race.py \
		tests/concurrency/test_fairness.py tests/concurrency/test_outage.py

audit-connections: dev ## 200 slow connections of each kind, with and without a proxy.
	EXTENT=whole timeout 3600 $(PY) -m pytest -s \
		tests/concurrency/test_slow_connections.py tests/concurrency/test_proxy.py

audit-api: dev ## The API against its description, with many examples.
	EXTENT=whole timeout 3600 $(PY) -m pytest tests/api/test_description.py

audit-examples: dev ## Generated examples and random registers, eight times as many.
	EXTENT=whole timeout 3600 $(PY) -m pytest -n auto tests/properties tests/directory \
		tests/lectures/test_machine.py tests/lectures/test_life.py tests/orders/test_order_machine.py \
		tests/season_plans tests/settings tests/register/test_unreadable.py tests/register/test_any_sheet.py \
		tests/instructors tests/availability/test_timetables.py tests/availability/test_loading.py

audit-files: dev judges ## 400 calendar files against other programs, and damaged ones.
	EXTENT=whole timeout 1800 $(PY) -m pytest -s tests/availability/test_public_files.py \
		tests/properties/test_half_bad_model.py

audit-clients: dev judges ## Thunderbird and Evolution, where installed, and all other readers.
	EXTENT=whole timeout 1800 $(PY) -m pytest -s tests/clients

audit-languages: dev ## Every page that links lead to, read in both languages.
	EXTENT=whole timeout 1800 $(PY) -m pytest -n auto tests/i18n \
		tests/notifications/test_mail_folders.py

audit-pages: dev judges ## Every page in both languages, themes and widths: layout, axe, pictures.
	EXTENT=whole PICTURES=$(PICTURES) timeout 3600 $(PY) -m pytest tests/chromium/test_pages.py \
		tests/chromium/test_passkeys.py
	$(PY) -m tests.chromium.contact_sheet $(PICTURES) docs/screens

audit-journeys: dev judges ## The ways of all four people, in every language, width and theme.
	EXTENT=whole timeout 3600 $(PY) -m pytest tests/chromium \
		--ignore tests/chromium/test_pages.py --ignore tests/chromium/test_passkeys.py

audit-lighthouse: dev ## Five pages as Lighthouse scores them on a phone.
	timeout 900 $(PY) -m benchmarks.lighthouse

bench: dev ## Measure the product (python -m benchmarks).
	$(PY) -m benchmarks

translations: dev ## Bring the catalogues up to date with the sources.
	$(PY) -m babel.messages.frontend extract -F booking/translations/babel.cfg \
		-k lazy_gettext -k plural:1,2 -o $(VENV)/messages.pot booking
	$(PY) -m babel.messages.frontend update -i $(VENV)/messages.pot -d booking/translations \
		--no-fuzzy-matching --ignore-obsolete --width 100 --ignore-pot-creation-date
	@$(MAKE) --no-print-directory setup

lifecycle: dev ## Write the generated parts of docs/lifecycle.md.
	$(PY) -m tests.architecture.lifecycle_document

privacy: dev ## Write the generated parts of docs/privacy.md.
	$(PY) -m tests.architecture.privacy_document

lock: dev ## Pin the requirements anew, with the hashes of all files that may be installed.
	for name in requirements requirements-dev; do $(VENV)/bin/uv pip compile --universal --quiet \
		--upgrade --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit; done

clean: ## Remove what was installed and compiled; the data in instance/ stay.
	rm -rf $(VENV) tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf booking/built
	rm -f booking/translations/*/LC_MESSAGES/*.mo

port: $(VENV)/made
	@$(PY) -I booking/cli/start.py check

database: setup
	@$(FLASK) db upgrade
	@$(FLASK) days seed
	@if [ "$(DEMO)" != 0 ]; then $(FLASK) demo --size $(SIZE) --if-empty; fi

judges: dev
	@if command -v npm >/dev/null; then $(PY) -c 'import pathlib; from tests.clients import npm; \
	[npm.install(pathlib.Path("tests", name)) for name in ("clients", "chromium")]'; else \
	echo 'npm is missing: calendar readers that are written for node, and axe, are skipped.'; fi

$(VENV)/made:
	@[ -n "$(PYTHON)" ] || { echo 'Yueke needs Python 3.11 or newer: install it, or name it with' \
		'`make run PYTHON=/path/to/python3.11`.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		'Yueke needs Python 3.11 or newer, and $(PYTHON) is not that.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		'This Python cannot make virtual environments: on Debian and Ubuntu install what is' \
		'missing with `sudo apt install python3-venv`, then repeat.' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/runtime: requirements.txt | $(VENV)/made
	$(PY) -m pip install --quiet --require-hashes -r $<
	@touch $@

$(VENV)/development: requirements-dev.txt | $(VENV)/runtime
	$(PY) -m pip install --quiet --require-hashes -r $<
	@touch $@

$(VENV)/assets: $(ASSETS) $(VENV)/runtime
	@$(PY) -m booking.web.assets
	@touch $@

%.mo: %.po | $(VENV)/runtime
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@
