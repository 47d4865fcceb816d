import Vernier

extension TransformFile {
  /// The members `matrix`, `center`, `translation` and `model`.
  ///
  /// The matrix is homogeneous, fixed point to moving point. The translation about the centre is written too: computed from
  /// the matrix it would differ in the last digits.
  var json: String {
    let map = map
    func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
    let rows = homogeneous.map { "    " + list($0) }.joined(separator: ",\n")
    let model = model.map { "  \"model\": \"\($0.rawValue)\",\n" } ?? ""
    return """
      {
      \(model)  "matrix": [
      \(rows)
        ],
        "center": \(list(map.center)),
        "translation": \(list(map.translation))
      }

      """
  }

  private var homogeneous: [[Double]] {
    switch content {
    case .plane(let transform): transform.homogeneous
    case .space(let transform): transform.homogeneous
    }
  }

  /// Reads `matrix`, and `center` and `translation` from beside it or from `parameters`, as `register --json` has them.
  static func readJSON(_ text: String, path: String) throws(FileError) -> Self {
    let root: JSONValue
    do { root = try JSONValue(parsing: text) } catch {
      throw FileError(path, line: error.line, .malformed(error.reason))
    }
    guard let matrix = root["matrix"] else {
      throw FileError(path, .malformed("it has no \"matrix\"; a transform has one of 3×3 or 4×4 numbers"))
    }
    let rows = matrix.array?.compactMap(\.numbers) ?? []
    guard rows.count == matrix.array?.count, rows.count == 3 || rows.count == 4,
      rows.allSatisfy({ $0.count == rows.count })
    else { throw FileError(path, line: matrix.line, .malformed("\"matrix\" must hold 3×3 or 4×4 numbers")) }
    let rank = rows.count - 1
    guard rows[rank] == [Double](repeating: 0, count: rank) + [1] else {
      throw FileError(path, line: matrix.line, .malformed("the last row of \"matrix\" must be 0, … 0, 1"))
    }

    let center = try vector("center", of: root, rank: rank, path: path)
    let translation = try vector("translation", of: root, rank: rank, path: path)
    let model = root["model"]?.string.flatMap(TransformModel.init(rawValue:))
    var map = LinearMap(rank: rank, linear: rows.dropLast().flatMap { $0.dropLast() }, center: center)
    // The map's translation with the centre at the origin, moved to the centre.
    var size = 1.0
    for row in 0..<rank {
      let products = (0..<rank).map { rows[row][$0] * map.center[$0] }
      map.translation[row] = products.reduce(rows[row][rank] - map.center[row], +)
      size = products.reduce(max(size, abs(rows[row][rank]), abs(map.center[row]))) { max($0, abs($1)) }
    }
    if let translation {
      let agrees = zip(translation, map.translation).allSatisfy { abs($0 - $1) <= 1e-9 * size }
      guard agrees else {
        throw FileError(path, .malformed("\"translation\" and \"center\" contradict \"matrix\"; remove the wrong ones"))
      }
      map.translation = translation
    }
    guard map.isFinite else { throw FileError(path, .malformed("its numbers are too large")) }
    return Self(map, model: model)
  }

  private static func vector(
    _ name: String, of root: JSONValue, rank: Int, path: String
  ) throws(FileError) -> [Double]? {
    guard let value = root[name] ?? root["parameters"]?[name] else { return nil }
    guard let numbers = value.numbers, numbers.count == rank else {
      throw FileError(path, line: value.line, .malformed("\"\(name)\" must hold \(rank) numbers"))
    }
    return numbers
  }
}
