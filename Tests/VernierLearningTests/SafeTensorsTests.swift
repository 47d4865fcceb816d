import Foundation
import Testing
import VernierFiles

@testable import VernierLearning

struct SafeTensorsTests {
  let folder = TemporaryFolder()

  /// A file of this header and these bytes after it.
  private func file(_ header: String, _ data: [UInt8] = [], length: Int? = nil) -> [UInt8] {
    let count = UInt64(length ?? header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8) + data
  }

  private func reason(_ bytes: [UInt8]) throws -> ModelFileError.Reason? {
    try folder.write("a.safetensors", bytes)
    do throws(ModelFileError) {
      _ = try SafeTensors(folder("a.safetensors"))
      return nil
    } catch {
      let text = "\(error)"
      #expect(text.hasPrefix(folder("a.safetensors") + ": ") && !text.contains("\n"))
      return error.reason
    }
  }

  @Test func everyTypeIsRead() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("F64", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], [-1.5]), ("F32", [0, 0, 0xc0, 0x3f], [1.5]), ("F16", [0, 0x3e], [1.5]),
      ("BF16", [0xc0, 0xbf], [-1.5]), ("I64", [0xfe] + [UInt8](repeating: 0xff, count: 7), [-2]),
      ("I32", [1, 1, 0, 0], [257]), ("I16", [0xff, 0xff], [-1]), ("I8", [0x80], [-128]), ("U8", [200], [200]),
      ("BOOL", [1], [1]),
    ]
    for (type, bytes, values) in cases {
      try folder.write(
        "a", file(#"{"x":{"dtype":"\#(type)","shape":[1,1],"data_offsets":[0,\#(bytes.count)]}}"#, bytes))
      let read = try SafeTensors(folder("a"))
      #expect(read.values(of: "x") == values, "\(type)")
      #expect(read.entries["x"]?.shape == [1, 1] && read.values(of: "y") == nil)
    }
  }

  @Test func aBareNumberAndAnEmptyTensorAreRead() throws {
    try folder.write(
      "a",
      file(
        #"{"__metadata__":{"k":"v"},"e":{"dtype":"F32","shape":[0,2],"data_offsets":[0,0]},"n":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   "#,
        [0, 0, 0x80, 0x3f]))
    let read = try SafeTensors(folder("a"))
    #expect(read.metadata == ["k": "v"] && read.values(of: "n") == [1] && read.values(of: "e") == [])
  }

  @Test func damageIsFound() throws {
    func entry(_ shape: String, _ offsets: String, _ type: String = "F32") -> String {
      #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }
    let eight = [UInt8](repeating: 0, count: 8)
    let cases: [([UInt8], (ModelFileError.Reason) -> Bool)] = [
      ([], { if case .length = $0 { true } else { false } }),
      ([1, 2, 3], { if case .length = $0 { true } else { false } }),
      (file("{}", length: 1 << 40), { if case .malformed = $0 { true } else { false } }),
      (file("{}", length: 10), { if case .length = $0 { true } else { false } }),
      (file("[]"), { if case .malformed = $0 { true } else { false } }),
      (file("{\"a\":"), { if case .malformed = $0 { true } else { false } }),
      (file("{\"a\":{}}"), { if case .malformed = $0 { true } else { false } }),
      (file("{\"__metadata__\":{\"a\":1}}"), { if case .malformed = $0 { true } else { false } }),
      (file("{\"a\":\(entry("[2]", "[0,8]", "F128"))}", eight), { $0 == .elementType(tensor: "a", type: "F128") }),
      (file("{\"a\":\(entry("[2]", "[0,7]"))}", eight), { if case .offsets = $0 { true } else { false } }),
      (file("{\"a\":\(entry("[-2]", "[0,8]"))}", eight), { if case .malformed = $0 { true } else { false } }),
      (file("{\"a\":\(entry("[1.5]", "[0,6]"))}", eight), { if case .malformed = $0 { true } else { false } }),
      (file("{\"a\":\(entry("[2]", "[8,0]"))}", eight), { if case .malformed = $0 { true } else { false } }),
      (
        file("{\"a\":\(entry("[9223372036854775807,4]", "[0,8]"))}", eight),
        { if case .malformed = $0 { true } else { false } }
      ),
      (
        file("{\"a\":\(entry("[1]", "[0,4]")),\"b\":\(entry("[2]", "[0,8]"))}", eight),
        { if case .offsets = $0 { true } else { false } }
      ),
      (
        file("{\"a\":\(entry("[1]", "[0,4]")),\"b\":\(entry("[1]", "[8,12]"))}", eight + eight),
        { if case .offsets = $0 { true } else { false } }
      ),
      (
        file("{\"a\":\(entry("[1]", "[0,4]")),\"a\":\(entry("[1]", "[4,8]"))}", eight),
        { if case .malformed = $0 { true } else { false } }
      ),
      (file("{\"a\":\(entry("[1]", "[0,4]"))}", eight), { if case .length = $0 { true } else { false } }),
      (file("{\"a\":\(entry("[4]", "[0,16]"))}", eight), { if case .length = $0 { true } else { false } }),
    ]
    for (number, (bytes, isExpected)) in cases.enumerated() {
      let found = try #require(try reason(bytes), "case \(number) was read")
      #expect(isExpected(found), "case \(number): \(found)")
    }
    #expect(throws: ModelFileError.self) { try SafeTensors(folder("none")) }
    #expect(throws: ModelFileError.self) { try SafeTensors(folder.root) }
  }

  @Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
  struct Written {
    let folder = TemporaryFolder()

    private func tensors() throws -> [NamedTensor] {
      [
        NamedTensor("b", try Tensor([1, -2.5] as [Float], shape: [2, 1])),
        NamedTensor("a.weight", try Tensor([3] as [Float], shape: [])),
      ]
    }

    @Test func theBytesAreThoseOfTheFormat() throws {
      try SafeTensors.write(try tensors(), metadata: ["k": "a \"b\" é"], to: folder("a"))
      let header =
        ##"{"__metadata__":{"k":"a \"b\" é"},"a.weight":{"data_offsets":[8,12],"dtype":"F32","shape":[]},"b":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]}}"##
      let padded = Array(header.utf8) + [UInt8](repeating: 0x20, count: (8 - header.utf8.count % 8) % 8)
      let length = (0..<8).map { UInt8(truncatingIfNeeded: padded.count >> (8 * $0)) }
      let elements: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0, 0, 0, 0x40, 0x40]
      #expect(try folder.bytes("a") == length + padded + elements)
      let read = try SafeTensors(folder("a"))
      #expect(read.metadata == ["k": "a \"b\" é"] && read.values(of: "b") == [1, -2.5])
    }

    @Test func everyTruncationIsAnError() throws {
      try SafeTensors.write(try tensors(), metadata: ["k": "v"], to: folder("a"))
      let whole = try folder.bytes("a")
      for length in whole.indices {
        try folder.write("b", Array(whole.prefix(length)))
        #expect(throws: ModelFileError.self, "\(length) bytes") { try SafeTensors(folder("b")) }
      }
      try folder.write("b", whole + [0])
      #expect(throws: ModelFileError.self) { try SafeTensors(folder("b")) }
    }

    @Test func aFailureLeavesTheOldFile() throws {
      try SafeTensors.write(try tensors(), metadata: [:], to: folder("a"))
      let old = try folder.bytes("a")
      #expect(throws: FileError.self) {
        try PartialFiles.replace(
          folder("a"),
          parts: { write throws(FileError) in
            try write([1, 2, 3])
            throw FileError("a", .failed("no more room"))
          })
      }
      #expect(try folder.bytes("a") == old && folder.names == ["a"])
    }

    /// A Python with the reference implementation: the one that `VERNIER_PYTHON` names, or `python3`.
    private static let python: String? = {
      let candidates = [ProcessInfo.processInfo.environment["VERNIER_PYTHON"], "python3"].compactMap(\.self)
      return candidates.first { (try? run($0, ["-c", "import numpy, safetensors.numpy"])) == 0 }
    }()

    private static func run(_ python: String, _ arguments: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [python] + arguments
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    @Test(.enabled(if: python != nil, "needs Python's safetensors and numpy: VERNIER_PYTHON"))
    func pythonReadsAndWritesTheSame() throws {
      try SafeTensors.write(try tensors(), metadata: ["k": "v"], to: folder("a"))
      let script = """
        import sys, numpy, safetensors, safetensors.numpy as st
        a = st.load_file(sys.argv[1])
        assert sorted(a) == ["a.weight", "b"] and a["b"].tolist() == [[1.0], [-2.5]] and a["a.weight"].tolist() == 3.0
        with safetensors.safe_open(sys.argv[1], "np") as f: assert f.metadata() == {"k": "v"}
        st.save_file({"x": numpy.array([[1, 2], [3, 4]], numpy.float16), "n": numpy.array(7, numpy.int64)}, sys.argv[2], {"m": "w"})
        """
      #expect(try Self.run(try #require(Self.python), ["-c", script, folder("a"), folder("b")]) == 0)
      let read = try SafeTensors(folder("b"))
      #expect(read.values(of: "x") == [1, 2, 3, 4] && read.values(of: "n") == [7] && read.metadata == ["m": "w"])
    }
  }
}
