import Vernier

/// Pairs with known answers as files, for programs that are compared on them or learn from them.
///
/// `fixed0.png`, `moving0.png` and so on, 8 bits; `pairs.csv` lists them for `vernier batch`, with a column `truth`: the homogeneous matrix, row by row as JSON, fixed
/// point to moving point.
public struct PairFolder: Sendable {
  public let path: String

  /// A folder that exists.
  public init(_ path: String) { self.path = path }

  /// Writes pairs, the list last.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - pair: makes the pair of a number, called in order.
  /// - Throws: ``FileError`` where the folder cannot be written; what `pair` throws.
  public func write(
    count: Int, pair: (Int) throws -> (fixed: Image<2>, moving: Image<2>, truth: Affine<2>)
  ) throws {
    var list = "fixed,moving,truth\n"
    for index in 0..<count {
      let (fixed, moving, truth) = try pair(index)
      let names = ["fixed\(index).png", "moving\(index).png"].map { "\(path)/\($0)" }
      for (name, image) in zip(names, [fixed, moving]) {
        try ImageFile([image], sampleType: .uint8).write(to: name)
      }
      let rows = truth.homogeneous.map { "[" + $0.map { "\($0)" }.joined(separator: ",") + "]" }
      list += (names + ["[\(rows.joined(separator: ","))]"]).map(Self.field).joined(separator: ",") + "\n"
    }
    try PartialFiles.replace("\(path)/pairs.csv", text: list)
  }

  /// A field of a CSV file, quoted where it must be.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
