#define _GNU_SOURCE
#include "code_path.h"

#include <dlfcn.h>

const char *code_path(void) {
  Dl_info information;
  return dladdr((const void *)code_path, &information) != 0 ? information.dli_fname : 0;
}
