import Dispatch
import Synchronization
import Testing
import Vernier
import VernierFiles

/// The two files of a pair are read at the same time, and a batch reads several pairs.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct ConcurrentReadingTests {
  private let folder = TemporaryFolder()

  /// As text and compressed, of every format that has volumes, each file of its own values.
  @Test(arguments: ["a.nii.gz", "a.nrrd", "text.nrrd", "a.mha", "a.tif", "a.png", "a.jpg"])
  func filesAreReadAtTheSameTime(name: String) throws {
    let side = 200
    let paths = (0..<4).map { folder("\($0)\(name)") }
    for (file, path) in paths.enumerated() {
      let samples = (0..<side * side).map { UInt8(($0 * 7 + file * 31) % 251) }
      if name == "text.nrrd" {
        let text = samples.map(String.init).joined(separator: " ")
        let header = "NRRD0004\ntype: uint8\ndimension: 2\nsizes: \(side) \(side)\nencoding: ascii\n\n"
        write(Array((header + text + "\n").utf8), to: path)
      } else {
        let image = try Image<2>(width: side, height: side, samples: samples.map(Float.init))
        try ImageFile([image], sampleType: .uint8).write(to: path)
      }
    }
    let alone = try paths.map { try ImageFile.read($0).planes.map(\.samples) }
    let faults = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 60) { number in
      let file = number % paths.count
      do {
        let found = try ImageFile.read(paths[file]).planes.map(\.samples)
        if found != alone[file] { faults.withLock { $0.append("\(number): other samples") } }
      } catch { faults.withLock { $0.append("\(number): \(error)") } }
    }
    let found = faults.withLock { $0 }
    #expect(found.isEmpty, "\(found.count) of 60: \(found.first ?? "")")
  }
}
