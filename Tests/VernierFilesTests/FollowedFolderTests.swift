import Foundation
import Testing

@testable import VernierFiles

/// Images that come into a folder while it is watched.
struct FollowedFolderTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "vernier-\(UUID().uuidString)").path()

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func write(_ name: String, age: TimeInterval = 0) throws {
    try Data("x".utf8).write(to: URL(filePath: path(name)))
    if age > 0 {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path(name))
    }
  }

  /// What comes within a time.
  private func next(_ followed: FollowedFolder, within seconds: Double) throws -> String? {
    let end = ContinuousClock.now + .seconds(seconds)
    return try followed.next { ContinuousClock.now >= end }
  }

  @Test func `What is there comes first, as people count, and other files do not`() throws {
    for name in ["t10.tif", "t2.tif", "notes.txt", ".t1.tif"] { try write(name, age: 60) }
    let followed = try FollowedFolder(folder)
    #expect(try next(followed, within: 5) == path("t2.tif"))
    #expect(try next(followed, within: 5) == path("t10.tif"))
    #expect(try next(followed, within: 0.2) == nil)
  }

  @Test func `A file comes when it is closed, or gets its name`() throws {
    let followed = try FollowedFolder(folder)
    let file = try #require(fopen(path("slow.tif"), "wb"))
    fputs("first part", file)
    fflush(file)
    #expect(try next(followed, within: 0.3) == nil, "it is being written")
    fputs("second part", file)
    fclose(file)
    #expect(try next(followed, within: 5) == path("slow.tif"))
    try write("part.tmp")
    try FileManager.default.moveItem(atPath: path("part.tmp"), toPath: path("named.tif"))
    #expect(try next(followed, within: 5) == path("named.tif"))
    #expect(try next(followed, within: 0.2) == nil, "each comes once")
  }

  @Test func `A file that could not be read comes again when it is written on`() throws {
    let followed = try FollowedFolder(folder)
    try write("a.tif")
    let first = try #require(try next(followed, within: 5))
    #expect(followed.putBack(first))
    #expect(try next(followed, within: 0.2) == nil)
    try write("a.tif")
    #expect(try next(followed, within: 5) == first)
  }

  @Test func `What is whole when it ends still counts`() throws {
    let followed = try FollowedFolder(folder)
    try write("a.tif")
    try write("b.tif")
    #expect(try followed.next { true } == path("a.tif"))
    #expect(try followed.next { true } == path("b.tif"))
    #expect(try followed.next { true } == nil)
  }

  @Test func `A folder that is not there is told`() {
    #expect(throws: FileError.self) { try FollowedFolder(path("none")) }
  }
}
