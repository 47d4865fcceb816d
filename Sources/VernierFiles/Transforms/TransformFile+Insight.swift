import Vernier

extension TransformFile {
  static let insightHeader = "#Insight Transform File V1.0"

  var insight: String {
    let map = map
    func list(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    let dimensions = "double_\(map.rank)_\(map.rank)"
    let linear = """
      Transform: AffineTransform_\(dimensions)
      Parameters: \(list(map.linear + map.translation))
      FixedParameters: \(list(map.center))

      """
    guard let spline else { return "\(Self.insightHeader)\n#Transform 0\n\(linear)" }
    let controls = spline.size.map(Double.init) + spline.origin + spline.spacing + spline.direction
    // ITK applies the last transform of a composite first.
    return """
      \(Self.insightHeader)
      #Transform 0
      Transform: CompositeTransform_\(dimensions)
      #Transform 1
      \(linear)#Transform 2
      Transform: BSplineTransform_\(dimensions)
      Parameters: \(list(spline.coefficients))
      FixedParameters: \(list(controls))

      """
  }

  static func readInsight(_ text: String, path: String) throws(FileError) -> Self {
    let entries = try insightEntries(text, path: path)
    guard let first = entries.first else { throw FileError(path, .malformed("it ends before the first transform")) }
    if first.kind != "CompositeTransform" {
      guard entries.count == 1 else {
        let what = "\(entries.count) transforms without a CompositeTransform, so their order is open; keep one"
        throw FileError(path, line: entries[1].line, .malformed(what))
      }
      return try Chain(first, path: path).file
    }
    guard entries.count > 1 else { throw FileError(path, line: first.line, .malformed("the composite is empty")) }
    // ITK applies the last transform of a composite first.
    var whole = try Chain(entries[1], path: path)
    for entry in entries[1...] {
      guard entry.rank == first.rank else {
        throw FileError(path, line: entry.line, .wrongRank(found: entry.rank, needed: first.rank))
      }
    }
    for entry in entries.dropFirst(2) { try whole.precede(by: Chain(entry, path: path), at: entry.line, path: path) }
    guard whole.isFinite else { throw FileError(path, .malformed("its composition overflows")) }
    return whole.file
  }

  /// A linear map after a deformation, or alone.
  private struct Chain {
    var map: LinearMap
    var spline: SplineMap?

    init(_ entry: InsightEntry, path: String) throws(FileError) {
      spline = try entry.spline(path: path)
      map = spline == nil ? try entry.map(path: path) : LinearMap(rank: entry.rank)
    }

    var isFinite: Bool { map.isFinite && spline?.isFinite ?? true }
    var file: TransformFile { spline.map { TransformFile(map, $0) } ?? TransformFile(map) }

    /// Makes this what first applies another, then itself.
    mutating func precede(by first: Self, at line: Int, path: String) throws(FileError) {
      guard let own = spline else {
        map = first.spline != nil && first.map == LinearMap(rank: map.rank) ? map : map.composed(after: first.map)
        spline = first.spline
        return
      }
      guard first.spline == nil else {
        throw FileError(
          path, line: line, .unsupported("of several free-form deformations in one file only one is supported"))
      }
      let moved =
        map.rank == 2
        ? parts(own.composed(map, after: first.map) as BSplineTransform<2>?)
        : parts(own.composed(map, after: first.map) as BSplineTransform<3>?)
      guard let moved else { throw FileError(path, line: line, .malformed("a linear transform in it has no inverse")) }
      (map, spline) = moved
    }

    private func parts<let rank: Int>(_ transform: BSplineTransform<rank>?) -> (LinearMap, SplineMap)? {
      transform.map { (LinearMap($0.affine), SplineMap($0)) }
    }
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

/// One transform of a file: its name, rank and numbers.
struct InsightEntry {
  var kind: Substring
  var rank: Int
  var line: Int
  var parameters: [Double]?
  var fixed: [Double]?

  /// - Parameter type: such as `Euler3DTransform_double_3_3`.
  init(type: Substring, line: Int, path: String) throws(FileError) {
    let parts = type.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "double" || parts[1] == "float", let rank = Int(parts[2]), parts[2] == parts[3]
    else {
      let what = "\"\(type.prefix(60))\" is not a transform's type, such as AffineTransform_double_2_2"
      throw FileError(path, line: line, .malformed(what))
    }
    guard rank == 2 || rank == 3 else {
      throw FileError(path, line: line, .malformed("transforms of 2 and 3 dimensions are known, not of \(rank)"))
    }
    kind = parts[0]
    self.rank = rank
    self.line = line
  }
}
