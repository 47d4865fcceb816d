extension [[String]] {
  /// Rows as lines whose columns begin below each other.
  package var alignedColumns: String {
    let columns = map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return line + "\n"
    }.joined()
  }
}
