import Glibc
import Testing
import VernierCommandLine

@testable import vernier_command

@Suite struct DestinationTests {
  private let folder = TemporaryFolder()

  private func problem(_ paths: [String], inputs: [String] = []) -> String? {
    do throws(InputError) {
      try Destination.check(paths.map { Destination(path: $0, endings: [".png", ".nii.gz"]) }, inputs: inputs)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `New and existing files with a known ending will do`() throws {
    try folder.write("old.png", "x")
    #expect(problem([folder.path("new.png"), folder.path("old.png"), folder.path("a.NII.GZ")]) == nil)
  }

  @Test func `An ending that names no format is refused`() {
    for name in ["a.xyz", "a", "a.gz", ".png", "png"] {
      #expect(problem([folder.path(name)])?.hasSuffix("use one of .png, .nii.gz") == true, "\(name)")
    }
  }

  @Test func `A folder that does not exist is named`() {
    let path = folder.path("no/such/a.png")
    #expect(
      problem([path])
        == "\(path): the folder \(folder.path("no/such")) does not exist; make it first or write elsewhere")
  }

  @Test func `A file in place of the folder is refused`() throws {
    try folder.write("file", "x")
    #expect(problem([folder.path("file/a.png")]) != nil)
  }

  @Test func `A folder in place of the file is refused`() {
    mkdir(folder.path("dir.png"), 0o755)
    #expect(problem([folder.path("dir.png")]) == "\(folder.path("dir.png")): is a folder; name a file to write")
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func `A folder without permission is refused`() {
    mkdir(folder.path("closed"), 0o555)
    #expect(problem([folder.path("closed/a.png")])?.contains("cannot be written to") == true)
  }

  @Test func `An input is not overwritten, by whatever name`() throws {
    try folder.write("a.png", "x")
    symlink(folder.path("a.png"), folder.path("link.png"))
    for name in ["a.png", "./a.png", "link.png"] {
      #expect(
        problem([folder.path(name)], inputs: [folder.path("a.png")])?.contains("is the input") == true, "\(name)")
    }
  }

  @Test func `Two results do not share a file`() {
    #expect(problem([folder.path("a.png"), folder.path("./a.png")])?.contains("is the output of two results") == true)
  }
}
