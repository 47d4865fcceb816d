import Vernier
import VernierFiles

/// A row of a list of pairs.
struct PairRow: Sendable {
  let fixed: String
  let moving: String
  /// The other columns, in their order.
  let carried: [JSON.Member]

  /// Reads a list.
  static func read(_ list: String) throws -> [PairRow] { [] }
}

extension PairFiles {
  /// These files with the names in braces replaced by what the row holds.
  ///
  /// - Throws: ``UsageError`` where a name is no column of the list.
  func filled(in row: PairRow, number: Int) throws(UsageError) -> PairFiles {
    var values = ["row": "\(number)", "fixed": row.fixed.stem, "moving": row.moving.stem]
    for column in row.carried {
      if case .string(let value) = column.value, values[column.key] == nil { values[column.key] = value }
    }
    func filled(_ template: String?) throws(UsageError) -> String? { try template?.filled(with: values) }
    return PairFiles(
      moved: try filled(moved), transform: try filled(transform), report: try filled(report),
      fixedMask: try filled(fixedMask), movingMask: try filled(movingMask), initial: try filled(initial))
  }
}

extension String {
  /// This text with each name in braces replaced by its value.
  ///
  /// - Throws: ``UsageError`` where a name has no value.
  func filled(with values: [String: String]) throws(UsageError) -> String {
    var result = ""
    var rest = self[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      guard let value = values[name] else {
        let known = values.keys.sorted().map { "{\($0)}" }.joined(separator: ", ")
        throw .conflict("\(self): the list has no column \(name); known are \(known)")
      }
      result += rest[..<open] + value
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
