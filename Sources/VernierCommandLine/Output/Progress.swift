import Synchronization
import VernierText

/// A line on the terminal that says how far the work is.
///
/// It is drawn only where standard error is a terminal and the work has taken half a second, so that a
/// quick pair and a log file stay clean.
package final class Progress: Sendable {
  private struct State {
    var isDrawn = false
    var drawnAt: ContinuousClock.Instant
  }

  private let isActive: Bool
  private let state: Mutex<State>

  /// - Parameter patience: how long to keep silent.
  package init(isActive: Bool = Console.isWatched, patience: Duration = .milliseconds(500)) {
    self.isActive = isActive
    state = Mutex(State(drawnAt: .now + patience - Self.interval))
  }

  private static let interval = Duration.milliseconds(100)

  /// Shows the share of the work that is done, 0…1, and what is being done; may be called from any thread.
  package func report(_ share: Double, _ activity: @autoclosure () -> String) {
    guard isActive else { return }
    state.withLock { state in
      guard state.drawnAt.duration(to: .now) >= Self.interval else { return }
      state.drawnAt = .now
      state.isDrawn = true
      Console.draw("\r\u{1B}[K\(max(0, min(1, share)).percent) \(activity())")
    }
  }

  /// Takes the line away, before other output.
  package func finish() {
    state.withLock { state in
      if state.isDrawn { Console.draw("\r\u{1B}[K") }
      state.isDrawn = false
    }
  }
}
