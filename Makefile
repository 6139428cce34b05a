# `make` alone lists what there is. Everything happens in this folder: .venv, and var for data.
.DEFAULT_GOAL := help
.PHONY: help run test check drill bench quality clean-data lock environment environment-run
BIN := .venv/bin
BENCHMARKS := $(patsubst benchmarks/%.py,bench-%,$(filter-out benchmarks/__%,$(wildcard benchmarks/*.py)))
.PHONY: $(BENCHMARKS)
# every program started would compile the whole site anew
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "Crowdfund Kent. Usage: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: environment-run ## start the whole site on this machine with demo data (PORT=8000 chooses the port)
	@exec $(BIN)/crowdfund-kent run $(if $(findstring command,$(origin PORT)),--port $(PORT))

test: environment ## run the tests (TESTS=tests/local runs a part)
	@exec $(BIN)/pytest -q --durations=10 $(or $(TESTS),-n 2 --dist loadfile --no-loadscope-reorder)

check: environment ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

drill: environment ## run all drills: workers killed, providers failing
	@exec $(BIN)/pytest -q -m drill --all-drills -n 4 --dist load --maxschedchunk 1 --durations=10

bench: environment $(BENCHMARKS) ## run all benchmarks (bench-NAME runs one)

$(BENCHMARKS): bench-%: environment
	@exec $(BIN)/python -P -m benchmarks.$*

quality: environment ## run the slow checks that make test leaves out (PARTS=lighthouse runs one)
	@exec scripts/quality $(PARTS)

clean-data: ## throw away this clone's local data
	@exec scripts/clean-data

lock: ## choose the newest versions of all dependencies and lock them
	@exec scripts/lock --upgrade

environment:
	@exec scripts/environment dev

environment-run:
	@exec scripts/environment run
