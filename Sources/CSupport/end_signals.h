/// The signals that end a process from outside: SIGINT, SIGTERM and SIGHUP.
#ifndef END_SIGNALS_H
#define END_SIGNALS_H

/// From now on `handler` gets them, one at a time. A signal that is ignored, as under `nohup`, stays ignored.
void handle_end_signals(void (*handler)(int number));

#endif
