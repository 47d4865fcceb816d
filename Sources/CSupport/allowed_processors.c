#define _GNU_SOURCE
#include "allowed_processors.h"

#ifdef __linux__
#include <sched.h>
#endif
#include <unistd.h>

int allowed_processors(void) {
#ifdef __linux__
  cpu_set_t allowed;
  // It fails where the machine has more processors than the set has room for.
  long count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : sysconf(_SC_NPROCESSORS_ONLN);
#else
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
  return count > 1 ? (int)count : 1;
}
