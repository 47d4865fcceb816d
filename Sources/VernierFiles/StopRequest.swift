import CSupport

/// A signal that asks work without an end to end well: no more input is taken, and what is known is written.
///
/// For commands; a library leaves the signals to its program.
public enum StopRequest {
  /// From now on the first SIGINT, SIGTERM or SIGHUP is remembered alone; one more than a second later ends the process
  /// as after ``PartialFiles/removeOnSignals()``.
  public static func listen() { stop_request_on_signals() }

  /// Whether such a signal has come.
  public static var isMade: Bool { stop_is_requested() != 0 }
}
