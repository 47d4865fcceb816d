#include "partial_files.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { slot_count = 64 };
enum { slot_free, slot_filling, slot_used };

static char paths[slot_count][PATH_MAX];
static atomic_int states[slot_count];

int partial_files_add(const char *path) {
  if (strlen(path) >= PATH_MAX) return -1;
  for (int slot = 0; slot < slot_count; ++slot) {
    int expected = slot_free;
    if (!atomic_compare_exchange_strong(&states[slot], &expected, slot_filling)) continue;
    strcpy(paths[slot], path);
    atomic_store(&states[slot], slot_used);
    return slot;
  }
  return -1;
}

void partial_files_forget(int slot) {
  if (slot >= 0) atomic_store(&states[slot], slot_free);
}

void partial_files_remove_all(void) {
  for (int slot = 0; slot < slot_count; ++slot) {
    if (atomic_load(&states[slot]) == slot_used) unlink(paths[slot]);
  }
}

static void remove_and_end(int number) {
  partial_files_remove_all();
  // The default action ends the process with the status that shells expect of this signal.
  signal(number, SIG_DFL);
  raise(number);
}

void partial_files_remove_on_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 3; ++index) {
    struct sigaction action;
    if (sigaction(numbers[index], 0, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_and_end;
    sigaction(numbers[index], &action, 0);
  }
}
