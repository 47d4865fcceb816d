import Foundation
import Testing

/// Lists in parts, gone on with, and looked over.
@Suite(.enabled(if: Command.readsImages, "the plug-in for files is not there"))
struct BatchListTests {
  private let folder = TemporaryFolder()
  private static let rows = 7

  /// Seven rows, of which the fifth names a file that is not there.
  init() throws {
    try folder.write(picture: "a.nrrd")
    try folder.write(picture: "b.nrrd") { x, y in TemporaryFolder.texture(x + 2, y + 1) }
    let rows = (1...Self.rows).map { "a.nrrd,\($0 == 5 ? "none" : "b").nrrd,\"tag \($0), \u{e9}\"" }
    try folder.write("pairs.csv", "fixed,moving,tag\n" + rows.joined(separator: "\n"))
  }

  private func batch(_ words: String) throws -> Command.Result {
    try Command.run(
      ["batch", "pairs.csv", "--transform", "translation"] + words.split(separator: " ").map(String.init), in: folder)
  }

  /// Lines without what is never twice the same.
  private func timeless(_ text: String) throws -> [NSDictionary] {
    try text.split(separator: "\n").map { line in
      var object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      object["seconds"] = nil
      return object as NSDictionary
    }
  }

  @Test func `The shards' files, one after the other, are what one run writes`() throws {
    let whole = try batch("-o one-{row}.png")
    var parts = ""
    for number in 1...3 {
      let part = try batch("--shard \(number)/3 --results \(number).jsonl -o many-{row}.png")
      #expect(part.status == (number == 2 ? 3 : 0) && part.output.contains("pairs: "))
      parts += try folder.text("\(number).jsonl")
    }
    #expect(try timeless(parts) == timeless(whole.output))
    for row in [1, 4, 7] {
      let files = try ["one", "many"].map { try Data(contentsOf: URL(filePath: folder.path("\($0)-\(row).png"))) }
      #expect(files[0] == files[1])
    }
    #expect(!folder.names.contains("many-5.png"))
  }

