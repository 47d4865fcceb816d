import Synchronization

/// What a library behind a plug-in is to change for the whole process: nothing unless the program asks for it, and then
/// when the plug-in is loaded.
package final class ProcessSettings: Sendable {
  private struct State {
    var isAsked = false
    var change: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  /// Asks for the changes: made now where the plug-in is loaded, else with it.
  package func ask() {
    state.withLock { state in
      if !state.isAsked { state.change?() }
      state.isAsked = true
    }
  }

  /// The plug-in is loaded, and `change` makes the changes, at most once.
  package func isLoaded(_ change: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.change = change
      if state.isAsked { change() }
    }
  }
}
