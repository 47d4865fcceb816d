#include "stop_request.h"

#include <signal.h>
#include <time.h>

#include "end_signals.h"
#include "partial_files.h"

static volatile sig_atomic_t is_requested;
static struct timespec requested_at;

static void request(int number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (!is_requested) {
    requested_at = now;
    is_requested = 1;
    return;
  }
  // What signals a group of processes may signal each of them as well, at once.
  const double seconds =
    (double)(now.tv_sec - requested_at.tv_sec) + 1e-9 * (double)(now.tv_nsec - requested_at.tv_nsec);
  if (seconds < 1) return;
  partial_files_remove_on_signals();
  raise(number);
}

void stop_request_on_signals(void) { handle_end_signals(request); }

int stop_is_requested(void) { return is_requested; }
