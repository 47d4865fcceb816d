/// The process's heap.
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/// From now on up to so many bytes that are freed stay the process's own, so that work that takes and frees the same
/// memory again and again does not get it from the system each time, one page fault after the other.
/// At most 32 MiB are kept. The corresponding C function is `mallopt`, which Swift's Glibc module
/// does not have.
void heap_keep(size_t bytes);

#endif
