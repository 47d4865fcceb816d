import CFilesPlugin
import Glibc
import Testing
import Vernier
import VernierFiles
import VernierPlugin

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct WritingErrorTests {
  let folder = TemporaryFolder()
  let image = try! Image(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6])

  func message(_ file: ImageFile, _ name: String) -> String? {
    do throws(FileError) {
      try file.write(to: folder(name))
      return nil
    } catch {
      return error.description
    }
  }

  @Test func combinationsNameTheRemedy() throws {
    #expect(message(ImageFile([image], sampleType: .uint16), "a.jpg")?.contains("write PNG (.png) or TIFF") == true)
    #expect(message(ImageFile([image], sampleType: .float32), "a.png")?.contains("write TIFF (.tif)") == true)
    let five = ImageFile([Image<2>](repeating: image, count: 5), sampleType: .uint8)
    #expect(message(five, "a.png")?.contains("1 to 4 channels, this image has 5; write TIFF") == true)
    #expect(message(ImageFile([image, image], sampleType: .uint8), "a.jpg")?.contains("write PNG") == true)
    #expect(message(ImageFile([image], sampleType: .uint8), "a.dcm")?.contains("only read") == true)
    #expect(message(ImageFile([image], sampleType: .uint8), "a.mhd")?.contains("use .mha") == true)
    #expect(message(ImageFile([image], sampleType: .uint8), "a.xyz")?.contains("use .png") == true)
    #expect(message(ImageFile([image], sampleType: .uint8), "a")?.contains("no extension") == true)
    let volume = try Image(grid: Grid<3>(size: [1, 2, 3]), samples: image.samples)
    #expect(message(ImageFile([volume], sampleType: .uint8), "a.png")?.contains("no volumes") == true)
    #expect(folder.names == [])
  }

  @Test func folderIsMissing() {
    #expect(message(ImageFile([image], sampleType: .uint8), "no/a.png")?.contains("No such file") == true)
  }

  @Test func targetIsAFolder() {
    mkdir(folder("a.png"), 0o755)
    #expect(message(ImageFile([image], sampleType: .uint8), "a.png")?.contains("it is a folder") == true)
    #expect(folder.names == ["a.png"])
  }

  @Test func failureLeavesTheOldFile() {
    write("old".utf8, to: folder("a.txt"))
    #expect(throws: FileError.self) {
      try PartialFiles.replace(folder("a.txt")) { temporary throws(FileError) in
        write("half".utf8, to: temporary)
        #expect(folder.names.count == 2)
        throw FileError("a.txt", .failed("no more room"))
      }
    }
    #expect(bytes(of: folder("a.txt")) == Array("old".utf8))
    #expect(folder.names == ["a.txt"])
  }

  @Test func unsupportedTypeLeavesTheOldFile() {
    write("old".utf8, to: folder("a.png"))
    #expect(message(ImageFile([image], sampleType: .float32), "a.png") != nil)
    #expect(bytes(of: folder("a.png")) == Array("old".utf8))
    #expect(folder.names == ["a.png"])
  }

  /// On a full disk libraries report success, end the process or crash unless they are kept from it.
  @Test(arguments: ["a.png", "a.jpg", "a.bmp", "a.tif", "a.nii", "a.nii.gz", "a.nrrd", "a.mha"])
  func fullDeviceIsNoticed(_ name: String) throws {
    let table = try Plugin(name: "files", version: Int32(VERNIER_FILES_ABI)).load()
      .assumingMemoryBound(to: vernier_files_table.self)
    symlink("/dev/full", folder(name))
    var image = vernier_image()
    image.format = Int32(
      [".png": 1, ".jpg": 2, ".tif": 3, ".bmp": 4, ".gz": 5, ".nii": 5, ".nrrd": 6, ".mha": 7]
        .first { name.hasSuffix($0.key) }!.value)
    (image.rank, image.channels, image.sample_type) = (2, 1, Int32(VERNIER_SAMPLE_UINT8))
    (image.size.0, image.size.1, image.spacing.0, image.spacing.1) = (300, 300, 1, 1)
    (image.direction.0, image.direction.3) = (1, 1)
    var message = [CChar](repeating: 0, count: 500)
    let status = samples(.uint8, count: 90_000).withUnsafeBufferPointer { plane in
      table.pointee.write(folder(name), &image, [plane.baseAddress], 0, nil, nil, &message, message.count)
    }
    #expect(Int(status) == VERNIER_FAILED)
    #expect(message[0] != 0)
  }

  @Test func linksAreFollowedAndPermissionsKept() throws {
    write("old".utf8, to: folder("real.png"))
    chmod(folder("real.png"), 0o600)
    symlink("real.png", folder("link.png"))
    try ImageFile([image], sampleType: .uint8).write(to: folder("link.png"))
    #expect(try ImageFile.read(folder("real.png")).planes[0].samples == image.samples)
    var status = stat()
    lstat(folder("link.png"), &status)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    stat(folder("real.png"), &status)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  /// In a process of its own: the signal, and what it removes, concern all files that a process is writing.
  @Test func halfWrittenFilesAreRemovedAtASignal() async throws {
    let ended = await #expect(processExitsWith: .signal(SIGTERM), observing: [\.standardOutputContent]) {
      // The process may have been started with the signal ignored or blocked.
      signal(SIGTERM, SIG_DFL)
      var none = sigset_t()
      sigemptyset(&none)
      sigprocmask(SIG_SETMASK, &none, nil)
      PartialFiles.removeOnSignals()
      let target = "/tmp/vernier-test-\(getpid()).txt"
      try PartialFiles.replace(target) { temporary throws(FileError) in
        write("half".utf8, to: temporary)
        print("<\(temporary)>")
        fflush(nil)
        raise(SIGTERM)
      }
    }
    let output = String(decoding: try #require(ended).standardOutputContent, as: UTF8.self)
    let temporary = try #require(output.split(separator: "<").last?.split(separator: ">").first)
    #expect(temporary.contains("vernier"))
    #expect(access(String(temporary), F_OK) != 0)
  }
}
