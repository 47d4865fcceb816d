#define _GNU_SOURCE
#include "allowed_processors.h"

#include <sched.h>
#include <unistd.h>

int allowed_processors(void) {
  cpu_set_t allowed;
  // It fails where the machine has more processors than the set has room for.
  long count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : sysconf(_SC_NPROCESSORS_ONLN);
  return count > 1 ? (int)count : 1;
}
