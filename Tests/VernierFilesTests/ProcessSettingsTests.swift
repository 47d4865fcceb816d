import Synchronization
import Testing
import VernierPlugin

struct ProcessSettingsTests {
  private final class Changes: Sendable { let count = Atomic(0) }

  private func loading(_ settings: ProcessSettings) -> Changes {
    let changes = Changes()
    settings.isLoaded { changes.count.add(1, ordering: .relaxed) }
    return changes
  }

  @Test func nothingChangesUnasked() {
    #expect(loading(ProcessSettings()).count.load(ordering: .relaxed) == 0)
  }

  @Test func whatWasAskedForComesWithTheLibrary() {
    let settings = ProcessSettings()
    settings.ask()
    settings.ask()
    #expect(loading(settings).count.load(ordering: .relaxed) == 1)
  }

  @Test func whatIsAskedForLaterComesAtOnceAndOnce() {
    let settings = ProcessSettings()
    let changes = loading(settings)
    settings.ask()
    #expect(changes.count.load(ordering: .relaxed) == 1)
    settings.ask()
    #expect(changes.count.load(ordering: .relaxed) == 1)
  }
}
