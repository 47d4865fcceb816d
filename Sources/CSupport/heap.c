#include "heap.h"

// Says whether this is glibc.
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void heap_keep(size_t bytes) {
#ifdef __GLIBC__
  // glibc takes no more than this for the size from which blocks are mapped one by one.
  const size_t most = 32u << 20;
  const int kept = (int)(bytes < most ? bytes : most);
  mallopt(M_TRIM_THRESHOLD, kept);
  mallopt(M_MMAP_THRESHOLD, kept);
#else
  (void)bytes;
#endif
}
