/// How the command ends.
package enum ExitStatus: Int32, Sendable {
  /// Aligned or doubtful; for other subcommands, done.
  case done = 0
  /// The input cannot be used.
  case unusable = 1
  /// The command line is wrong.
  case usage = 2
  /// The alignment failed.
  case failed = 3
}
