# SPDX-License-Identifier: BSD-3-Clause
# Two commands matter: `make lab` opens the course, `make test` checks everything.
# PYTHON=… chooses the interpreter, PORT=… the port, BROWSER=none only prints the address; while a
# hand works, `make quick` is enough.

.DEFAULT_GOAL := help
.PHONY: help venv lab page site site-check solved course-check slides stick reference test test-python quick lint kernels mutants fuzz browser lock evidence bench clean moved
PY := .venv/bin/python
# Tests start many processes: each file is compiled once, not once in each.
unexport PYTHONDONTWRITEBYTECODE
PROFILE := offline
N := 120
SEED := 1
FUZZ_S := 60
# A function of the shell: each check, however the others end.
LINT := lint() { status=0; for check in "ruff format --check ." "ruff check ." mypy; do \
	  echo "== $$check"; $(PY) -m $$check || status=1; done; }; lint

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

venv: .venv/.ready ## .venv with the exact versions of requirements.lock

# The stamp holds the path it was made for: a checkout that moved gets its .venv made anew.
ifneq "$(shell $(PY) -c '' 2>/dev/null && cat .venv/.ready 2>/dev/null)" "$(CURDIR)"
.venv/.ready: moved
endif

.venv/.ready: requirements.lock pyproject.toml tools/venv.py
	@if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; \
	else set -- python3 python3.14 python3.13 python3.12 python3.11; fi; \
	for p; do \
	  if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	    2>/dev/null; then exec "$$p" tools/venv.py; fi; \
	done; \
	echo "kfuncviz needs Python 3.11 to 3.14; $$1 is: $$("$$1" --version 2>&1 | tail -n 1)." \
	  "Name another with: make PYTHON=/path/to/python3.12" >&2; exit 1

lab: venv ## open the course in JupyterLab (PORT=8888, BROWSER=none)
	@exec $(PY) tools/lab.py --port "$(PORT)" --browser "$(BROWSER)"

page: venv ## the whole kit as one file that any browser opens: dist/kfuncviz.html
	@exec $(PY) -m tools.page

site: venv ## a folder that any web server serves, JupyterLite in it: dist/site (PROFILE=offline)
	@exec $(PY) -m tools.site --profile "$(PROFILE)"

site-check: venv browser ## the site in Chromium and Firefox, every chapter run in JupyterLite
	@$(PY) -c "from tools.site import inputs; inputs.lite(), inputs.wheels()"
	@SITE=whole exec $(PY) -m pytest tests/tools/test_site.py tests/browser/test_site.py

test: venv browser ## lint, types, tests, doctests, browser tests
	@$(LINT); $(PY) -m pytest || status=1; exit $$status

quick: venv ## ruff, and the tests that need no browser, no notebook and no limit of a process
	@$(PY) -m ruff check . && HYPOTHESIS_PROFILE=quick exec $(PY) -m pytest -q --quick

kernels: venv ## the model against every recorded answer of every kernel and filesystem
	@exec $(PY) -m pytest -q tests/kernels tests/model/test_kernels.py

test-python: ## the tests on another Python, in an environment of its own: PYTHON=/path/to/python3.13
	@[ -n "$(PYTHON)" ] || { echo "name one: make test-python PYTHON=/path/to/python3.13" >&2; exit 1; }
	@folder=.venvs/$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])') && \
	"$(PYTHON)" tools/venv.py "$$folder" && exec "$$folder/bin/python" -m pytest

lint: venv ## ruff and mypy
	@$(LINT); exit $$status

mutants: venv ## which of N changed lines (120) does no test notice? SEED=1 ONLY=kfuncviz/render
	@exec $(PY) tools/mutants.py $(N) --seed $(SEED) $(if $(ONLY),--only $(ONLY))

fuzz: venv ## hostile input for FUZZ_S seconds of CPU (60); SEED=1
	@exec $(PY) tools/fuzz.py --seconds $(FUZZ_S) --seed $(SEED)

browser: ## find Chromium or Chrome, or install Chromium where that is possible
	@sh tools/browser.sh

lock: ## write requirements.lock anew, with the newest versions that fit pyproject.toml
	@PYTHON="$(PYTHON)" sh tools/lock.sh && PYTHON="$(PYTHON)" sh tools/site/lock.sh

evidence: venv ## check the history data, recompute what is derived from it
	@$(PY) -m kfuncviz.evidence

bench: venv ## run benchmarks/*.py
	@for b in benchmarks/[!_]*.py; do [ -e "$$b" ] || continue; echo "== $$b"; $(PY) "$$b" || exit 1; done

solved: venv ## the notebooks with every question and exercise answered, in build/solved
	@exec $(PY) tools/course.py $(CHAPTER)

slides: venv ## the chapters as slides, in dist/slides, for a room without a network
	@$(PY) tools/slides.py

stick: slides ## dist/stick for a room with no network; PYTHON_VERSIONS="3.12 3.13" PLATFORMS=windows-x86_64
	@$(PY) -m tools.page || rm -f dist/kfuncviz.html
	@exec $(PY) -m tools.stick --pythons "$(PYTHON_VERSIONS)" --platforms "$(PLATFORMS)"

reference: venv ## the library's documentation, from its docstrings: dist/reference/index.html
	@exec $(PY) -m tools.reference

course-check: venv browser ## does the course teach what it means to? CHAPTER=01 for one
	@status=0; $(PY) tools/course_check.py $(CHAPTER) || status=1; \
	$(PY) -m pytest -q tests/browser/test_chapters.py -k "$(subst $() $(), or ,$(strip $(CHAPTER)))" \
	  || status=1; exit $$status

clean: ## remove everything make has written
	rm -rf .venv .venvs build dist site tests/artifacts .hypothesis .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
