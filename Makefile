# make build | demo | test | study | bench | docs | format | lint | clean      (README.md says what each is for)

# Swift's default target on x86-64 is a machine of 2003, with two doubles to a register and no fused multiply-add. Where this
# machine has what the level x86-64-v3 asks for, build for that. `make build MARCH=` gives a binary for any machine.
v3_features := avx avx2 bmi1 bmi2 f16c fma abm movbe
MARCH ?= $(shell [ "$$(uname -m)" = x86_64 ] || exit; \
  for f in $(v3_features); do grep -qsw $$f /proc/cpuinfo || exit; done; echo x86-64-v3)
swift_flags := -c release $(if $(MARCH),-Xcc -march=$(MARCH))

# Vernier has Fourier transforms of its own. FFT=fftw make build builds it with FFTW, which is under the GPL.
ifneq ($(filter-out fftw,$(FFT)),)
  $(error FFT=$(FFT): FFT=fftw is the only other choice)
endif

SETUP ?= scripts/setup
# libtorch: another than the one that the setup installs here is named by TORCH_DIR, which holds its include and lib.
TORCH_DIR ?= $(CURDIR)/.build/torch/torch
export TORCH_DIR
setup = $(if $(SETUP),@$(SETUP) $(1) $(FFT))
swift_sources := Sources Tests Package.swift Benchmarks/Package.swift Benchmarks/Sources

.PHONY: build command plugins demo test unit-tests study bench docs check-readme format lint clean
.DELETE_ON_ERROR:

build:
	$(call setup,build tensors)
	@$(MAKE) --no-print-directory command plugins

command:
	swift build $(swift_flags)

# Where the command looks for its plug-ins, .build/native, and for trained networks, .build/models.
plugins:
	@cmake --log-level=WARNING -S Native -B .build/native-build -G Ninja -DCMAKE_BUILD_TYPE=Release \
	  -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$(CURDIR)/.build/native" -DTORCH_DIR="$(TORCH_DIR)" >.build/native-configure.log || \
	  { cat .build/native-configure.log; exit 1; }
	cmake --build .build/native-build
	@ln -sfn ../Models .build/models

# With FIXED=… and MOVING=… it registers the user's own images.
demo: build
	@scripts/demo "$(FIXED)" "$(MOVING)"

# The unit tests come last, so that the output ends with their count.
test:
	$(call setup,build tensors test)
	@$(MAKE) --no-print-directory command plugins
	@$(MAKE) --no-print-directory lint docs check-readme
	@$(MAKE) --no-print-directory unit-tests

# In a build folder of its own: test builds export every internal symbol, which the installed command should not. The
# link puts the plug-ins where such a build looks for them. The tests from outside the library hold times; they run alone.
unit-tests:
	@mkdir -p .build/tests && ln -sfn ../native .build/tests/native && ln -sfn ../../Models .build/tests/models
	swift test $(swift_flags) --scratch-path .build/tests --skip VernierConsumerTests
	swift test $(swift_flags) --scratch-path .build/tests --skip-build --no-parallel --filter VernierConsumerTests

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

check-readme: command plugins
	@scripts/check-readme

format:
	swift format --in-place --recursive $(swift_sources)

lint:
	swift format lint --strict --recursive $(swift_sources)

clean:
	rm -rf .build Benchmarks/.build
