# textmill: build, test, install, and whatever is missing on a fresh Debian machine.
#
#   make run        install what is missing, build, process the shipped articles
#   make test       install what is missing, build, pass all tests
#   make            build only (V=1 shows the commands)
#   make deps       install what the build needs, no more
#   make install    PREFIX=/usr/local DESTDIR=
#   make deb        a Debian package of it, looked at by lintian
#   make bench      speed, as ratios to `LC_ALL=C wc -w` and between numbers of workers
#   make bench-cleaners   speed of each cleaner alone, as ratios to `LC_ALL=C wc -w`
#   make bench-memory   peak memory on a short and on a long stream
#   make bench-languages   a stage in Lua and as a program, to the same stage in C
#   make fuzz       feed plug-ins with made-up texts, FUZZ_SECONDS=10 for each
#   make lexicon, make model   DATA=FOLDER: learn anew from rated texts what the sentiment scorer knows
#   make rules      DATA=FOLDER: measure anew on labelled articles how sure the quote extractor is
#   make check-asan, check-valgrind, check-linear, lint, clean

VERSION  = 1.0.0
BUILD    = build
PREFIX   = /usr/local
DESTDIR  =
CC       = gcc
CXX      = g++
OPTIMIZE = -O3 -g
WERROR   =
SANITIZE =

PROGRAM  = $(BUILD)/textmill
OBJECTS  = $(BUILD)/objects

# V=1 shows whole commands; else a word and the file.
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

# Makes an object of the file beside it.
embed = cd $(@D) && ld -r -b binary -z noexecstack -o $(@F) $(basename $(@F)) && \
  objcopy --rename-section .data=.rodata,alloc,load,readonly,data,contents \
          --set-section-alignment .data=64 $(@F)

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all run test install bench bench-cleaners bench-languages bench-memory check-asan check-valgrind \
        check-linear fuzz run-fuzzers lint clean \
        lexicon model rules deb deps deps-test deps-deb deps-lint build-tests

# ---- Flags -------------------------------------------------------------------------------------

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(WERROR),-Werror)
HARDEN   = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMMON   = -Iinclude $(OPTIMIZE) $(WARNINGS) $(HARDEN) -fPIC -fvisibility=hidden -MMD -MP $(CPPFLAGS)
C_FLAGS   = -std=c11 $(COMMON) $(CFLAGS)
CXX_FLAGS = -std=c++17 -fno-exceptions -fno-rtti $(COMMON) $(CXXFLAGS)
CORE_FLAGS = -D_GNU_SOURCE -DTEXTMILL_VERSION='"$(VERSION)"' -Icore

CORE_LIBRARIES = inih libseccomp libxxhash libzstd zlib
CORE_LIBS := $(shell pkg-config --libs $(CORE_LIBRARIES) 2>/dev/null)

# `run` and `test` install first and then call make again: only these goals find things missing.
ifneq ($(filter all install bench bench-cleaners bench-languages bench-memory build-tests,$(or $(MAKECMDGOALS),all)),)
  ifeq ($(and $(CORE_LIBS),$(shell command -v $(CC))),)
    $(error $(CC), pkg-config or a library of $(CORE_LIBRARIES) is missing; `make deps` installs them)
  endif
endif

# Inside `run` and `test`: as many jobs as there are processors, unless make was told a number.
jobs = --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# ---- What there is to build --------------------------------------------------------------------

