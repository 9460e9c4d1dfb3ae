# The README's commands. Every target does its own set-up; a second run finds it done.

PYTHON ?= python3
VENV := .venv
TRAIN_VENV := .venv-train
PEERS_VENV := .venv-peers
PIP_FLAGS := --quiet --disable-pip-version-check
PACKAGE := pyproject.toml detector/__init__.py
# Test processes, each with a broker of its own: the suite waits for brokers and workers more than it computes.
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo demo-faust test lint format train test-train bench-peers lock schemas manifests image-size clean

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(VENV)/.serve ## See the product work: events in, verdicts out, on an embedded broker
	$(VENV)/bin/detector demo

demo-faust: $(VENV)/.faust ## The same with Faust as the engine, on a real Kafka, and repeat offenders told
	$(VENV)/bin/detector demo --engine faust --broker local

test: $(VENV)/.dev ## Run the tests, on a real broker where Docker or a JDK with Maven is at hand
	$(VENV)/bin/python -m pytest --numprocesses $(JOBS) --dist loadfile

lint: $(VENV)/.dev ## Check style and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: $(VENV)/.dev ## Put the code into shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

train: $(TRAIN_VENV)/.train ## Train the shipped model anew (an hour of CPU); CORPUS="a.jsonl.gz b.jsonl" adds texts
	$(TRAIN_VENV)/bin/detector train $(foreach file,$(CORPUS),--corpus $(file))

test-train: $(TRAIN_VENV)/.train ## Run the tests that need PyTorch
	$(TRAIN_VENV)/bin/python -m pytest tests/training tests/unit/evaluation

bench-peers: $(VENV)/.dev $(PEERS_VENV)/.peers $(TRAIN_VENV)/.train ## Race what a user would pick instead (ten minutes; PyTorch takes 4.7 GB)
	$(VENV)/bin/detector bench peers

schemas: $(VENV)/.serve ## Generate schemas/, the README's tables and the dashboard from the code
	$(VENV)/bin/detector schemas
	$(VENV)/bin/python -m detector.contracts.readme README.md
	$(VENV)/bin/python -m detector.monitoring.dashboard.grafana deploy/grafana/dashboards/detector.json

manifests: $(VENV)/.dev ## Write Prometheus' rules into the Kubernetes manifests
	$(VENV)/bin/python deploy/kubernetes/components/monitoring/rules.py

image-size: $(VENV)/.dev ## Build what the image holds, in a folder, and weigh it; LOCK=http or faust for the others
	$(VENV)/bin/python -m tests.deploy.image_size $(or $(LOCK),serve)

lock: $(VENV)/.dev ## Resolve the dependencies anew
	CUSTOM_COMPILE_COMMAND="make lock" sh deploy/locks/compile.sh $(VENV)/bin/pip-compile

clean: ## Remove what the targets made
	rm -rf $(VENV) $(TRAIN_VENV) $(PEERS_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

$(VENV)/.serve: deploy/locks/serve.txt $(PACKAGE)
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else 0'
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/serve.txt
	$(VENV)/bin/pip install $(PIP_FLAGS) --no-deps -e .
	touch $@

$(VENV)/.faust: deploy/locks/faust.txt $(VENV)/.serve
	$(VENV)/bin/pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/faust.txt
	touch $@

$(VENV)/.dev: deploy/locks/dev.txt $(VENV)/.serve
	$(VENV)/bin/pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/dev.txt
	touch $@

$(TRAIN_VENV)/.train: deploy/locks/train.txt $(PACKAGE)
	test -x $(TRAIN_VENV)/bin/python || $(PYTHON) -m venv $(TRAIN_VENV)
	$(TRAIN_VENV)/bin/pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/train.txt
	$(TRAIN_VENV)/bin/pip install $(PIP_FLAGS) --no-deps -e .
	touch $@

$(PEERS_VENV)/.peers: deploy/locks/peers.txt $(PACKAGE)
	test -x $(PEERS_VENV)/bin/python || $(PYTHON) -m venv $(PEERS_VENV)
	$(PEERS_VENV)/bin/pip install $(PIP_FLAGS) --require-hashes -r deploy/locks/peers.txt
	$(PEERS_VENV)/bin/pip install $(PIP_FLAGS) --no-deps -e .
	touch $@
