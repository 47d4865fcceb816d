import Glibc
import Testing
import VernierFiles
import VernierPlugin

struct PluginTests {
  @Test func missingPluginSaysWhereItLookedAndHowToBuildIt() {
    let error = PluginError.missing(name: "libvernier-none.so", searched: Plugin.folders)
    #expect(throws: error) { try Plugin(name: "none", version: 1).load() }
    #expect(error.description.contains("make build"))
    #expect(Plugin.folders.count >= 3)
    for folder in Plugin.folders { #expect(error.description.contains(folder)) }
  }

  @Test(.enabled(if: filesPluginAvailable, pluginNeeded))
  func versionIsChecked() {
    do throws(PluginError) {
      _ = try Plugin(name: "files", version: 9999).load()
      Issue.record("a plug-in of another version was accepted")
    } catch {
      guard case .wrongVersion(_, _, needed: 9999) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test(.enabled(if: filesPluginAvailable, pluginNeeded))
  func namesItsLibrary() throws {
    #expect(try FilesPlugin.load().hasPrefix("libtiff "))
  }
}
