#include "stop_request.h"

#include <signal.h>
#include <string.h>

#include "partial_files.h"

static volatile sig_atomic_t is_requested;

static void request(int number) {
  (void)number;
  is_requested = 1;
  // The next one does not wait.
  partial_files_remove_on_signals();
}

void stop_request_on_signals(void) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 3; ++index) {
    struct sigaction action;
    if (sigaction(numbers[index], 0, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = request;
    sigaction(numbers[index], &action, 0);
  }
}

int stop_is_requested(void) { return is_requested; }
