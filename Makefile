# make demo and make test are the two commands of the README; both set up .venv by themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test test-all lint types bench mutants coverage notebook notebooks lock clean

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

test: $(READY) lint types
	$(BIN)/pytest -m "not slow" -n 2 --dist worksteal

test-all: $(VENV)/.spark lint types
	$(BIN)/pytest -n 2 --dist worksteal

# Spark is large and needs Java; only the long tests use it, and skip that part without Java.
$(VENV)/.spark: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[spark]'
	@touch $@

bench: $(READY)
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.cohort
	$(BIN)/python -m benchmarks.asking
	$(BIN)/python -m benchmarks.ndjson
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

# Needs uv; writes the exact versions that demo and test install.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --no-header --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --extra notebook --universal --python-version 3.11 --no-header --quiet --constraint requirements.lock --output-file requirements-notebook.lock

clean:
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
