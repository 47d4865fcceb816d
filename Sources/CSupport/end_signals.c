#include "end_signals.h"

#include <signal.h>
#include <string.h>

void handle_end_signals(void (*handler)(int number)) {
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (int index = 0; index < 3; ++index) {
    struct sigaction action;
    if (sigaction(numbers[index], 0, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    for (int other = 0; other < 3; ++other) sigaddset(&action.sa_mask, numbers[other]);
    sigaction(numbers[index], &action, 0);
  }
}
