# Everything a developer does, by name. Thin on purpose: each target calls the script that does it,
# and every suite here is a suite of ./test, run by the same command. What they run on is brought up to
# date first, which takes a second when nothing has changed.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON := .venv/bin/python
SUITES := $(PYTHON) tools/suites.py
CAP ?= retry
NOUNS := $(filter-out base,$(notdir $(patsubst %/CMakeLists.txt,%,$(wildcard engine/mainstay/*/CMakeLists.txt))))
PEER ?= tenacity
SECONDS ?= 60
KILLS ?= 10000

.PHONY: help setup build demo test test-engine test-python test-on-plugins test-all conformance asan tsan \
        fuzz bench bench-check bench-engine proof sanitize leaks stress faults differential test-ft \
        docs typing packaging snippets layers new shape weight format check-format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '  make %-15s %s\n' NOUN 'one capability through all layers; there are: $(NOUNS)'

setup: ## install what is missing and an editable mainstay into .venv
	@sh tools/develop.sh

build: ## build the native module again and install it into .venv
	@sh tools/develop.sh --build

demo: ## what ./demo does
	@./demo

test: ## what ./test does: every suite, one sum
	@./test

test-engine: setup ## the engine's tests, without sanitizers: GCC and Clang
	@for preset in dev dev-clang; do $(PYTHON) tools/ctest_suite.py $$preset || exit 1; done

test-python: setup ## the Python tests on the Python of .venv
	@VERBOSE=1 $(SUITES) python

test-on-plugins: setup ## the Python tests with pytest itself on mainstay's pluggy
	@$(PYTHON) tools/on_plugins_suite.py

test-all: setup ## the Python tests and the peers' suites on every interpreter that answers
	@$(PYTHON) tools/interpreters.py

conformance: setup ## the peer's own suite on mainstay: PEER=tenacity; RECORD=1: on the peer too
	@$(PYTHON) conformance/run.py $(PEER) $(if $(RECORD),--record)

asan: setup ## the engine's tests under address and undefined-behaviour sanitizers
	@VERBOSE=1 $(SUITES) engine

tsan: setup ## the engine's tests under the thread sanitizer
	@VERBOSE=1 $(SUITES) engine-clang

fuzz: setup ## fuzz one engine for SECONDS=60: CAP=retry
	@$(PYTHON) tools/fuzz_suite.py --seconds $(SECONDS) $(CAP)

bench: setup ## one capability beside its peer, into docs/benchmarks.md: CAP=retry
	@$(PYTHON) tools/bench.py $(CAP)

bench-check: setup ## the same quickly, against benchmarks/floors.toml: CAP=retry
	@$(PYTHON) tools/bench.py --check $(CAP)

bench-engine: setup ## the engine alone, by Google Benchmark: CAP=retry
	@$(PYTHON) tools/bench.py --engine $(CAP)

docs: setup ## build docs/ into build/docs, warnings are errors
	@$(PYTHON) tools/docs_suite.py

typing: setup ## mypy, basedpyright and stubtest
	@$(PYTHON) tools/typing_suite.py

packaging: setup ## source distribution, wheel, clean environment, exported names
	@$(PYTHON) tools/pytest_suite.py packaging tests/packaging

snippets: setup ## the code in README.md and docs/ runs
	@$(PYTHON) tools/pytest_suite.py snippets tests/snippets

layers: setup ## includes and imports keep to the dependency law
	@$(PYTHON) tools/check_layers.py

# One target per capability: `make retry` takes it through all layers: engine, Python, conformance.
.PHONY: $(NOUNS)
$(NOUNS): setup
	@$(PYTHON) tools/capability.py $@

new: setup ## write every slice of a new capability: NAME=toy
	@$(PYTHON) tools/new_capability.py $(NAME)

shape: setup ## every capability has every slice
	@$(PYTHON) tools/check_shape.py

weight: ## lines per capability and layer; REACH=1: and how much of each engine the Python tests reach
	@$(PYTHON) tools/weight.py $(if $(REACH),--reach) $(if $(filter command line,$(origin CAP)),$(CAP))

proof: setup ## everything that speaks for one capability, part by part: CAP=retry
	@$(PYTHON) tools/proof.py $(CAP)

faults: setup ## kill processes of one capability at every step, KILLS=10000 times: CAP=cache
	@$(PYTHON) tools/faults_suite.py --kills $(KILLS) $(CAP)

differential: setup ## 20,000 generated programs on the peer and on mainstay: CAP=retry
	@VERBOSE=1 $(PYTHON) tools/proof.py $(CAP) differential

sanitize: setup ## the Python tests of one capability under sanitizers: CAP=retry
	@$(PYTHON) tools/sanitize_suite.py tests/$(CAP)

leaks: setup ## what 100,000 calls leave behind, also on a debug Python: CAP=retry
	@$(PYTHON) tools/leak_suite.py tests.$(CAP).leaks

stress: setup ## the thread tests of one capability ROUNDS=20 times: CAP=retry
	@$(PYTHON) tools/stress_suite.py tests/$(CAP)/test_threads.py

test-ft: setup ## the tests on a free-threaded Python, built when there is none
	@$(PYTHON) tools/ft_suite.py

format: setup ## let the formatters decide the layout
	@$(PYTHON) tools/format.py

check-format: setup ## say what the formatters would change and what the linter finds
	@$(PYTHON) tools/format.py --check

clean: ## remove what was built; .venv and .cache/interpreters stay
	@rm -rf build dist .cache/reports .cache/logs .cache/fuzz .cache/mypy
