# Every target sets up what it needs first. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
READY := .venv/.ready
QML := $(shell find kiosk/ui -name '*.qml' 2>/dev/null)
TS := $(wildcard resources/i18n/*.ts)
# ARGS= adds arguments to what run, test, bench, fuzz, screenshots and installer start.
ARGS ?=
# Tests and checks draw without a display, on the CPU.
HEADLESS := QT_QPA_PLATFORM=offscreen QT_QUICK_BACKEND=software
# One test process per core, at most four: `make test WORKERS=` runs everything in one.
WORKERS := --numprocesses=auto --maxprocesses=4 --dist=worksteal

.PHONY: help
help: ## Show this list
	@echo "Endorsement Kiosk"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: packages $(READY) ## Install missing Debian packages (names them first) and the environment in .venv

.PHONY: packages
packages:
	@tools/install-packages

$(READY): pyproject.toml constraints.txt tools/make-venv
	@tools/make-venv

.PHONY: run
run: setup ## Start the kiosk, all hardware simulated; without a display: serve one applicant automatically
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    $(BIN)/kiosk run --simulate $(ARGS); \
	else \
	    echo "No display: an automatic applicant makes one whole visit."; \
	    $(BIN)/kiosk visit --out out/visit $(ARGS) && \
	    echo "The card, the slip and the visit's journal are in out/visit:" && ls -1 out/visit; \
	fi

.PHONY: test
test: check ## Run every check and every test
	@$(HEADLESS) $(BIN)/pytest $(WORKERS) $(ARGS)

.PHONY: check
check: setup ## Run the checks that need no test: style, types, imports, QML, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@if [ -n "$(QML)" ]; then \
	    $(BIN)/python tools/forbidden_qml.py kiosk/ui && $(HEADLESS) $(BIN)/python tools/qmllint.py; \
	fi
	@if [ -n "$(TS)" ]; then $(BIN)/python tools/translations.py check; fi

.PHONY: format
format: setup ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: setup ## Measure speed and memory as ratios, against bare Qt and bare ReportLab
	@for file in benchmarks/[a-z]*.py; do \
	    echo "== $$file"; $(HEADLESS) $(BIN)/python "$$file" $(ARGS) || exit 1; \
	done

.PHONY: fuzz
fuzz: setup ## Feed mutated bytes to every parser of what comes from outside, 30 s each
	$(BIN)/python tools/fuzz/run.py $(ARGS)

.PHONY: translations
translations: setup ## Collect new texts into resources/i18n/*.ts and compile them to .qm
	$(BIN)/python tools/translations.py update

.PHONY: screenshots
screenshots: setup ## Draw every screen anew into docs/screens
	$(HEADLESS) $(BIN)/python tests/screens/gallery.py docs/screens $(ARGS)

.PHONY: installer
installer: setup ## Build the Debian package into dist/
	$(BIN)/python build_installer.py $(ARGS)

.PHONY: clean
clean: ## Remove everything that make can make again, but not the environment
	rm -rf build dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find kiosk tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
