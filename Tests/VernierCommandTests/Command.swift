import Foundation
import Glibc

/// The built command, run as a person runs it.
enum Command {
  struct Result {
    var status: Int32
    var output: String
    var errors: String
    /// The standard output as one JSON object.
    var object: [String: Any]? {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any]
    }
  }

  /// The command beside the test bundle.
  static let path = built("vernier")

  /// A program beside the test bundle.
  static func built(_ program: String) -> String {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: program).path()
  }

  static func run(
    _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder? = nil,
    program: String = path
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(filePath: folder.root) }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // What the command says in these tests fits the pipes' buffers.
    process.waitUntilExit()
    func text(_ pipe: Pipe) -> String {
      String(decoding: (try? pipe.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
    }
    return Result(status: process.terminationStatus, output: text(output), errors: text(errors))
  }

  /// Starts a child that a signal is to end, and ends it by force after two minutes.
  ///
  /// A shell may have started the tests with the signal ignored, and threads of a dispatch queue block signals: a child
  /// would inherit both.
  static func start(_ process: Process, endedBy number: Int32) throws {
    signal(number, SIG_DFL)
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    let child = process.processIdentifier
    DispatchQueue.global().asyncAfter(deadline: .now() + 120) { [weak process] in
      if process?.isRunning == true { kill(child, SIGKILL) }
    }
  }

  /// Whether the command finds its plug-in for files; tests that read images need it.
  static let readsImages: Bool = {
    let folder = TemporaryFolder()
    try? folder.write(picture: "a.nrrd")
    return (try? run(["info", folder.path("a.nrrd")]))?.status == 0
  }()

  /// Whether the command finds its plug-in for tensors.
  static let computesTensors: Bool = {
    let folder = TemporaryFolder()
    try? folder.write("m.safetensors", "")
    let result = try? run([
      "train", "lstm-compact", "--images", folder.path("none"), "-o", folder.path("m.safetensors"),
    ])
    return result?.errors.contains("no such file or folder") == true
  }()

  /// Whether the command finds its plug-in for vision too.
  static let findsKeypoints: Bool = {
    let folder = TemporaryFolder()
    try? folder.write(picture: "a.nrrd")
    let picture = folder.path("a.nrrd")
    // Status 1 is a missing plug-in; 3 is a picture with too few keypoints.
    return (try? run(["register", picture, picture, "--method", "orb"]))?.status == 3
  }()
}

extension TemporaryFolder {
  /// Writes a small textured picture as NRRD.
  ///
  /// - Parameter value: the sample at (x, y).
  func write(
    picture name: String, width: Int = 48, height: Int = 40, value: (Int, Int) -> UInt8 = TemporaryFolder.texture
  ) throws {
    let header = "NRRD0004\ntype: uint8\ndimension: 2\nsizes: \(width) \(height)\nencoding: raw\n\n"
    let samples = (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } }
    try (Data(header.utf8) + Data(samples)).write(to: URL(filePath: path(name)))
  }

  /// Writes a small volume as NRRD, its texture displaced along x.
  func write(volume name: String, side: Int = 16, offset: Int = 0) throws {
    let header = "NRRD0004\ntype: uint8\ndimension: 3\nsizes: \(side) \(side) \(side)\nencoding: raw\n\n"
    let samples = (0..<side * side * side).map {
      Self.texture($0 % side + $0 / (side * side) + offset, $0 / side % side)
    }
    try (Data(header.utf8) + Data(samples)).write(to: URL(filePath: path(name)))
  }

  /// Blobs at no regular distance, so that one alignment is right.
  static func texture(_ x: Int, _ y: Int) -> UInt8 {
    let x = Double(x)
    let y = Double(y)
    let value = sin(x * 0.31 + 0.004 * y * y) + cos(y * 0.23 + 0.007 * x * y) + sin(0.013 * (x * x - y))
    return UInt8(128 + 40 * value)
  }
}
