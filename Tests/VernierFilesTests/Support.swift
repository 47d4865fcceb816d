import Glibc
import Testing
import Vernier
import VernierFiles

let filesPluginAvailable = (try? FilesPlugin.load()) != nil
let pluginNeeded: Comment = "needs the files plug-in: make build"

/// The folder of real images: `VERNIER_DATA`, or `shared/data` beside the repository.
let dataFolder: String? = {
  let given = getenv("VERNIER_DATA").map { String(cString: $0) }
  let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  let candidates = [given, "/\(root)/../shared/data", "/\(root)/../../shared/data"].compactMap { $0 }
  return candidates.first { access($0, R_OK) == 0 }
}()
let dataNeeded: Comment = "needs the test images: set VERNIER_DATA"

/// A folder that is removed with everything in it.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/vernier-test-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit { TemporaryFolder.remove(path) }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// The names of what is in the folder, hidden files too.
  var names: [String] { TemporaryFolder.names(in: path) }

  private static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    chmod(path, 0o755)
    for name in names(in: path) where unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
    rmdir(path)
  }
}

func bytes(of path: String) -> [UInt8] {
  guard let file = fopen(path, "rb") else { return [] }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let size = ftell(file)
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = fread(buffer.baseAddress, 1, size, file)
  }
}

func write(_ bytes: some Collection<UInt8>, to path: String) {
  let file = fopen(path, "wb")!
  let bytes = Array(bytes)
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

extension ImageFile {
  var planes: [Image<2>] { channels(as: Image<2>.self) ?? [] }
  var volume: [Image<3>] { channels(as: Image<3>.self) ?? [] }
}

/// Whole numbers that fit the type, its extremes among them.
func samples(_ type: SampleType, count: Int, seed: UInt64 = 1) -> [Float] {
  let range: ClosedRange<Float> =
    switch type {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    case .uint32: 0...16_777_216
    case .uint64: 0...16_777_216
    case .int32, .int64, .float32, .float64: -16_777_216...16_777_216
    }
  var generator = SeededGenerator(seed: seed)
  return [range.lowerBound, range.upperBound]
    + (2..<count).map { _ in Float.random(in: range, using: &generator).rounded() }
}

/// The files of the repository's tests.
func goldenPath(_ name: String) -> String {
  "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Golden/" + name
}
