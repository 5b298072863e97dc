# make demo and make test are the two commands of the README; both set up .venv by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Compiled modules are kept: tests run a hundred commands, and each would compile them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-lowest lint types bench mutants coverage notebook notebooks docs lock sbom clean

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "clausewise needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

demo: $(READY)
	$(BIN)/clausewise decide facts/cases/*.yaml
	@echo
	$(BIN)/clausewise why facts/cases/pa-1003.yaml
	@mkdir -p out && rm -f out/pa-1003.html
	$(BIN)/clausewise report facts/cases/pa-1003.yaml -o out/pa-1003.html
	@echo "The audit report of this case is out/pa-1003.html; open it in a browser."

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# Types are checked beside the tests. Three workers on two cores: some wait for a server or a browser.
test: $(READY) lint
	@mkdir -p out
	@$(BIN)/mypy >out/types.txt 2>&1 & types=$$!; \
	$(BIN)/pytest -m "not slow" -n 3 --dist worksteal; failed=$$?; \
	wait $$types || failed=1; cat out/types.txt; exit $$failed

test-all: $(VENV)/.engines lint types
	$(BIN)/pytest -n 2 --dist worksteal

# Needs uv; the tests with the lowest versions that pyproject.toml allows, of the extras for users too.
LOWEST := $(VENV)-lowest
test-lowest:
	uv venv --quiet --clear --python 3.11 $(LOWEST)
	uv pip compile pyproject.toml --extra serve --extra letters --extra frames --extra notebook --extra bench --resolution lowest-direct --python-version 3.11 --no-header --quiet --output-file $(LOWEST)/lowest.txt
	uv pip install --quiet --python $(LOWEST)/bin/python --requirement $(LOWEST)/lowest.txt
	uv pip compile pyproject.toml --extra dev --extra bench --python-version 3.11 --quiet --constraint $(LOWEST)/lowest.txt --output-file $(LOWEST)/dev.txt
	uv pip install --quiet --python $(LOWEST)/bin/python --requirement $(LOWEST)/dev.txt
	uv pip install --quiet --python $(LOWEST)/bin/python --no-deps --editable .
	$(LOWEST)/bin/python -m pytest -m "not slow" tests/facts tests/logic tests/clausewise tests/viz

# Spark and the engines of the benchmarks; only the long tests use them. Spark needs Java, and is skipped
# without it.
$(VENV)/.engines: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[spark,bench]'
	@touch $@

bench: $(READY)
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.cohort
	$(BIN)/python -m benchmarks.json_lines
	$(BIN)/python -m benchmarks.asking
	$(BIN)/python -m benchmarks.fhir

mutants: $(READY)
	$(BIN)/python -m tests.support.count_mutants

# What the random cases reach on which SQL and pyDatalog are compared.
coverage: $(READY)
	$(BIN)/python -m tests.support.coverage

# Opens the notebooks in JupyterLab, which is installed for that the first time.
notebook: $(VENV)/.jupyter
	$(BIN)/jupyter lab notebooks

$(VENV)/.jupyter: $(READY) requirements-notebook.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements-notebook.lock
	@touch $@

# Makes the notebooks anew from their sources, with outputs.
notebooks: $(READY)
	$(BIN)/python -m tests.support.notebooks

# The documentation as a site in site/, made from docs/ and the sources.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "The documentation is site/index.html."

$(VENV)/.docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

# Needs uv; writes the exact versions that demo and test install, with the hashes of their files.
lock:
	uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --extra notebook --generate-hashes --universal --python-version 3.11 --no-header --quiet --constraint requirements.lock --output-file requirements-notebook.lock

# Needs uv; what clausewise runs on with its extras for users, installed as locked into a folder of its
# own, since licences and who needs whom stand in installed packages only: out/sbom.cdx.json, CycloneDX.
RUNTIME := $(VENV)-runtime
sbom:
	@mkdir -p out
	uv venv --quiet --clear --python 3.11 $(RUNTIME)
	uv pip compile pyproject.toml --extra serve --extra letters --extra frames --constraint requirements.lock --generate-hashes --python-version 3.11 --no-header --quiet --output-file out/runtime.lock
	uv pip install --quiet --python $(RUNTIME)/bin/python --require-hashes --requirement out/runtime.lock
	uv pip install --quiet --python $(RUNTIME)/bin/python --no-deps --editable .
	uvx --from cyclonedx-bom==7.5.0 cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file out/sbom.cdx.json $(RUNTIME)

clean:
	rm -rf $(VENV) $(LOWEST) $(RUNTIME) out site build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
