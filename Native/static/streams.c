/// Static libraries that were not compiled for use in a shared one reach `stderr` and its like directly, which a shared library
/// may not. The linker's `--wrap` leads them to these instead, which hold the same streams.
#include <stdio.h>

extern FILE *__real_stdin, *__real_stdout, *__real_stderr;

__attribute__((visibility("hidden"))) FILE *__wrap_stdin, *__wrap_stdout, *__wrap_stderr;

// Before the constructors of C++.
__attribute__((constructor(101))) static void find_streams(void) {
  __wrap_stdin = __real_stdin;
  __wrap_stdout = __real_stdout;
  __wrap_stderr = __real_stderr;
}
