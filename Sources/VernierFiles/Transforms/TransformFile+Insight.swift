import Vernier

/// ITK's text.
struct InsightTransforms: TransformFormat {
  var endings: [String] { [".tfm", ".txt"] }

  func holds(_ path: String, beginning: [UInt8]) -> Bool {
    let text = beginning.drop { $0 <= 0x20 || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }
    return text.starts(with: TransformFile.insightBeginning.utf8)
  }

  func read(_ path: String) throws(FileError) -> TransformFile {
    try TransformFile(TransformFile.insightEntries(readText(path), path: path), path: path)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    try PartialFiles.replace(path, text: TransformFile.insight(transform, path: path))
  }
}

extension TransformFile {
  static let insightHeader = "#Insight Transform File V1.0"
  fileprivate static let insightBeginning = "#Insight Transform File V1"

  static func insight<let rank: Int>(_ map: Transform<rank>, path: String) throws(FileError) -> String {
    let texts = try InsightEntry.file(of: map, path: path).enumerated().map { "#Transform \($0)\n\($1.text)" }
    return "\(insightHeader)\n" + texts.joined()
  }

  /// What the entries of a file stand for, in their order there.
  init(_ entries: [InsightEntry], path: String) throws(FileError) {
    guard let first = entries.first else { throw FileError(path, .malformed("it ends before the first transform")) }
    guard entries.allSatisfy(\.isFinite) else {
      throw FileError(path, .malformed("it holds numbers that are not finite"))
    }
    var parts = entries
    if first.kind == InsightEntry.composite {
      parts.removeFirst()
      guard !parts.isEmpty else { throw FileError(path, line: first.line, .malformed("the composite is empty")) }
      for entry in parts where entry.rank != first.rank {
        throw FileError(path, line: entry.line, .wrongRank(found: entry.rank, needed: first.rank))
      }
    } else if entries.count > 1 {
      let what = "\(entries.count) transforms without a CompositeTransform, so their order is open; keep one"
      throw FileError(path, line: entries[1].line, .malformed(what))
    }
    self =
      first.rank == 2
      ? TransformFile(try Self.composed(parts, path: path) as Transform<2>)
      : TransformFile(try Self.composed(parts, path: path) as Transform<3>)
  }

  /// One after another, the last first, as ITK applies them.
  private static func composed<let rank: Int>(_ entries: [InsightEntry], path: String) throws(FileError) -> Transform<
    rank
  > {
    var whole: Transform<rank> = try entries[0].transform(path: path)
    for entry in entries.dropFirst() {
      whole = whole.composed(after: try entry.transform(path: path) as Transform<rank>)
    }
    guard whole.linear.isFinite else { throw FileError(path, .malformed("its composition overflows")) }
    return whole
  }

  /// The transforms of a file as they stand there.
  fileprivate static func insightEntries(_ text: String, path: String) throws(FileError) -> [InsightEntry] {
    var entries: [InsightEntry] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let number = index + 1
      let content = trimmed(line.drop { $0 == "\u{feff}" })
      if content.isEmpty { continue }
      if content.hasPrefix("#") { continue }
      guard let colon = content.firstIndex(of: ":") else {
        throw FileError(path, line: number, .malformed("\"Name: value\" is missing its colon"))
      }
      let value = trimmed(content[content.index(after: colon)...])
      switch content[..<colon] {
      case "Transform": entries.append(try InsightEntry(type: value, line: number, path: path))
      case "Parameters" where !entries.isEmpty:
        entries[entries.count - 1].parameters = try numbers(value, line: number, path: path)
      case "FixedParameters" where !entries.isEmpty:
        entries[entries.count - 1].fixed = try numbers(value, line: number, path: path)
      case let name: throw FileError(path, line: number, .malformed("\"\(name.prefix(40))\" is not expected here"))
      }
    }
    return entries
  }

  private static func numbers(_ text: Substring, line: Int, path: String) throws(FileError) -> [Double] {
    var numbers: [Double] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      guard let number = Double(word), number.isFinite else {
        throw FileError(path, line: line, .malformed("\"\(word.prefix(40))\" is not a finite number"))
      }
      numbers.append(number)
    }
    return numbers
  }
}

func trimmed(_ text: some StringProtocol) -> Substring {
  var text = Substring(text)
  while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
  while let last = text.last, last == " " || last == "\t" { text.removeLast() }
  return text
}