CORE_SOURCES := $(wildcard core/*.c core/commands/*.c core/conformance/*.c)
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(OBJECTS)/%.o) $(OBJECTS)/core/template.tar.o
LIBRARY       = $(BUILD)/core.a

# A plug-in is a folder under plugins/. Its sources are compiled, its *.txt are built in as data.
# A file `library` in it names what it needs: a pkg-config module, or -lNAME for a library that has
# none, and the Debian package. Where that is missing the plug-in is skipped with one line. A file
# `optional_library` names besides a macro: where the library is there the macro is defined, and the
# plug-in loads the library when it needs it; else the plug-in is built without it. A file `shared`
# names sources of other plug-ins that it is built with, too.
PLUGIN_FOLDERS := $(notdir $(patsubst %/,%,$(wildcard plugins/*/)))
plugin_library  = $(word 1,$(shell cat plugins/$(1)/library 2>/dev/null))
plugin_optional = $(word $(2),$(shell cat plugins/$(1)/optional_library 2>/dev/null))
plugin_shared   = $(shell cat plugins/$(1)/shared 2>/dev/null)
plugin_packages = $(strip $(word 2,$(shell cat plugins/$(1)/library 2>/dev/null)) $(call plugin_optional,$(1),2))
library_flags   = $(if $(filter -l%,$(1)),$(1),$(if $(1),$(shell pkg-config --libs $(1))))
library_found   = $(if $(filter -l%,$(1)),echo 'int main(void) { return 0; }' | $(CC) -x c - $(1) -o /dev/null,pkg-config --exists $(1))
library_missing = $(if $(1),$(shell { $(call library_found,$(1)); } 2>/dev/null || echo missing))
SKIPPED_PLUGINS := $(foreach p,$(PLUGIN_FOLDERS),$(if $(call library_missing,$(call plugin_library,$(p))),$(p)))
BUILT_PLUGINS   := $(filter-out $(SKIPPED_PLUGINS),$(PLUGIN_FOLDERS))
PLUGINS         := $(BUILT_PLUGINS:%=$(BUILD)/plugins/%.so)
LESSER_PLUGINS  := $(foreach p,$(BUILT_PLUGINS),$(if $(call library_missing,$(call plugin_optional,$(p),1)),$(p)))
optional_macro   = $(if $(filter $(1),$(LESSER_PLUGINS)),,$(addprefix -D,$(call plugin_optional,$(1),3)))

all: $(PROGRAM) $(PLUGINS)
	@$(foreach p,$(SKIPPED_PLUGINS),echo "skipped plug-in $(p): library $(call plugin_library,$(p)) is missing; apt-get install $(call plugin_packages,$(p))";)
	@$(foreach p,$(LESSER_PLUGINS),echo "plug-in $(p) is built without library $(call plugin_optional,$(p),1); apt-get install $(call plugin_optional,$(p),2)";)

# ---- The runner --------------------------------------------------------------------------------

# All symbols are bound at the start: else each worker would look its own up after the fork.
$(PROGRAM): $(OBJECTS)/core/commands/main.o $(LIBRARY)
	$(call say,link,$@)$(CC) $(HARDEN) -Wl,-z,relro,-z,now $(LDFLAGS) -o $@ $^ $(CORE_LIBS) -ldl -lm

$(LIBRARY): $(filter-out %/main.o,$(CORE_OBJECTS))
	$(call say,ar,$@)rm -f $@ && ar rcs $@ $^

$(OBJECTS)/core/%.o: core/%.c Makefile
	@mkdir -p $(@D)
	$(call say,cc,$<)$(CC) $(C_FLAGS) $(CORE_FLAGS) -c -o $@ $<

# What `textmill new-plugin` writes: the files of examples/template, as data.
TEMPLATE = $(sort $(shell cd examples/template && find . -type f -printf '%P '))

$(OBJECTS)/core/template.tar.o: $(TEMPLATE:%=examples/template/%) Makefile
	@mkdir -p $(@D)
	$(call say,data,examples/template)tar --format=ustar --mtime=@0 --owner=0 --group=0 --numeric-owner -cf $(@:.o=) -C examples/template $(TEMPLATE)
	@$(embed)

# ---- The plug-ins ------------------------------------------------------------------------------

