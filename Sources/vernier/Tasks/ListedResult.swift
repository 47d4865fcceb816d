import VernierText

/// What tells the result of a row of a list from that of any other: the names that it begins with, the model behind them,
/// and the columns that it ends with.
struct ListedResult: Sendable {
  private let names: [JSON.Member]
  private let model: String?
  private let carried: [JSON.Member]

  /// - Parameters:
  ///   - row: nil where the list's row cannot be used.
  ///   - model: the kind of transform that is asked for; nil for any.
  init(of row: PairRow?, model: String?) {
    names = JSON.names(fixed: row?.pair.fixed, moving: row?.pair.moving)
    self.model = model
    carried = row?.carried ?? []
  }

  private var beginning: String { JSON.object(names).text().dropLast() + ", " }
  private var ending: String { carried.isEmpty ? "}" : ", " + JSON.object(carried).text().dropFirst() }

  /// Whether a line is the result of this row.
  func isResult(_ line: String) -> Bool { line.hasBytePrefix(beginning) && line.hasByteSuffix(ending) }

  /// The kind of transform in a result of this row, where it is another than is asked for; one without an answer has
  /// none.
  func otherModel(in line: String) -> String? {
    let key = "\"model\": \""
    let rest = line.utf8.dropFirst(beginning.utf8.count)
    guard let model, rest.starts(with: key.utf8) else { return nil }
    let found = String(Substring(rest.dropFirst(key.utf8.count).prefix { $0 != UInt8(ascii: "\"") }))
    return found == model ? nil : found
  }

  /// Whether a torn line may be the beginning of such a result.
  func mayBegin(_ text: String) -> Bool { text.hasBytePrefix(beginning) || beginning.hasBytePrefix(text) }
}

extension String {
  // `hasPrefix` compares characters, and so would call a text that goes on with a combining mark another one.
  fileprivate func hasBytePrefix(_ other: String) -> Bool { utf8.starts(with: other.utf8) }
  fileprivate func hasByteSuffix(_ other: String) -> Bool { utf8.suffix(other.utf8.count).elementsEqual(other.utf8) }
}
