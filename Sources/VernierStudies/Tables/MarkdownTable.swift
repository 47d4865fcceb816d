/// A table as Markdown, with columns padded so that it reads as plain text too.
struct MarkdownTable {
  var header: [String]
  var rows: [[String]] = []

  /// - Precondition: each row has as many cells as the header.
  mutating func add(_ row: [String]) {
    precondition(row.count == header.count, "a row needs \(header.count) cells")
    rows.append(row)
  }

  var text: String {
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n") + "\n"
  }
}
