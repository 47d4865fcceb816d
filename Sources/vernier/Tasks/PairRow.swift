import VernierCommandLine
import VernierFiles
import VernierText

/// A row of a list of pairs that can be used, with its place.
struct PairRow: Sendable {
  let pair: PairList.Pair
  /// The names of the columns that are carried through.
  let columns: [String]
  /// The number of the pair, from 1.
  let number: Int

  /// The carried columns as members of the pair's line, but those that are called as its own members are.
  var carried: [JSON.Member] {
    zip(columns, pair.others).filter { !JSON.resultKeys.contains($0.0) }
      .map { JSON.Member(key: $0, value: .string($1)) }
  }

  /// The file name without its ending, and the part that is named in brackets: `cells-t2-c0` of `cells.tif[t=2,c=0]`.
  private func stem(_ name: String) -> String {
    let name = ImageName(name)
    return name.file.stem + name.part.items.map { "-\($0.replacing("=", with: ""))" }.joined()
  }

  /// What the names in braces stand for.
  var values: [String: String] {
    let own = ["row": "\(number)", "fixed": stem(pair.fixed), "moving": stem(pair.moving)]
    return own.merging(zip(columns, pair.others)) { own, _ in own }
  }
}

extension PairFiles {
  /// These files with the names in braces replaced.
  ///
  /// - Parameters:
  ///   - values: what the names stand for.
  ///   - located: the file that a name to read means, where the list had a say in it.
  /// - Throws: ``UsageError`` where a name has no value.
  func filled(with values: [String: String], located: (String) -> String) throws(UsageError) -> PairFiles {
    func written(_ template: String?) throws(UsageError) -> String? { try template?.filled(with: values) }
    func read(_ template: String?) throws(UsageError) -> String? {
      guard let template, let name = try written(template) else { return nil }
      return name == template ? name : located(name)
    }
    return PairFiles(
      moved: try written(moved), transform: try written(transform), report: try written(report),
      fixedMask: try read(fixedMask), movingMask: try read(movingMask), initial: try read(initial),
      writesFailed: writesFailed)
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
