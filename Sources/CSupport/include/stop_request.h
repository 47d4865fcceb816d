/// A signal that asks work without an end to end well.
#ifndef STOP_REQUEST_H
#define STOP_REQUEST_H

/// From now on the first SIGINT, SIGTERM or SIGHUP is remembered alone; one more than a second later ends the process,
/// as `partial_files_remove_on_signals` says. A signal that is ignored, as under `nohup`, stays ignored.
void stop_request_on_signals(void);

/// Whether such a signal has come.
int stop_is_requested(void);

#endif
