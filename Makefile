# `make help` lists the targets. Only the Swift toolchain is presupposed; the
# Debian packages come by .ci/setup, which is quiet when nothing is missing.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
INTO ?=
SECONDS := 60

tool := .build/release/heapscope
incident := Fixtures/go1.27/orderlog.incident.pb.gz
demo := .build/demo
completions := .build/completions
manual := docs/man/heapscope.1
# What is released is built apart, without address randomization: where things lie in the
# compiler's memory changes the code that it makes.
dist_build := .build-dist
in_order := $(shell setarch -R true 2>/dev/null && echo setarch -R)
release := -c release --static-swift-stdlib --disable-local-rpath

# The tests find flamegraph.pl, go and pprof here, when .ci/setup has put them there.
export PATH := $(CURDIR)/.build-tools/bin:$(PATH)

# .ci/setup puts the static forms of the C libraries here.
export PKG_CONFIG_PATH := $(CURDIR)/.build-tools/static/pkgconfig:$(PKG_CONFIG_PATH)

.PHONY: help demo build test lint format golden bench growth bench-page pictures fuzz asan sanitize proto page fixtures \
  measure docs \
  completions check install uninstall dist dist-sources dist-check \
  clean distclean toolchain

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## Set up, build, and analyze the incident fixture
	@.ci/setup demo
	@mkdir -p $(demo)
	@show() { printf '\n$$ %s\n' "$$*"; "$$@"; }; \
	printf '\n$$ %s\n' "$(tool) folded --sample-index=alloc_space $(incident) | flamegraph.pl --colors=mem --countname=bytes > $(demo)/incident.svg"; \
	$(tool) folded --sample-index=alloc_space $(incident) \
	  | flamegraph.pl --colors=mem --countname=bytes --title='orderlog, allocated' > $(demo)/incident.svg; \
	echo "flame graph: $(demo)/incident.svg"; \
	show $(tool) top --sample-index=alloc_space --nodecount=10 $(incident); \
	show $(tool) hotspots $(incident)

build: toolchain ## Build .build/release/heapscope, with Swift linked statically
	@.ci/setup build
	$(SWIFT) build $(release)

test: toolchain ## Run all tests
	@.ci/setup test
	@.ci/setup go || echo "make test: without Go, the tests that compare with its pprof are skipped"
	$(SWIFT) build --build-tests
	@# Three processes: two suites change the working directory, and the peak memory
	@# of a child counts from that of its parent.
	$(SWIFT) test --skip-build --disable-xctest --skip 'EndToEndTests|DocumentationTests'
	$(SWIFT) test --skip-build --disable-xctest --filter DocumentationTests
	$(SWIFT) test --skip-build --disable-xctest --filter EndToEndTests

lint: toolchain ## Check the layout of the Swift code
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources $(wildcard Tests)

format: toolchain ## Lay out the Swift code
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources $(wildcard Tests)

golden: toolchain ## Rewrite golden files, and examples in docs (FILTER=)
	@.ci/setup test
	$(SWIFT) build --build-tests
	HEAPSCOPE_UPDATE_GOLDEN=1 $(SWIFT) test --skip-build --disable-xctest $(if $(FILTER),--filter '$(FILTER)') || true
	@git --no-pager diff --stat -- Fixtures README.md docs
	@git status --short -- Fixtures README.md docs

bench: toolchain ## Time heapscope against zlib alone (docs/performance.md)
	@.ci/setup build
	$(SWIFT) build $(release)
	.build/release/heapscope-bench

growth: toolchain ## Measure how commands grow with their input (30 minutes)
	@.ci/setup build
	$(SWIFT) build $(release)
	Tests/growth/measure --table $(tool)

bench-page: toolchain ## Time the HTML page with 100,000 boxes in Chromium
	@.ci/setup test
	$(SWIFT) build --build-tests
	HEAPSCOPE_BENCH_PAGE=1 $(SWIFT) test --skip-build --disable-xctest --filter PageBenchmark

pictures: toolchain ## Take the pictures that the documents show anew, in headless Chromium
	@.ci/setup test
	$(SWIFT) build --build-tests
	HEAPSCOPE_PICTURES=1 $(SWIFT) test --skip-build --disable-xctest --filter DocumentPictures

fuzz: toolchain ## Look for input that breaks heapscope, for SECONDS=60
	@.ci/setup build
	@# The Swift compiler obeys only the last -sanitize=, which would leave out the fuzzer.
	HEAPSCOPE_FUZZ=1 $(SWIFT) build -c release --sanitize fuzzer --sanitize address \
	  -Xswiftc -sanitize=address,fuzzer --scratch-path .build-fuzz --product heapscope-fuzz
	Fixtures/fuzz/run $(SECONDS)

asan: toolchain ## Replay fixtures and attacks through an ASan release build
	@.ci/setup build
	$(SWIFT) build -c release --sanitize address --scratch-path .build-asan --product heapscope
	Tests/replay .build-asan/release/heapscope --sanitized $(REPLAY)

sanitize: toolchain ## Run all tests with the address, then the thread sanitizer
	@.ci/setup test
	@# Memory that Swift's globals hold counts as lost.
	ASAN_OPTIONS=detect_leaks=0 HEAPSCOPE_SANITIZED=1 \
	  $(SWIFT) test --disable-xctest --sanitize address --scratch-path .build-sanitize
	$(SWIFT) test --disable-xctest --sanitize thread --scratch-path .build-sanitize-thread \
	  --skip 'EndToEndTests|DocumentationTests'