# A program tables/NAME.c in a plug-in's folder is run while building: what it writes is built in as
# data, so that it need not be worked out whenever the plug-in is opened. The program may use the rest
# of the plug-in.
plugin_parts   = $(patsubst %,$(OBJECTS)/%.o,$(wildcard plugins/$(1)/*.c plugins/$(1)/*.cpp plugins/$(1)/*.txt) $(addprefix plugins/,$(call plugin_shared,$(1))))
plugin_tables  = $(patsubst %.c,$(OBJECTS)/%.table.o,$(wildcard plugins/$(1)/tables/*.c))
plugin_objects = $(call plugin_parts,$(1)) $(call plugin_tables,$(1))

# Only the descriptor leaves a plug-in. 0755: the registry refuses files that others may write.
define plugin_rules
$(BUILD)/plugins/$(1).so: $$(call plugin_objects,$(1)) plugins/plugin.map
	@mkdir -p $$(@D) && chmod 755 $$(@D)
	$$(call say,link,$$@)$$(if $$(wildcard plugins/$(1)/*.cpp),$$(CXX),$$(CC)) -shared $$(HARDEN) $$(LDFLAGS) \
	  -Wl,--version-script=plugins/plugin.map -Wl,--gc-sections -o $$@ $$(filter %.o,$$^) \
	  $$(call library_flags,$(2)) -lm
	@chmod 755 $$@
$(OBJECTS)/plugins/$(1)/%.c.o: C_FLAGS += $(3)
$(OBJECTS)/plugins/$(1)/parts.a: $$(call plugin_parts,$(1))
	$$(call say,ar,$$@)rm -f $$@ && ar rcs $$@ $$^
$(call plugin_tables,$(1)): %.table.o: %.c.o $(OBJECTS)/plugins/$(1)/parts.a
	$$(call say,table,$$@)$$(CC) $$(HARDEN) $$(LDFLAGS) -o $$(@:.table.o=) $$^ -lm && \
	  $$(@:.table.o=) > $$(@:.o=)
	@$$(embed)
endef
$(foreach p,$(BUILT_PLUGINS),$(eval $(call plugin_rules,$(p),$(call plugin_library,$(p)),$(call optional_macro,$(p)))))

$(OBJECTS)/plugins/%.c.o: plugins/%.c Makefile
	@mkdir -p $(@D)
	$(call say,cc,$<)$(CC) $(C_FLAGS) -c -o $@ $<

$(OBJECTS)/plugins/%.cpp.o: plugins/%.cpp Makefile
	@mkdir -p $(@D)
	$(call say,c++,$<)$(CXX) $(CXX_FLAGS) -c -o $@ $<

# Data: the file and MILL_PADDING zero bytes, as an object; words.h reads it (MILL_EMBEDDED).
$(OBJECTS)/plugins/%.txt.o: plugins/%.txt Makefile
	@mkdir -p $(@D)
	$(call say,data,$<){ cat $< && head -c 64 /dev/zero; } > $(@:.o=)
	@$(embed)

# ---- Tests -------------------------------------------------------------------------------------

TEST_SUPPORT := $(wildcard tests/*.c)
TEST_SOURCES := $(wildcard tests/core/*.c tests/plugins/*.c tests/program/*.c)
# These go first, so that none of them is the last one at work on its own.
LONG_TESTS    = test_plugin resume isolation new_plugin shares workers
TESTS        := $(LONG_TESTS:%=$(BUILD)/tests/program/test_%) \
                $(filter-out $(LONG_TESTS:%=$(BUILD)/tests/program/test_%),$(TEST_SOURCES:%.c=$(BUILD)/%))
CHECK_LIBS   := $(shell pkg-config --libs check 2>/dev/null)
REFERENCE     = $(BUILD)/tests/plugins/test_html_reference

build-tests: all $(TESTS)

$(TESTS): $(BUILD)/tests/%: $(OBJECTS)/tests/%.o $(TEST_SUPPORT:%.c=$(OBJECTS)/%.o) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,link,$@)$(CC) $(HARDEN) $(LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(CORE_LIBS) -ldl -lm

# The HTML cleaner is held to another parser.
$(REFERENCE): CHECK_LIBS += $(shell pkg-config --libs libxml-2.0 2>/dev/null)
$(REFERENCE:$(BUILD)/%=$(OBJECTS)/%.o): C_FLAGS += $(shell pkg-config --cflags libxml-2.0 2>/dev/null)

$(OBJECTS)/tests/%.o: tests/%.c Makefile
	@mkdir -p $(@D)
	$(call say,cc,$<)$(CC) $(filter-out -Wpedantic,$(C_FLAGS)) $(CORE_FLAGS) -Itests -DBUILD='"$(BUILD)"' -c -o $@ $<

# The tests find promtool there if it is not installed.
TOOLS := $(abspath $(BUILD))/tools
export PATH := $(PATH):$(TOOLS)

test: deps-test
	@$(MAKE) $(jobs) build-tests
	@tests/run.sh $(BUILD) $(TESTS)

# Whole-program tests that are about something else than processes pass in one process too.
ABOUT_PROCESSES = isolation workers resume watch no_sandbox test_plugin
ONE_PROCESS_TESTS = $(filter-out $(ABOUT_PROCESSES:%=$(BUILD)/tests/program/test_%), \
                      $(filter $(BUILD)/tests/program/%,$(TESTS)))

check-asan: deps-test
	@$(MAKE) $(jobs) BUILD=$(BUILD)/asan SANITIZE=address,undefined OPTIMIZE='-O1 -g' build-tests
	@tests/run.sh $(BUILD)/asan $(TESTS:$(BUILD)/%=$(BUILD)/asan/%)
	@ONE_PROCESS=1 tests/run.sh $(BUILD)/asan $(ONE_PROCESS_TESTS:$(BUILD)/%=$(BUILD)/asan/%)

# Check's forked tests would be lost to valgrind: it runs each program as one process. Of whole-program
# tests it sees the program itself.
VALGRIND = valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite

check-valgrind: deps-test
	@$(call install_packages,valgrind)
	@$(MAKE) $(jobs) build-tests
	@CK_FORK=no RUN_WITH='$(VALGRIND)' \
	  tests/run.sh $(BUILD) $(filter $(BUILD)/tests/core/% $(BUILD)/tests/plugins/%,$(TESTS))
	@ONE_PROCESS=1 UNDER='$(VALGRIND)' CK_DEFAULT_TIMEOUT=300 tests/run.sh $(BUILD) $(ONE_PROCESS_TESTS)

# Hostile texts: instructions, not time.
check-linear: all
	@$(call install_packages,valgrind)
	@tests/linear.sh $(BUILD)

# ---- Fuzzing -----------------------------------------------------------------------------------

# tests/fuzz/fuzz_NAME.c is linked with the sources of plug-in NAME and with core; clang's libFuzzer
# drives it, from the plug-in's own cases and pages on. A text that breaks one is left in
# $(BUILD)/fuzz/fuzzers; what was learned stays there too.
FUZZ_SECONDS = 10
FUZZ_NAMES  := $(filter $(BUILT_PLUGINS),$(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZERS     := $(FUZZ_NAMES:%=$(BUILD)/fuzzers/fuzz_%)

define fuzz_rule
$(BUILD)/fuzzers/fuzz_$(1): $(OBJECTS)/tests/fuzz/fuzz_$(1).o $(LIBRARY) \
    $$(call plugin_objects,$(1))
	@mkdir -p $$(@D)
	$$(call say,link,$$@)$$(CXX) -fsanitize=fuzzer $$(HARDEN) -o $$@ $$(filter %.o,$$^) $(LIBRARY) \
	  $$(call library_flags,$(2)) $$(CORE_LIBS) -ldl -lm
endef
$(foreach p,$(FUZZ_NAMES),$(eval $(call fuzz_rule,$(p),$(call plugin_library,$(p)))))

fuzz:
	@if command -v clang >/dev/null; then \
	  $(MAKE) $(jobs) BUILD=$(BUILD)/fuzz CC=clang CXX=clang++ SANITIZE=address,undefined OPTIMIZE='-O1 -g' \
	    CFLAGS=-fsanitize=fuzzer-no-link CXXFLAGS=-fsanitize=fuzzer-no-link run-fuzzers; \
	else echo "skipped fuzzing: clang is missing; apt-get install clang"; fi

run-fuzzers: $(FUZZERS)
	@for fuzzer in $^; do \
	  mkdir -p $$fuzzer.corpus && echo "$$(basename $$fuzzer), $(FUZZ_SECONDS) s" && \
	  seeds=$$(ls -d plugins/$${fuzzer##*/fuzz_}/cases plugins/$${fuzzer##*/fuzz_}/pages 2>/dev/null); \
	  $$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -verbosity=0 \
	    -artifact_prefix=$$fuzzer. $$fuzzer.corpus $$seeds || exit 1; \
	done

# ---- Linters -----------------------------------------------------------------------------------

C_FILES   := $(CORE_SOURCES) $(wildcard plugins/*/*.c plugins/*/tables/*.c plugins/*/train/*.c)
CXX_FILES := $(wildcard plugins/*/*.cpp)
TIDY = -*,clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,-bugprone-reserved-identifier,-clang-analyzer-security.insecureAPI.*,-bugprone-sizeof-expression,-clang-analyzer-valist.Uninitialized

lint: deps-lint
	$(MAKE) $(jobs) BUILD=$(BUILD)/gcc WERROR=1 build-tests
	$(MAKE) $(jobs) BUILD=$(BUILD)/clang CC=clang CXX=clang++ WERROR=1 build-tests
	clang-format --dry-run -Werror $(C_FILES) $(CXX_FILES) $(wildcard core/*.h core/commands/*.h core/conformance/*.h plugins/*/*.h plugins/*/train/*.h)
	clang-tidy --quiet --warnings-as-errors='*' --checks='$(TIDY)' $(C_FILES) -- -std=c11 -Iinclude $(CORE_FLAGS) \
	  $(foreach p,$(BUILT_PLUGINS),$(call optional_macro,$(p)))
	clang-tidy --quiet --warnings-as-errors='*' --checks='$(TIDY)' $(CXX_FILES) -- -std=c++17 -Iinclude
	cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 \
	  --suppress=missingIncludeSystem -Iinclude -Icore $(CORE_FLAGS) core plugins

# ---- Speed -------------------------------------------------------------------------------------

BENCH        = $(BUILD)/bench
BENCH_BYTES  = 100M
BENCH_ROUNDS = 7
BENCH_STREAM = 3G
BENCH_PARTS  = $(patsubst tests/bench/%.c,%,$(filter-out %/make_corpus.c,$(wildcard tests/bench/*.c)))
BENCH_CRASH  = $(BENCH)/crash.ini $(BENCH)/crash.so

$(BENCH)/make_corpus: $(OBJECTS)/tests/bench/make_corpus.o
$(BENCH)/bench: $(BENCH_PARTS:%=$(OBJECTS)/tests/bench/%.o)
$(BENCH)/make_corpus $(BENCH)/bench:
	@mkdir -p $(@D)
	$(call say,link,$@)$(CC) $(HARDEN) $(LDFLAGS) -o $@ $^

$(BENCH)/crash.so: $(OBJECTS)/tests/bench/plugins/crash.o plugins/plugin.map
	@mkdir -p $(@D) && chmod 755 $(@D)
	$(call say,link,$@)$(CC) -shared $(HARDEN) $(LDFLAGS) -Wl,--version-script=plugins/plugin.map -o $@ $<
	@chmod 755 $@

$(BENCH)/crash.ini: tests/bench/crash.ini
	@mkdir -p $(@D)
	$(call say,copy,$@)cp $< $@

# Ratios to `LC_ALL=C wc -w` on the same file and between numbers of workers, from paired runs.
bench: all $(BENCH)/make_corpus $(BENCH)/bench $(BENCH_CRASH)
	$(BENCH)/make_corpus --bytes $(BENCH_BYTES) > $(BENCH)/news.jsonl
	$(BENCH)/bench --rounds $(BENCH_ROUNDS) $(PROGRAM) pipelines/news.ini $(BENCH)/crash.ini $(BENCH)/news.jsonl

# Each cleaner alone, against wc -w.
bench-cleaners: all $(BENCH)/make_corpus $(BENCH)/bench
	$(BENCH)/make_corpus --bytes $(BENCH_BYTES) > $(BENCH)/news.jsonl
	$(BENCH)/bench --alone $(BENCH_ROUNDS) $(PROGRAM) $(BENCH)/news.jsonl $(sort $(wildcard tests/bench/alone/*.ini))

# Peak memory on a short and on a long stream.
bench-memory: all $(BENCH)/make_corpus $(BENCH)/bench
	$(BENCH)/bench --memory $(BENCH)/make_corpus 10M $(BENCH_STREAM) $(PROGRAM) pipelines/news.ini

# The same stage in C, in Lua and as a program (python3 and mawk must be there; cat only sends back
# what it gets).
LANGUAGES      = $(BENCH)/languages
LANGUAGE_FILES = $(patsubst tests/bench/languages/%,$(LANGUAGES)/%, \
                   $(filter-out %.c,$(wildcard tests/bench/languages/*)))

$(LANGUAGES)/%: tests/bench/languages/%
	@mkdir -p $(@D) && chmod 755 $(@D)
	$(call say,copy,$@)cp $< $@

$(LANGUAGES)/compare: $(patsubst %,$(OBJECTS)/tests/bench/%.o,languages/compare measure series textmill_run)
	@mkdir -p $(@D)
	$(call say,link,$@)$(CC) $(HARDEN) $(LDFLAGS) -o $@ $^

$(LANGUAGES)/says.so: $(OBJECTS)/tests/bench/languages/says.o plugins/plugin.map
	@mkdir -p $(@D) && chmod 755 $(@D)
	$(call say,link,$@)$(CC) -shared $(HARDEN) $(LDFLAGS) -Wl,--version-script=plugins/plugin.map -o $@ $<
	@chmod 755 $@

bench-languages: all $(BENCH)/make_corpus $(LANGUAGES)/compare $(LANGUAGES)/says.so $(LANGUAGE_FILES)
	$(BENCH)/make_corpus --bytes $(BENCH_BYTES) > $(BENCH)/news.jsonl
	$(LANGUAGES)/compare $(BENCH_ROUNDS) $(PROGRAM) $(BENCH)/news.jsonl \
	  $(foreach l,none c lua exec_cat exec_awk exec_python,$(LANGUAGES)/$(l).ini)

# ---- Learning ----------------------------------------------------------------------------------

# What the sentiment scorer learned from rated texts is checked in; building needs no data. To learn
# anew: `make lexicon DATA=FOLDER`, then `make model DATA=FOLDER`, with rated texts in FOLDER/*.jsonl,
# one a line: "id", "text", and "gold", which is negative, neutral, positive or a number from -4 to 4.
# The same data give the same files.
SENTIMENT = plugins/score_sentiment
LEARN     = $(BUILD)/learn
DATA      =

$(LEARN)/learn_%: $(SENTIMENT)/train/learn_%.c $(SENTIMENT)/train/examples.c
	@mkdir -p $(@D)
	$(call say,cc,$@)$(CC) $(C_FLAGS) -o $@ $^ -lm

$(LEARN)/learn_model: $(SENTIMENT)/candidates.c

# The labelled texts with what the pipeline LEARN_FROM makes of them now.
define process_labelled
	@[ -n "$(wildcard $(DATA)/*.jsonl)" ] || { echo "make $@: name a folder with labelled texts: DATA=FOLDER"; exit 1; }
	@for f in $(DATA)/*.jsonl; do \
	  $(PROGRAM) run $(LEARN_FROM) $$f -o $(LEARN)/$$(basename $$f) --force --quiet || exit; done
endef
labelled = $(patsubst $(DATA)/%,$(LEARN)/%,$(wildcard $(DATA)/*.jsonl))

lexicon model: LEARN_FROM = $(SENTIMENT)/train/score.ini

lexicon: all $(LEARN)/learn_lexicon
	$(process_labelled)
	$(LEARN)/learn_lexicon $(SENTIMENT)/lexicon.txt $(SENTIMENT)/negations.txt $(labelled) > $(LEARN)/learned.txt
	@mv $(LEARN)/learned.txt $(SENTIMENT)/learned.txt
	@$(MAKE) $(jobs) all

model: all $(LEARN)/learn_model
	$(process_labelled)
	$(LEARN)/learn_model $(labelled) > $(LEARN)/model.txt
	@mv $(LEARN)/model.txt $(SENTIMENT)/model.txt
	@$(MAKE) $(jobs) all

# How sure the rules are by which speakers are found: `make rules DATA=FOLDER`, with labelled articles
# in FOLDER/*.jsonl; plugins/extract_quotes/train/learn_rules.c says how they look.
QUOTES = plugins/extract_quotes

$(LEARN)/learn_rules: $(QUOTES)/train/learn_rules.c
	@mkdir -p $(@D)
	$(call say,cc,$@)$(CC) $(C_FLAGS) -o $@ $^

rules: LEARN_FROM = $(QUOTES)/train/quotes.ini
rules: all $(LEARN)/learn_rules
	$(process_labelled)
	$(LEARN)/learn_rules $(QUOTES)/rules.txt $(labelled) > $(LEARN)/rules.txt
	@mv $(LEARN)/rules.txt $(QUOTES)/rules.txt
	@$(MAKE) $(jobs) all

# ---- The main job ------------------------------------------------------------------------------

# Exit code 3 says that articles were set aside, as one of the shipped ones must be.
run: deps
	@$(MAKE) $(jobs) all
	@$(PROGRAM) run pipelines/news.ini examples/articles/01-harbour-bridge.txt --set output.plugin=text --quiet
	@$(PROGRAM) run pipelines/news.ini examples/articles -o $(BUILD)/news.jsonl --force || [ $$? -eq 3 ]
	@echo "output: $(BUILD)/news.jsonl, one article a line"

# ---- Installing --------------------------------------------------------------------------------

ROOT  = $(DESTDIR)$(PREFIX)
LIB   = $(ROOT)/lib
SHARE = $(ROOT)/share
ZSH   = $(SHARE)/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)

install: all
	install -d "$(ROOT)/bin" "$(ROOT)/include/textmill" "$(LIB)/textmill/plugins" "$(LIB)/pkgconfig" \
	  "$(SHARE)/textmill/pipelines" "$(SHARE)/man/man1" "$(SHARE)/man/man5" "$(SHARE)/man/man7" \
	  "$(SHARE)/bash-completion/completions" "$(ZSH)" "$(SHARE)/fish/vendor_completions.d"
	install -m 755 $(PROGRAM) "$(ROOT)/bin"
	install -m 644 include/textmill/*.h "$(ROOT)/include/textmill"
	install -m 755 $(PLUGINS) "$(LIB)/textmill/plugins"
	install -m 644 pipelines/*.ini "$(SHARE)/textmill/pipelines"
	$(foreach m,1 5 7,install -m 644 core/commands/*.$(m) "$(SHARE)/man/man$(m)" && ) true
	install -m 644 core/commands/completion/textmill.bash "$(SHARE)/bash-completion/completions/textmill"
	install -m 644 core/commands/completion/_textmill "$(ZSH)"
	install -m 644 core/commands/completion/textmill.fish "$(SHARE)/fish/vendor_completions.d"
	printf 'prefix=%s\nName: textmill\nDescription: header for textmill plug-ins\nVersion: %s\nCflags: -I$${prefix}/include\n' \
	  '$(PREFIX)' '$(VERSION)' > "$(LIB)/pkgconfig/textmill.pc"
	chmod 644 "$(LIB)/pkgconfig/textmill.pc"

clean:
	rm -rf $(BUILD)

# ---- A Debian package --------------------------------------------------------------------------

# What is installed, with what it depends on found by dpkg-shlibdeps, and looked at by lintian.
PACKAGE    = $(BUILD)/package
DEB        = $(BUILD)/textmill_$(VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb

deb: deps-deb
	@$(MAKE) $(jobs) all
	@rm -rf $(PACKAGE)
	@$(MAKE) --no-print-directory install DESTDIR=$(abspath $(PACKAGE)) PREFIX=/usr > /dev/null
	@.ci/package $(PACKAGE) $(VERSION) $(DEB)
	@lintian --fail-on error $(DEB)
	@echo "package: $(DEB)"

# ---- Packages ----------------------------------------------------------------------------------

BUILD_PACKAGES = gcc g++ binutils libc6-dev pkgconf libinih-dev libseccomp-dev libxxhash-dev libzstd-dev zlib1g-dev \
                 $(foreach p,$(PLUGIN_FOLDERS),$(call plugin_packages,$(p)))
TEST_PACKAGES  = check libxml2-dev python3 zstd
DEB_PACKAGES   = dpkg-dev lintian
LINT_PACKAGES  = clang clang-format clang-tidy cppcheck

# Installs what is missing of $(1); without anything missing, no network is touched. What apt says
# is shown if it fails.
as_root = $(if $(filter-out 0,$(shell id -u)),sudo) env DEBIAN_FRONTEND=noninteractive
install_packages = missing=$$(for p in $(1); do \
    dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
  [ -z "$$missing" ] || { echo "installing" $$missing; \
    said=$$($(as_root) apt-get update -qq 2>&1; \
      $(as_root) apt-get install -y -qq --no-install-recommends $$missing 2>&1) || \
    { echo "$$said"; echo "cannot install:" $$missing; exit 1; }; }

# Prometheus' checker of metrics, alone: its package would start a server on the machine, and add a
# user for it. apt verifies what it downloads (19 MB).
fetch_promtool = command -v promtool >/dev/null || { echo "fetching promtool"; \
    mkdir -p "$(TOOLS)" && cd "$(TOOLS)" && \
    { apt-get download -qq prometheus 2>/dev/null || \
      { $(if $(filter-out 0,$(shell id -u)),sudo) apt-get update -qq && \
        apt-get download -qq prometheus; }; } && \
    dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components=3 ./usr/bin/promtool && \
    rm -f prometheus_*.deb && promtool --version >/dev/null; }

deps:
	@$(call install_packages,$(BUILD_PACKAGES))

deps-test:
	@$(call install_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	@$(fetch_promtool)

deps-deb:
	@$(call install_packages,$(BUILD_PACKAGES) $(DEB_PACKAGES))

deps-lint:
	@$(call install_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES) $(LINT_PACKAGES))

-include $(shell find $(OBJECTS) -name '*.d' 2>/dev/null)
