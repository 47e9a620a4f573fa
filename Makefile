# make run    sets everything up and runs EmoCam (or, without cameras, shows what it would do)
# make test   sets everything up and runs the checks and tests
# make e2e    the end-to-end test in a booted kernel (needs the system packages of .ci/run)
# make privacy  the table of what is promised, each row tried, with its figure
# make faults   the table of what may go wrong, each row tried, with its figure
# make soak     eight hours in fast motion and one real hour: nothing grows
# make fuzz     spoilt inputs for everything that reads bytes from outside
# make test-training  the tests of training/ in an environment of their own (PyTorch; 3 GB)
# make bench  the measurements behind the figures in docs/
# make dist   the artefacts that people install, and their sums, in dist/
# make test-dist  the artefacts tried: in a bare Debian, by Debian's own checks (root; apt installs tools)
# make messages  brings the catalogues of texts up to date with the code (docs/languages.md)
# make lock   renews the lock files
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# The system's own Python first: pystray finds the system's PyGObject only there.
FIT := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(FIT)' 2>/dev/null && { command -v "$$p"; break; }; done)
# A pip of any Python can fill the virtual environment; Debian keeps pip and venv apart.
PIP ?= $(shell for p in "$(PYTHON)" python3 python; do \
	"$$p" -m pip --version >/dev/null 2>&1 && { echo "$$p -m pip"; break; }; done)

VENV := .venv
PY := $(VENV)/bin/python
TRAIN := build/train-venv
SAMPLE := build/samples/WolfgangLanger_Pexels.mp4

.PHONY: run test test-training check e2e privacy faults soak fuzz bench dist test-dist messages lock samples setup clean
run: $(VENV)/run.stamp $(SAMPLE)
	@$(VENV)/bin/emocam run --fallback $(SAMPLE) --events emocam-events.jsonl $(ARGS)

test: $(VENV)/dev.stamp $(SAMPLE) check
	@$(PY) -m pytest $(ARGS)

check: $(VENV)/dev.stamp
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo >build/walls.txt || { cat build/walls.txt; false; }
	@tail -n 2 build/walls.txt

e2e: $(VENV)/dev.stamp $(SAMPLE)
	@$(PY) -m pytest --override-ini addopts="-ra --strict-markers --strict-config" --timeout 0 -v tests/e2e $(ARGS)

# One after the other, for their figures.
privacy faults: $(VENV)/dev.stamp $(SAMPLE)
	@EMOCAM_WHOLE=1 $(PY) -m pytest -n 0 -q --rows -m $(@:faults=fault) $(ARGS)

fuzz: $(VENV)/dev.stamp
	@EMOCAM_FUZZ=20000 $(PY) -m pytest -q --rows --timeout 0 -m fuzz $(ARGS)

# The arguments let one of them be chosen: make soak ARGS="-k fast_motion".
soak: $(VENV)/dev.stamp $(SAMPLE)
	@EMOCAM_SOAK=1 $(PY) -m pytest -n 0 -q --rows --timeout 0 tests/integration/test_soak.py $(ARGS)

# Of its own, because the converter needs older libraries than the program. What pytest plug-ins
# the converter's libraries bring (anyio's warns) are none of ours.
test-training: $(TRAIN)/stamp $(SAMPLE)
	@OMP_WAIT_POLICY=PASSIVE $(TRAIN)/bin/python -m pytest -p no:anyio tests/training $(ARGS)

$(TRAIN)/stamp: requirements/train.txt pyproject.toml | $(PY)
	@echo "Making the training's environment in $(TRAIN) (about 3 GB)"
	@mkdir -p build
	@$(PYTHON) -m venv --without-pip $(TRAIN)
	@$(PIP) --python $(TRAIN)/bin/python install --quiet --constraint requirements/train.txt \
		--editable '.[train]' babel hypothesis pytest pytest-timeout pytest-xdist
	@$(PIP) --python $(TRAIN)/bin/python install --quiet --no-deps torchvision==0.28.0
	@touch $@

bench: $(VENV)/dev.stamp $(SAMPLE)
	@$(PY) -m benchmarks $(ARGS)

# One of them: make dist ARGS=linux.
dist: $(VENV)/dev.stamp
	@PIP="$(PIP)" $(PY) -m installer.build $(ARGS)

test-dist: $(VENV)/dev.stamp $(SAMPLE)
	@$(PY) -m pytest --override-ini addopts="-ra --strict-markers --strict-config" --timeout 0 -q --rows tests/dist $(ARGS)

messages: $(VENV)/dev.stamp
	@$(PY) -m tools.messages

setup: $(VENV)/dev.stamp $(SAMPLE)
samples: $(SAMPLE)

$(PY):
	@[ -n "$(PYTHON)" ] || { echo "EmoCam needs Python 3.11 to 3.13 (Debian: apt install python3)"; exit 1; }
	@[ -n "$(PIP)" ] || { echo "EmoCam's set-up needs pip (Debian: apt install python3-pip)"; exit 1; }
	@echo "Making the virtual environment in $(VENV) with $(PYTHON)"
	@mkdir -p build
	@$(PYTHON) -m venv --without-pip $(VENV)

# Only what runs EmoCam, so that the first run is there soon.
$(VENV)/run.stamp: requirements/run.txt requirements/build.txt pyproject.toml | $(PY)
	@echo "Installing EmoCam and what it needs (about 450 MB the first time)"
	@mkdir -p build
	@$(PIP) --python $(PY) install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) --python $(PY) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need"
	@$(PIP) --python $(PY) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(SAMPLE): tools/fetch_samples.py | $(PY)
	@$(PY) tools/fetch_samples.py --pip "$(PIP)" build/samples
	@touch $@

# The lock is universal: one file for Linux, Windows and macOS, Python 3.11 to 3.13. Of training,
# which is no part of what people install, only the versions are locked: PyTorch comes from more
# than one index, each with files of its own.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade
lock:
	@mkdir -p requirements
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) --group build -o requirements/build.txt
	@$(LOCK) pyproject.toml --extra mediapipe --extra spark --group test --group lint --group dist -c requirements/run.txt -o requirements/dev.txt
	@uv pip compile --quiet --python-version 3.11 --no-emit-index-url --no-header --no-annotate --upgrade pyproject.toml --extra train --group test -o requirements/train.txt

clean:
	@rm -rf $(VENV) build
