import VernierText

/// What tells the result of a row of a list from that of any other: the names that it begins with, and the columns that
/// it ends with.
struct ListedResult: Sendable {
  private let names: [JSON.Member]
  private let carried: [JSON.Member]

  /// - Parameter row: nil where the list's row cannot be used.
  init(of row: PairRow?) {
    names = JSON.names(fixed: row?.pair.fixed, moving: row?.pair.moving)
    carried = row?.carried ?? []
  }

  private var beginning: String { JSON.object(names).text().dropLast() + ", " }
  private var ending: String { carried.isEmpty ? "}" : ", " + JSON.object(carried).text().dropFirst() }

  /// Whether a line is the result of this row.
  func isResult(_ line: String) -> Bool { line.hasBytePrefix(beginning) && line.hasByteSuffix(ending) }

  /// Whether a torn line may be the beginning of such a result.
  func mayBegin(_ text: String) -> Bool { text.hasBytePrefix(beginning) || beginning.hasBytePrefix(text) }
}

extension String {
  // `hasPrefix` compares characters, and so would call a text that goes on with a combining mark another one.
  fileprivate func hasBytePrefix(_ other: String) -> Bool { utf8.starts(with: other.utf8) }
  fileprivate func hasByteSuffix(_ other: String) -> Bool { utf8.suffix(other.utf8.count).elementsEqual(other.utf8) }
}