  @Test(arguments: ["0/3", "4/3", "3", "a/b", "1/0", "-1/3", "1/3/5", "1/"])
  func `A shard out of range is a usage error`(shard: String) throws {
    let result = try batch("--shard=\(shard)")
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors == "vernier: --shard cannot be \(shard); it is I/N, with I from 1 to N, such as 3/7\n")
  }

  @Test func `More shards than rows leave some without any`() throws {
    let result = try batch("--shard 50/50 --results none.jsonl")
    #expect(result.status == 0)
    #expect(try folder.text("none.jsonl") == "")
  }

  @Test func `A run that was killed goes on behind its last whole line`() throws {
    #expect(try batch("--results all.jsonl").status == 3)
    let all = try folder.text("all.jsonl")
    let lines = all.split(separator: "\n").map(String.init)
    #expect(lines.count == Self.rows)
    for kept in [0, 3, 6] {
      for torn in ["", "{\"fix", String(lines[kept].prefix(lines[kept].count / 2)), lines[kept]] {
        try folder.write("all.jsonl", lines.prefix(kept).map { $0 + "\n" }.joined() + torn)
        #expect(try batch("--results all.jsonl --resume").status == 3)
        let again = try folder.text("all.jsonl")
        #expect(again.split(separator: "\n").map(String.init).prefix(kept) == lines.prefix(kept))
        #expect(try again.hasSuffix("\n") && timeless(again) == timeless(all))
      }
    }
    try folder.write("all.jsonl", all)
    let nothing = try batch("--results all.jsonl --resume")
    #expect(nothing.status == 3 && nothing.errors.isEmpty)
    #expect(try folder.text("all.jsonl") == all)
    #expect(nothing.output == "7 pairs: 6 aligned, 0 doubtful, 1 failed; 7 of them were there\n")
  }

  @Test func `What is there is not written over`() throws {
    try folder.write("all.jsonl", "precious")
    let refused = try batch("--results all.jsonl")
    #expect(refused.status == 1)
    #expect(refused.errors == "vernier: all.jsonl: is there already; go on with it (--resume), or name another\n")
    let other = try batch("--results all.jsonl --resume")
    #expect(other.status == 1 && other.errors.hasPrefix("vernier: all.jsonl: line 1 is not the result of its row; "))
    #expect(try folder.text("all.jsonl") == "precious")
    #expect(try batch("--results pairs.csv").errors.contains("pairs.csv: "))
  }

  @Test func `A result file of another list, shard or order is refused as it stands`() throws {
    #expect(try batch("--shard 2/3 --results part.jsonl").status == 3)
    let part = try folder.text("part.jsonl")
    for words in ["", "--shard 1/3", "--shard 3/3"] {
      let result = try batch("--results part.jsonl --resume \(words)")
      #expect(result.status == 1 && result.errors.hasPrefix("vernier: part.jsonl: line 1 is not the result of its row"))
      #expect(try folder.text("part.jsonl") == part)
    }
    try folder.write("two.jsonl", part + part)
    let longer = try batch("--shard 2/3 --results two.jsonl --resume")
    #expect(longer.status == 1 && longer.errors.contains("line 3 is one more than there are rows"))
  }

  @Test func `Results of another transform are not gone on with`() throws {
    #expect(try batch("--transform translation --results all.jsonl").status == 3)
    let whole = try folder.text("all.jsonl")
    try folder.write("all.jsonl", whole.split(separator: "\n").prefix(3).map { $0 + "\n" }.joined())
    let other = try batch("--transform rigid --results all.jsonl --resume")
    #expect(other.status == 1)
    let remedy = "go on with that, or name another file\n"
    #expect(other.errors.hasSuffix("is a result of --transform translation; \(remedy)"))
    #expect(try batch("--transform translation --results all.jsonl --resume").status == 3)
    let again = try folder.text("all.jsonl")
    #expect(try timeless(again) == timeless(whole))
  }

  @Test func `Resuming needs a file of results`() throws {
    #expect(try batch("--resume").status == 2)
  }

  @Test func `Two shards may not write one file`() throws {
    let result = try batch("--shard 1/7 -o {fixed}.png")
    #expect(result.status == 1 && result.errors.contains("is the output of two results"))
  }

  @Test func `A full disk loses no line`() throws {
    // The limit on a file's length stands for the disk's end.
    let one = try batch("--shard 1/7").output.utf8.count
    let words = "'\(Command.path)' batch pairs.csv --transform translation --results full.jsonl"
    let line = "trap '' XFSZ; ulimit -f \((5 * one / 2 + 511) / 1024); \(words)"
    let full = try Command.run(["-c", line], in: folder, program: "/bin/bash")
    #expect(full.status == 1)
    #expect(
      full.errors.split(separator: "\n").count {
        $0.hasPrefix("vernier: full.jsonl: cannot be written (File too large); it holds the results of ")
      } == 1)
    let held = try folder.text("full.jsonl")
    #expect(held.hasSuffix("\n") && held.split(separator: "\n").count >= 1)
    #expect(try batch("--results full.jsonl --resume").status == 3)
    #expect(try timeless(folder.text("full.jsonl")).count == Self.rows && folder.text("full.jsonl").hasPrefix(held))
  }

  @Test func `Names are looked for from the current folder, then from the list's`() throws {
    try FileManager.default.createDirectory(atPath: folder.path("there/cwd"), withIntermediateDirectories: true)
    for name in ["a.nrrd", "b.nrrd"] {
      try FileManager.default.moveItem(atPath: folder.path(name), toPath: folder.path("there/\(name)"))
    }
    try folder.write("there/pairs.csv", "fixed,moving,mask\na.nrrd,b.nrrd,m.nrrd\n")
    try folder.write(picture: "there/m.nrrd") { x, _ in x < 40 ? 1 : 0 }
    let words = ["batch", "there/pairs.csv", "--transform", "translation", "--fixed-mask", "{mask}"]
    let beside = try Command.run(words, in: folder)
    #expect(beside.status == 0 && beside.object?["fixed"] as? String == "a.nrrd", "\(beside.errors)")
    // Now the current folder has one of its own.
    try folder.write(picture: "b.nrrd", value: TemporaryFolder.texture)
    let here = try Command.run(words, in: folder)
    let matrix = try #require(here.object?["matrix"] as? [[Double]])
    #expect(abs(matrix[0][2]) < 0.01 && matrix != beside.object?["matrix"] as? [[Double]])
  }

  @Test func `One page has a row for every pair, also of a run that is over`() throws {
    #expect(try batch("--results all.jsonl --report all.html").status == 3)
    let page = try folder.text("all.html")
    #expect(page.components(separatedBy: "<tr data-number=").count == Self.rows + 1)
    #expect(page.components(separatedBy: "<img ").count == 3 * (Self.rows - 1) + 1)
    #expect(page.contains("none.nrrd") && page.contains("no such file"))
    #expect(try batch("--results all.jsonl --resume --report again.html").status == 3)
    #expect(try folder.text("again.html") == page)
  }

  @Test func `A slow pair does not hold the others' work`() throws {
    // With two jobs the first row's output is there last, although it began first.
    try folder.write(picture: "large.nrrd", width: 1500, height: 1200)
    let rows = ["large.nrrd,large.nrrd"] + [String](repeating: "a.nrrd,b.nrrd", count: 40)
    try folder.write("slow.csv", "fixed,moving\n" + rows.joined(separator: "\n"))
    let words = "batch slow.csv --transform translation --jobs 2 --threads 1 --save-transform {row}.tfm"
    #expect(try Command.run(words.split(separator: " ").map(String.init), in: folder).status == 0)
    func made(_ row: Int) throws -> Date {
      try #require(FileManager.default.attributesOfItem(atPath: folder.path("\(row).tfm"))[.modificationDate] as? Date)
    }
    #expect(try made(20) < made(1))
  }
}
