import Vernier

extension Homography {
  /// Reads three rows of three numbers; lines that begin with `#` are left out.
  ///
  /// - Returns: nil when there are not nine finite numbers, or they are no homography.
  init?(parsing text: String) {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
    let words = lines.flatMap { $0.split { $0 == " " || $0 == "\t" || $0 == "," } }
    let numbers = words.compactMap { Double($0) }.filter(\.isFinite)
    guard words.count == 9, numbers.count == 9 else { return nil }
    self.init(Matrix(rowMajor: numbers))
  }
}
