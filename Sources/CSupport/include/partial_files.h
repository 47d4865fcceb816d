/// The names of files that are being written, kept where a signal handler can reach them.
#ifndef PARTIAL_FILES_H
#define PARTIAL_FILES_H

/// Remembers a path. Returns its slot, or -1 when all slots are taken or the path is too long.
int partial_files_add(const char *path);

/// Forgets the path in a slot; -1 is ignored.
void partial_files_forget(int slot);

/// Unlinks every path that is remembered. Safe in a signal handler.
void partial_files_remove_all(void);

/// From now on SIGINT, SIGTERM and SIGHUP unlink the paths before they end the process.
/// A signal that is ignored, as under `nohup`, stays ignored. Safe in a signal handler; `stop_request.h` has what ends
/// work well before.
void partial_files_remove_on_signals(void);

#endif
