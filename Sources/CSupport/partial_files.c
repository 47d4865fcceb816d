#include "partial_files.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "end_signals.h"

enum { slot_count = 64 };
enum { slot_free, slot_filling, slot_used };

static char paths[slot_count][PATH_MAX];
static atomic_int states[slot_count];

// Whether a signal ends the process: from then on no thread makes a file.
static atomic_bool is_ending;

/// Waits for the end of the process, where it is near.
static void wait_for_end(void) {
  while (atomic_load(&is_ending)) pause();
}

int partial_files_add(const char *path) {
  if (strlen(path) >= PATH_MAX) return -1;
  for (int slot = 0; slot < slot_count; ++slot) {
    int expected = slot_free;
    if (!atomic_compare_exchange_strong(&states[slot], &expected, slot_filling)) continue;
    strcpy(paths[slot], path);
    atomic_store(&states[slot], slot_used);
    // The handler sees either this slot, or that it is free again.
    if (atomic_load(&is_ending)) partial_files_forget(slot);
    return slot;
  }
  return -1;
}

void partial_files_forget(int slot) {
  if (slot >= 0) atomic_store(&states[slot], slot_free);
  // A thread that lost its file has nothing to tell any more.
  wait_for_end();
}

void partial_files_remove_all(void) {
  for (int slot = 0; slot < slot_count; ++slot) {
    if (atomic_load(&states[slot]) == slot_used) unlink(paths[slot]);
  }
}

/// Unlinks the paths. Threads may be about to make a file whose name is known already: those are waited for.
static void remove_as_they_come(void) {
  const int rounds = 100;
  bool is_removed[slot_count] = {false};
  for (int round = 0; round < rounds; ++round) {
    bool is_awaited = false;
    for (int slot = 0; slot < slot_count; ++slot) {
      if (is_removed[slot] || atomic_load(&states[slot]) != slot_used) continue;
      is_removed[slot] = unlink(paths[slot]) == 0;
      is_awaited |= !is_removed[slot];
    }
    if (!is_awaited) return;
    const struct timespec millisecond = {0, 1000000};
    nanosleep(&millisecond, 0);
  }
}

static void remove_and_end(int number) {
  atomic_store(&is_ending, true);
  remove_as_they_come();
  // The default action ends the process with the status that shells expect of this signal.
  signal(number, SIG_DFL);
  raise(number);
}

void partial_files_remove_on_signals(void) { handle_end_signals(remove_and_end); }
