#ifndef ALLOWED_PROCESSORS_H
#define ALLOWED_PROCESSORS_H

/// The number of processors that this process may use: those of the machine, or fewer where a scheduler or `taskset` says
/// so; 1 at least. The corresponding C function is `sched_getaffinity`, which Swift's Glibc module does not have.
int allowed_processors(void);

#endif
