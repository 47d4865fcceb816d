import Foundation
import Testing

@Suite(.enabled(if: Command.readsImages && Command.computesTensors, "the plug-ins are not built (make plugins)"))
struct TrainTests {
  private let folder = TemporaryFolder()

  /// Forty records of CIFAR-10's layout.
  private func writeRecords(_ name: String) throws {
    var records: [UInt8] = []
    for record in 0..<40 {
      let channel = (0..<1024).map { TemporaryFolder.texture($0 % 32 + 9 * record, $0 / 32 + 5 * record) }
      records += [0] + channel + channel + channel
    }
    try Data(records).write(to: URL(filePath: folder.path(name)))
  }

  private let quick = ["--epochs", "2", "--steps", "2", "--batch", "4", "--threads", "1"]

  @Test func `A network is trained, described and used`() throws {
    try writeRecords("a.bin")
    let result = try Command.run(
      ["train", "lstm-compact", "--images", "a.bin", "-o", "m.safetensors"] + quick, in: folder)
    #expect(result.status == 0 && result.errors == "")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("epoch 1: loss ") && lines[2] == "wrote m.safetensors")
    #expect(folder.names == ["a.bin", "m.checkpoint.safetensors", "m.md", "m.safetensors", "m.svg"])
    let card = try folder.text("m.md")
    #expect(card.contains("40 pictures of a.bin, 4 of them held out") && card.contains("| seed | 1 |"))
    #expect(try folder.text("m.svg").contains("<svg"))
    for name in ["a.nrrd", "b.nrrd"] { try folder.write(picture: name, width: 40) }
    let register = ["register", "a.nrrd", "b.nrrd", "--method", "lstm-compact", "--weights", "m.safetensors", "--json"]
    let used = try Command.run(register, in: folder)
    #expect([0, 3].contains(used.status) && used.object?["method"] as? String == "lstm-compact")
    let other = try Command.run(
      ["register", "a.nrrd", "b.nrrd", "--method", "rotation-cnn", "--weights", "m.safetensors"], in: folder)
    #expect(
      other.status == 1
        && other.errors == "vernier: m.safetensors: it is a model for lstm, not for rotation-cnn; use the method lstm\n"
    )
  }

  /// A picture of 32×32 has four tiles of 16×16.
  @Test func `Pictures are learned from in tiles`() throws {
    try writeRecords("a.bin")
    let train = ["train", "rotation-cnn", "--images", "a.bin", "-o", "m.safetensors", "--tiles"]
    let options = ["--size", "16", "--validation-pairs", "30"]
    #expect(try Command.run(train + quick + options, in: folder).status == 0)
    let card = try folder.text("m.md")
    #expect(card.contains("40 pictures of a.bin, 4 of them held out; 144 tiles of the others"), "\(card)")
    #expect(card.contains("--validation-pairs 30 --tiles") && card.contains("On 30 pairs"))
    let clash = try Command.run(train + ["--protocol", "strict"], in: folder)
    #expect(clash.status == 2 && clash.errors.contains("--tiles is for --protocol published"))
    let resumed = try Command.run(train + ["--resume"], in: folder)
    #expect(resumed.status == 2 && resumed.errors.contains("leave out --tiles"))
    let volumes = ["train", "stn-affine", "--volumes", ".", "-o", "m.safetensors", "--tiles"]
    let ofVolumes = try Command.run(volumes, in: folder)
    #expect(ofVolumes.status == 2 && ofVolumes.errors.contains("leave out --tiles"))
  }

  @Test func `A recipe is trained on, written down and repeated`() throws {
    for number in 0..<4 { try folder.write(picture: "s\(number).nrrd", width: 150, height: 140) }
    try writeRecords("a.bin")
    let recipe = [
      "--protocol", "strict", "--rotation", "15", "--shift", "5", "--noise", "0:10", "--jpeg", "60:90", "--modality",
      "0.25",
      "--flip",
    ]
    let train = ["train", "rotation-cnn", "--images", ".,a.bin", "-o", "m.safetensors", "--size", "32"]
    #expect(try Command.run(train + quick + recipe, in: folder).status == 0)
    let card = try folder.text("m.md")
    // The pictures of CIFAR-10 are too small to cut from.
    #expect(card.contains("4 pictures of . and a.bin, 1 of them held out"), "\(card)")
    #expect(card.contains("strict protocol") && card.contains("rotation ±15°") && card.contains("noise σ 0…10 %"))
    let line = try #require(card.split(separator: "\n").first { $0.contains("vernier train") })
    let words = line.split(separator: " ").map(String.init)
    let first = try Data(contentsOf: URL(filePath: folder.path("m.safetensors")))
    // The command on the card makes the same bits.
    #expect(try Command.run(Array(words.dropFirst()) + ["--threads", "1"], in: folder).status == 0)
    #expect(try Data(contentsOf: URL(filePath: folder.path("m.safetensors"))) == first)
    let resumed = try Command.run(train.dropLast(2) + ["--resume", "--threads", "1"], in: folder)
    #expect(resumed.status == 0 && resumed.output == "wrote m.safetensors\n")
    let clash = try Command.run(train.dropLast(2) + ["--resume", "--flip"], in: folder)
    #expect(clash.status == 2 && clash.errors.contains("leave out --flip"))
  }

  /// At a rate of next to nothing the network stays as good as the one it started from.
  @Test func `A network learns on from another's parameters`() throws {
    try writeRecords("a.bin")
    func trained(_ name: String, _ options: [String]) throws -> [Substring] {
      let words = [
        "train", "lstm-compact", "--images", "a.bin", "-o", name, "--threads", "1", "--steps", "3", "--batch", "8",
      ]
      let result = try Command.run(words + options, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      return result.output.split(separator: "\n")
    }
    func validation(_ line: Substring) -> Substring? {
      line.split(separator: ", ").first { $0.hasPrefix("validation") }
    }
    let first = try trained("m.safetensors", ["--epochs", "1"])
    let second = try trained(
      "n.safetensors", ["--epochs", "1", "--learning-rate", "1e-9", "--weights", "m.safetensors"])
    let other = try trained("o.safetensors", ["--epochs", "1", "--learning-rate", "1e-9"])
    #expect(validation(first[0]) != nil && validation(second[0]) == validation(first[0]))
    #expect(validation(other[0]) != validation(first[0]))
    #expect(try folder.text("n.md").contains("--weights m.safetensors"))
    let resumed = try Command.run(
      ["train", "lstm-compact", "--images", "a.bin", "-o", "n.safetensors", "--resume", "--weights", "m.safetensors"],
      in: folder)
    #expect(resumed.status == 2 && resumed.errors.contains("leave out --weights"))
    let wrong = try Command.run(
      [
        "train", "rotation-cnn", "--images", "a.bin", "-o", "p.safetensors", "--size", "32", "--weights",
        "m.safetensors",
      ],
      in: folder)
    #expect(wrong.status == 1 && wrong.errors.contains("m.safetensors: it is a model for lstm, not for rotation-cnn"))
  }

  @Test func `A training that is over resumes to nothing more`() throws {
    try writeRecords("a.bin")
    let line = ["train", "lstm-compact", "--images", "a.bin", "-o", "m.safetensors", "--threads", "1"]
    let missing = try Command.run(line + ["--resume"], in: folder)
    #expect(missing.status == 1 && missing.errors.hasPrefix("vernier: m.checkpoint.safetensors: cannot be read"))
    #expect(try Command.run(line + quick.dropLast(2), in: folder).status == 0)
    let again = try Command.run(line + ["--resume"], in: folder)
    #expect(again.status == 0 && again.output == "wrote m.safetensors\n")
    let clash = try Command.run(line + ["--resume", "--epochs", "3"], in: folder)
    #expect(clash.status == 2 && clash.errors.contains("leave out --epochs"))
    let other = ["train", "rotation-cnn", "--images", "a.bin", "-o", "m.safetensors", "--resume"]
    #expect(try Command.run(other, in: folder).errors.contains("it is a model for lstm, not for rotation-cnn"))
  }

  /// The limit on a file's size stands for a full disk.
  @Test func `A full disk keeps the old model`() throws {
    try writeRecords("a.bin")
    try folder.write("m.safetensors", "old")
    let train = "\(Command.path) train lstm-compact --images a.bin -o m.safetensors \(quick.joined(separator: " "))"
    let result = try Command.run(
      ["-c", "trap '' XFSZ; ulimit -f 1000; \(train)"], in: folder, program: "/bin/bash")
    #expect(result.status == 1 && result.errors.hasPrefix("vernier: m.safetensors: cannot be written (File too large)"))
    #expect(try folder.text("m.safetensors") == "old" && folder.names == ["a.bin", "m.safetensors"])
  }

  @Test(arguments: [
    (["train", "lstn"], 2, "NETWORK cannot be lstn; it is one of lstm, "),
    (["train", "lstm"], 2, "--images FOLDER is missing"),
    (["train", "lstm", "--images", "x"], 2, "--output MODEL.safetensors is missing"),
    (["train", "lstm-compact", "--images", "none", "-o", "m.safetensors"], 1, "none: no such file or folder"),
    (["train", "lstm-compact", "--images", "empty", "-o", "m.safetensors"], 1, "empty: it holds no picture ("),
    (
      ["train", "lstm-compact", "--images", "a.nrrd", "-o", "m.safetensors"], 1, "a.nrrd: training needs at least two "
    ),
    (["train", "lstm-compact", "--images", ".", "-o", "m.pt"], 1, "m.pt: the file name's ending"),
    (
      ["train", "rotation-cnn", "--images", ".", "-o", "m.safetensors", "--size", "8"], 2,
      "--size: the side 8 cannot be"
    ),
    (
      ["train", "lstm-compact", "--images", ".", "-o", "m.safetensors", "--pretrained", "x"], 2,
      "--pretrained is for resnext50"
    ),
    (
      ["train", "resnext50", "--images", ".", "-o", "m.safetensors", "--pretrained", "x", "--weights", "y"], 2,
      "--weights has every parameter"
    ),
    (
      ["train", "lstm-compact", "--images", ".", "-o", "m.safetensors", "--scale", "0.8:1.2"], 2,
      "--scale: a rigid motion has none; leave it out"
    ),
    (
      ["train", "lstm-compact", "--images", ".", "-o", "m.safetensors", "--protocol", "strict"], 1,
      ".: training needs at least two pictures of "
    ),
    (["train", "lstm-compact", "--learning-rate", "fast"], 2, "--learning-rate cannot be fast; it is a number from "),
    (["register", "a", "b", "--weights", "m.safetensors"], 2, "--weights belongs to one learned method"),
    (["register", "a.nrrd", "b.nrrd", "--method", "lstm"], 1, "lstm: no model file comes with this build; "),
    (["register", "a.nrrd", "b.nrrd", "--method", "lstm", "--weights", "a.nrrd"], 1, "a.nrrd: not a safetensors file"),
  ])
  func `What cannot be done is one line`(arguments: [String], status: Int32, message: String) throws {
    for name in ["a.nrrd", "b.nrrd"] { try folder.write(picture: name) }
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: false)
    let result = try Command.run(arguments, environment: ["VERNIER_MODELS": "/nowhere"], in: folder)
    #expect(result.status == status && result.errors.hasPrefix("vernier: \(message)"), "\(result.errors)")
    #expect(result.errors.filter(\.isNewline).count == 1 && folder.names == ["a.nrrd", "b.nrrd", "empty"])
  }

  @Test func `Without its plug-in a network says how to get it`() throws {
    // A copy of the command has no plug-ins beside it.
    try FileManager.default.copyItem(atPath: Command.path, toPath: folder.path("vernier"))
    let files = (Command.path as NSString).deletingLastPathComponent + "/../../native/libvernier-files.so"
    try FileManager.default.createDirectory(atPath: folder.path("plugins"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: files, toPath: folder.path("plugins/libvernier-files.so"))
    for name in ["a.nrrd", "b.nrrd"] { try folder.write(picture: name) }
    try folder.write("m.safetensors", "")
    let result = try Command.run(
      ["register", "a.nrrd", "b.nrrd", "--method", "lstm", "--weights", "m.safetensors"], in: folder,
      program: folder.path("vernier"))
    #expect(result.status == 1 && result.errors.contains("libvernier-tensors.so, which is not there; `make learning`"))
    let version = try Command.run(["methods"], in: folder, program: folder.path("vernier"))
    #expect(version.status == 0 && version.output.contains("two-headed-cnn"))
  }

  @Test func aListOfPairsEndsAtOnceWhereTheMethodHasNoModel() throws {
    try folder.write("pairs.csv", "fixed,moving\na.nrrd,b.nrrd\nb.nrrd,a.nrrd\n")
    let batch = try Command.run(["batch", "pairs.csv", "--method", "resnext50"], in: folder)
    #expect(batch.status == 1 && batch.output.isEmpty && batch.errors.contains("no model file"))
    #expect(batch.errors.split(separator: "\n").count == 1)
  }

}
