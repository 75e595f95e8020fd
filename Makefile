# Everything a person or CI runs. `make run` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODELS_VENV := .venv-models

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint format types imports bench bench-retrieval test-models attack evaluate vectors clean

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv and install everything into it

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[dev]' | grep -vE '^(Requirement already|Collecting|  )' || true
	@$(BIN)/chuangdai --help > /dev/null
	@touch $(STAMP)

run: setup ## set up, then serve on http://127.0.0.1:8000
	@OMP_NUM_THREADS=1 $(BIN)/chuangdai serve

test: setup ## set up, then run all tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

check: setup format-check lint types imports test ## everything CI runs

.PHONY: format-check
format-check:
	@$(BIN)/ruff format --check .

format: setup ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: setup
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/mypy

imports: setup
	@$(BIN)/lint-imports

bench: setup ## print the benchmark table
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m benchmark -s tests/benchmarks

bench-retrieval: $(VENV)/.bench ## compare retrieval with LangChain, LlamaIndex, Haystack; TASKS=folder for public tasks
	@OMP_NUM_THREADS=1 $(if $(TASKS),CHUANGDAI_RETRIEVAL_TASKS=$(TASKS)) $(BIN)/python -m pytest -m benchmark -s \
		tests/benchmarks/test_retrieval.py tests/benchmarks/test_growth.py

$(VENV)/.bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	@touch $@

# An environment of its own: torch is bigger than everything else together. It comes first and
# alone: beside other packages the resolver may draw in another build of it.
test-models: $(MODELS_VENV)/.installed ## test export, other embedders, reranking and fine-tuning
	@HF_HUB_OFFLINE=1 OMP_NUM_THREADS=1 $(MODELS_VENV)/bin/python -m pytest -m models tests/models

$(MODELS_VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(MODELS_VENV)
	$(MODELS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(MODELS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(MODELS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,models]'
	@touch $@

attack: setup ## attack running servers through their public doors and print what held; takes half an hour
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m 'attack or not attack' -s tests/attack

evaluate: setup ## ask the questions of SET=file.yaml and print what fails
	@OMP_NUM_THREADS=1 $(BIN)/chuangdai evaluate $(SET)

vectors: setup ## make the shipped vectors anew after a change of corpus or examples
	@OMP_NUM_THREADS=1 $(BIN)/chuangdai index ship

clean: ## remove what was made
	rm -rf $(VENV) $(MODELS_VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