proto: ## Regenerate the C code of profile.proto
	@.ci/setup proto
	cd Sources/CPprofProto && protoc-c --c_out=. profile.proto && mv profile.pb-c.h include/

page: ## Write the hashes of the page's script and style
	@cd Sources/Pictures; \
	hash() { cat "$$@" | sha256sum | python3 -c 'import base64, sys; print(base64.b64encode(bytes.fromhex(sys.stdin.read().split()[0])).decode())'; }; \
	script=$$(cd Resources && hash expression.js page-{data,view,draw,map,export,panels,main}.js); \
	style=$$(cd Resources && hash page.css); \
	sed -i -e "s|script = \"sha256-.*\"|script = \"sha256-$$script\"|" \
	  -e "s|style = \"sha256-.*\"|style = \"sha256-$$style\"|" Page/PageHashes.swift

fixtures: ## Regenerate the profiles of Fixtures/, or into INTO=
	@.ci/setup fixtures || echo "make fixtures: only what Go toolchains on PATH can make is made anew"
	Fixtures/remake $(if $(INTO),--into '$(INTO)')
	$(if $(INTO),,Fixtures/statistics/record)

measure: ## Measure what each rule and its remedy cost, in two Gos
	@.ci/setup fixtures
	Fixtures/benchmarks/measure .build-tools/bin/go1.22 .build-tools/bin/go

docs: toolchain ## Write man pages and pages of rules from the program
	@.ci/setup build
	$(SWIFT) build
	@mkdir -p docs/rules && rm -f docs/rules/*.md
	.build/debug/heapscope explain --list --format markdown > docs/rules/README.md
	for rule in $$(.build/debug/heapscope explain --list | awk '{ print $$2 }'); do \
	  .build/debug/heapscope explain "$$rule" --format markdown > "docs/rules/$$rule.md"; \
	done
	docs/man/generate .build/debug/heapscope "$$(git log -1 --format=%cs -- Sources/HeapscopeCommands)"

completions: ## Make the completions of bash, zsh and fish
	@if [ ! -x $(tool) ] || ldd $(tool) | grep libswiftCore > /dev/null; then $(MAKE) build; fi
	@mkdir -p $(completions)
	@$(tool) --generate-completion-script bash > $(completions)/heapscope
	@$(tool) --generate-completion-script zsh > $(completions)/_heapscope
	@$(tool) --generate-completion-script fish > $(completions)/heapscope.fish

check: lint test sanitize build ## All that a change has to pass
	@.ci/setup proto
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	protoc-c --proto_path=Sources/CPprofProto --c_out="$$fresh" profile.proto; \
	diff -q "$$fresh/profile.pb-c.c" Sources/CPprofProto/profile.pb-c.c; \
	diff -q "$$fresh/profile.pb-c.h" Sources/CPprofProto/include/profile.pb-c.h
	@echo "generated code: unchanged"
	@$(MAKE) docs
	@git diff -I'^\.Dd ' --exit-code -- docs/man docs/rules
	@echo "manual pages and pages of rules: unchanged"
	@Tests/check-binary $(tool)
	@Tests/check-optimizer $(tool)
	@Fixtures/check-labels

# What is installed: mode, file, place below PREFIX.
installed = 755:$(tool):bin/heapscope \
  644:$(completions)/heapscope:share/bash-completion/completions/heapscope \
  644:$(completions)/_heapscope:share/zsh/site-functions/_heapscope \
  644:$(completions)/heapscope.fish:share/fish/vendor_completions.d/heapscope.fish \
  $(foreach page,$(wildcard docs/man/*.1),644:$(page):share/man/man1/$(notdir $(page)))

# Each step is shown, unless make is --silent.
shown = $(if $(findstring s,$(firstword -$(MAKEFLAGS))),,set -x;)

install: completions ## Install binary, completions, man pages (PREFIX=, DESTDIR=)
	@for entry in $(installed); do \
	  IFS=: read -r mode file place <<<"$$entry"; \
	  ($(shown) install -D -m "$$mode" "$$file" "$(DESTDIR)$(PREFIX)/$$place"); \
	done
	@strip "$(DESTDIR)$(PREFIX)/bin/heapscope"

uninstall: ## Remove what install installed
	@for entry in $(installed); do ($(shown) rm -f "$(DESTDIR)$(PREFIX)/$${entry##*:}"); done

dist: toolchain ## Make the tarball and the .deb of a release, in .build/dist
	@.ci/setup dist
	@test -n '$(in_order)' || echo "make dist: addresses cannot be fixed here, so that other builds may differ" >&2
	$(in_order) $(SWIFT) build $(release) --scratch-path $(dist_build) --product heapscope \
	  -Xlinker --print-archive-stats=$(CURDIR)/$(dist_build)/archives.tsv
	@rm -rf .build/dist
	@packaging/dist $(dist_build)

dist-sources: ## Pack the sources that a release must come with (LGPL)
	@.ci/setup dist
	@packaging/dist --sources

dist-check: ## Try the files of make dist in a bare Debian 12 (as root)
	@.ci/setup dist-check
	@test -d .build/dist || $(MAKE) dist
	@packaging/check

clean: ## Remove what was built
	rm -rf .build $(dist_build) .build-fuzz .build-asan .build-sanitize .build-sanitize-thread

distclean: clean ## Remove the tools of .ci/setup too
	rm -rf .build-tools

toolchain:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "heapscope is built with the Swift toolchain, 6.2 or later, and there is none on PATH: get it from https://www.swift.org/install/linux/" >&2; \
	  exit 1; }
