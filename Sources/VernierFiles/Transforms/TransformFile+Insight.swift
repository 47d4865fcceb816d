import Vernier

/// ITK's text.
struct InsightTransforms: TransformFormat {
  var endings: [String] { [".tfm", ".txt"] }

  /// What no other format takes is taken for text of this one, which says what is wrong with it.
  func holds(_ path: String, beginning: [UInt8]) -> Bool { true }

  func read(_ path: String) throws(FileError) -> TransformFile {
    try TransformFile.readInsight(try readText(path), path: path)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    try PartialFiles.replace(path, text: TransformFile.insight(transform, path: path))
  }
}

extension TransformFile {
  static let insightHeader = "#Insight Transform File V1.0"

  static func insight<let rank: Int>(_ map: Transform<rank>, path: String) throws(FileError) -> String {
    guard let entries = InsightEntry.entries(of: map) else {
      throw FileError(path, .unsupported("ITK has no transform for \(kind(of: map)); write .json"))
    }
    let numbers = entries.flatMap { ($0.parameters ?? []) + ($0.fixed ?? []) }
    guard numbers.allSatisfy(\.isFinite) else { throw notFinite(path) }
    let header = "\(insightHeader)\n#Transform 0\n"
    if entries.count == 1 { return header + entries[0].text }
    // ITK applies the last transform of a composite first.
    let texts = entries.reversed().enumerated().map { "#Transform \($0.offset + 1)\n\($0.element.text)" }
    return header + "Transform: CompositeTransform_double_\(rank)_\(rank)\n" + texts.joined()
  }

  static func readInsight(_ text: String, path: String) throws(FileError) -> Self {
    let entries = try insightEntries(text, path: path)
    guard let first = entries.first else { throw FileError(path, .malformed("it ends before the first transform")) }
    var parts = entries
    if first.kind == "CompositeTransform" {
      parts.removeFirst()
      guard !parts.isEmpty else { throw FileError(path, line: first.line, .malformed("the composite is empty")) }
      for entry in parts where entry.rank != first.rank {
        throw FileError(path, line: entry.line, .wrongRank(found: entry.rank, needed: first.rank))
      }
    } else if entries.count > 1 {
      let what = "\(entries.count) transforms without a CompositeTransform, so their order is open; keep one"
      throw FileError(path, line: entries[1].line, .malformed(what))
    }
    return first.rank == 2
      ? TransformFile(try composed(parts, path: path) as Transform<2>)
      : TransformFile(try composed(parts, path: path) as Transform<3>)
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
  private static func insightEntries(_ text: String, path: String) throws(FileError) -> [InsightEntry] {
    var entries: [InsightEntry] = []
    var hasHeader = false
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let number = index + 1
      let content = trimmed(line.drop { $0 == "\u{feff}" })
      if content.isEmpty { continue }
      if !hasHeader {
        guard content.hasPrefix("#Insight Transform File V1") else {
          let what = "not a transform file; it begins with \"\(insightHeader)\" (ITK) or is JSON"
          throw FileError(path, line: number, .malformed(what))
        }
        hasHeader = true
        continue
      }
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
    guard hasHeader else { throw FileError(path, .malformed("it is empty")) }
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
