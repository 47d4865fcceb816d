# make build | demo | test | learning | install | uninstall | dist | wheel | study | bench | docs | site | format | lint | release-check | clean
# (README.md and docs/install.md say what each is for)

# Swift's default target on x86-64 is a machine of 2003, with two doubles to a register and no fused multiply-add. Where this
# machine has what the level x86-64-v3 asks for, build for that. `make build MARCH=` gives a binary for any machine.
v3_features := avx avx2 bmi1 bmi2 f16c fma abm movbe
MARCH ?= $(shell [ "$$(uname -m)" = x86_64 ] || exit; \
  for f in $(v3_features); do grep -qsw $$f /proc/cpuinfo || exit; done; echo x86-64-v3)
test_flags := -c release $(if $(MARCH),-Xcc -march=$(MARCH))
# Swift's runtime is linked into each program, which then runs where there is no Swift.
swift_flags := $(test_flags) --static-swift-stdlib

# Vernier has Fourier transforms of its own. FFT=fftw make build builds it with FFTW, which is under the GPL.
ifneq ($(filter-out fftw,$(FFT)),)
  $(error FFT=$(FFT): FFT=fftw is the only other choice)
endif

SETUP ?= scripts/setup
PREFIX ?= /usr/local
# libtorch: another than the one that the setup installs here is named by TORCH_DIR, which holds its include and lib.
TORCH_DIR ?= $(CURDIR)/.build/torch/torch
export TORCH_DIR
setup = $(if $(SETUP),@$(SETUP) $(1) $(FFT))
swift_sources := Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources

.PHONY: build command plugins learning demo test unit-tests python-tests package-tests install uninstall install-learning \
  tree portable-tree dist wheel study bench docs site check-readme format lint release-check clean
.DELETE_ON_ERROR:

build:
	$(call setup,build)
	@$(MAKE) --no-print-directory command plugins

command:
	swift build $(swift_flags)

# Where the command looks for its plug-ins, .build/native, and for trained networks, .build/models.
plugins:
	$(call configure)
	cmake --build .build/native-build
	@ln -sfn ../Models .build/models

# Learned methods: libtorch (190 MB to fetch) and the plug-in over it, beside the others from then on.
learning:
	$(call setup,build tensors)
	@$(MAKE) --no-print-directory command
	$(call configure,-DVERNIER_LEARNING=ON)
	cmake --build .build/native-build
	@ln -sfn ../Models .build/models

define configure
@mkdir -p .build
@cmake --log-level=WARNING -S Native -B .build/native-build -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$(CURDIR)/.build/native" -DTORCH_DIR="$(TORCH_DIR)" $(1) >.build/native-configure.log || \
  { cat .build/native-configure.log; exit 1; }
endef

# What is installed, in .build/tree, made for this machine; and in .build/portable-tree, made for any.
tree: build
	@scripts/link-library .build .build/library/libvernier.so
	@rm -rf .build/tree
	@scripts/stage .build/tree .build/library/libvernier.so

portable-tree: build
	swift build -c release --static-swift-stdlib --product vernier --scratch-path .build/portable
	@scripts/link-library .build/portable .build/library/portable/libvernier.so
	@$(if $(MARCH),scripts/link-library .build .build/library/libvernier.so)
	@rm -rf .build/portable-tree
	@scripts/stage .build/portable-tree .build/library/portable/libvernier.so $(if $(MARCH),.build/library/libvernier.so)

install: tree
	@scripts/install .build/tree "$(DESTDIR)$(PREFIX)"

uninstall:
	@scripts/install --remove "$(DESTDIR)$(PREFIX)"

# Learned methods for a command that is installed: libtorch, its plug-in and the models.
install-learning: learning
	@scripts/install-learning "$(DESTDIR)$(PREFIX)" "$(TORCH_DIR)"

# A tarball, a package for Debian and the recipe of a container, in .build/dist.
dist: portable-tree
	@scripts/dist .build/portable-tree

# The Python module with the command, in .build/dist.
wheel: portable-tree
	@scripts/wheel .build/portable-tree

# With FIXED=… and MOVING=… it registers the user's own images.
demo: build
	@scripts/demo "$(FIXED)" "$(MOVING)"

# The unit tests come last, so that the output ends with their count.
test:
	$(call setup,build tensors test)
	@$(MAKE) --no-print-directory learning SETUP=
	@$(MAKE) --no-print-directory lint site check-readme
	@$(MAKE) --no-print-directory package-tests python-tests SETUP=
	@$(MAKE) --no-print-directory unit-tests

# What is installed works where there is neither the toolchain nor the checkout; a package that depends on this one builds.
package-tests: tree
	@scripts/check-install .build/tree
	@scripts/check-consumer

# By the first Python that has NumPy and pytest: that on the PATH, or the system's.
python-tests: tree
	@for python in python3 /usr/bin/python3; do \
	  $$python -c 'import numpy, pytest' 2>/dev/null && break; \
	done; VERNIER_LIBRARY="$(CURDIR)/.build/tree/lib/vernier/libvernier.so" PYTHONPATH=Python \
	  $$python -m pytest -q -p no:cacheprovider Python/tests

# What must hold before a version is tagged.
release-check:
	@scripts/release-check

# In a build folder of its own: test builds export every internal symbol, which the installed command should not. The
# link puts the plug-ins where such a build looks for them. The tests from outside the library hold times; they run alone.
unit-tests:
	@mkdir -p .build/tests && ln -sfn ../native .build/tests/native && ln -sfn ../../Models .build/tests/models
	swift test $(test_flags) --scratch-path .build/tests --skip VernierConsumerTests
	swift test $(test_flags) --scratch-path .build/tests --skip-build --no-parallel --filter VernierConsumerTests

# One study, such as NAME=rotation, on the data sets in the folder DATA; without a name the list. ARGS are further options, such as
# ARGS="--section trainings -o found".
study: build
	@.build/release/vernier-studies $(NAME) $(if $(DATA),--data "$(DATA)") $(if $(SEED),--seed $(SEED)) $(ARGS)

bench: build
	$(call setup,bench)
	@MARCH="$(MARCH)" Benchmarks/run

# Reads the documentation comments of the modules that `command` built.
docs: command
	@scripts/docs

# README.md, the documentation and the reference as pages for a browser, in .build/site; a link that leads nowhere ends it.
site: docs
	@python3 -B scripts/site

check-readme: command plugins
	@scripts/check-readme

format:
	swift format --in-place --recursive $(swift_sources)

lint:
	swift format lint --strict --recursive $(swift_sources)

clean:
	rm -rf .build Benchmarks/.build
