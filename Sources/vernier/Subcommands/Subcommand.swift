import VernierCommandLine

/// One subcommand: its manual, its command line taken apart, and its work.
protocol Subcommand: Sendable {
  static var manual: Manual { get }

  /// - Throws: ``UsageError`` for options that are right one by one and wrong together.
  init(_ arguments: Arguments) throws(UsageError)

  /// Does the work; standard output carries results, standard error warnings and progress.
  ///
  /// On the main thread, whose memory glibc keeps in one growing heap: what another thread frees beyond 32 MiB goes
  /// back to the system, and its pages come back one fault at a time.
  ///
  /// - Throws: what makes the input unusable, described in one line with the file and the remedy.
  @MainActor func run() async throws -> ExitStatus
}
