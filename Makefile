# Two commands: `make run` and `make test`; `make unit` is the quick part of the second. They install what is missing on a
# Debian 12 with the Swift toolchain.

PREFIX ?= /usr/local
FILTER ?= .*
PACKAGES := libgsl-dev libhdf5-dev libdeflate-dev libzip-dev libssl-dev libarpack2-dev libsuitesparse-dev libsqlite3-dev libyaml-dev pkg-config python3 python3-venv
TEST_PACKAGES := slurm-wlm munge
ANTIBUNCH := .build/release/antibunch
SWIFT_BUILD := swift build -c release --explicit-target-dependency-import-check error
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: run test unit build wheel install benchmark fuzz sanitize dependencies test-dependencies lint format clean

run: build
	$(ANTIBUNCH) run Scenarios/fibre-hbt.yaml

test: build test-dependencies wheel
	$(SWIFT_BUILD) --build-tests
	ANTIBUNCH_THOROUGH=1 swift test -c release --skip-build
	.venv/bin/python -m pytest -q Tests/interoperability Tests/commands

# The Swift suites without the tests that need fine grids.
unit: dependencies
	$(SWIFT_BUILD) --build-tests
	swift test -c release --skip-build

# The check makes the compiler refuse imports that Package.swift does not allow.
build: dependencies
	$(SWIFT_BUILD)

# The Python package, to .build/wheel; it builds the library in .build/python.
wheel: dependencies .venv/installed
	rm -rf .build/wheel notebooks-export/build
	.venv/bin/pip wheel -q --disable-pip-version-check --no-build-isolation --no-deps -w .build/wheel ./notebooks-export

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -s -m 755 $(ANTIBUNCH) $(DESTDIR)$(PREFIX)/bin/antibunch
	install -d $(DESTDIR)$(PREFIX)/share/antibunch
	cp -r Scenarios $(DESTDIR)$(PREFIX)/share/antibunch/

# A package of its own; filter with `make benchmark FILTER='generation W1.*'`.
benchmark: dependencies
	swift package --package-path Benchmarks benchmark --no-progress --filter "$(FILTER)"

# Feeds the readers with broken files, SECONDS in all (`Sources/TimeTags/README.md`).
fuzz: build .venv/installed
	Tests/fuzz/build.sh
	.venv/bin/python Tests/fuzz/make_corpus.py .build/fuzz/corpus
	Tests/fuzz/run.sh $(or $(SECONDS),60)

# Runs what works on several threads under the thread sanitizer and under the address sanitizer, each in a build of its own.
sanitize: dependencies
	Tests/sanitize/run.sh thread
	Tests/sanitize/run.sh address

# The system's libraries, installed only if one is missing.
dependencies:
	$(call installed,$(PACKAGES))

# The job scheduler of clusters, which the tests of --slurm start in a folder of their own.
test-dependencies:
	$(call installed,$(TEST_PACKAGES))

define installed
@dpkg -s $(1) > /dev/null 2>&1 || \
  { $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq $(1); }
endef

# Other people's programs that the interoperability tests hold ours against.
.venv/installed: Tests/interoperability/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check -r $<
	touch $@

lint:
	swift format lint --recursive --strict Sources Tests Benchmarks Package.swift

format:
	swift format --recursive --in-place Sources Tests Benchmarks Package.swift

clean:
	rm -rf .build .build-thread .build-address .venv runs Benchmarks/.build
