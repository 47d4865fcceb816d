import Vernier
import VernierText

extension TransformFile {
  /// The members `matrix`, `center`, `translation` and `model`; `bspline` for a deformation before the matrix.
  ///
  /// The matrix is homogeneous, fixed point to moving point. The translation about the centre is written too: computed from
  /// the matrix it would differ in the last digits.
  var json: String {
    let map = map
    func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
    let rows = homogeneous.map { "    " + list($0) }.joined(separator: ",\n")
    let modelName = spline == nil ? model?.rawValue : Self.splineMember
    let model = modelName.map { "  \"model\": \"\($0)\",\n" } ?? ""
    func matrix(_ values: [Double], rows: Int) -> String {
      let length = values.count / rows
      return "["
        + (0..<rows).map { list(Array(values[($0 * length)..<(($0 + 1) * length)])) }.joined(separator: ",\n      ")
        + "]"
    }
    let deformation =
      spline.map { spline in
        """
        ,
          "\(Self.splineMember)": {
            "size": [\(spline.size.map(String.init).joined(separator: ", "))],
            "spacing": \(list(spline.spacing)),
            "origin": \(list(spline.origin)),
            "direction": \(matrix(spline.direction, rows: map.rank)),
            "coefficients": \(matrix(spline.coefficients, rows: map.rank))
          }
        """
      } ?? ""
    return """
      {
      \(model)  "matrix": [
      \(rows)
        ],
        "center": \(list(map.center)),
        "translation": \(list(map.translation))\(deformation)
      }

      """
  }

  static let splineMember = "bspline"

  private var homogeneous: [[Double]] {
    switch content {
    case .plane(let transform): transform.homogeneous
    case .space(let transform): transform.homogeneous
    case .freePlane(let transform): transform.affine.homogeneous
    case .freeSpace(let transform): transform.affine.homogeneous
    }
  }

  /// The control points beside the matrix; nil where there are none.
  private static func spline(of root: JSON, rank: Int, path: String) throws(FileError) -> SplineMap? {
    guard let member = root[splineMember] else { return nil }
    if case .null = member.content { return nil }
    guard let rows = member["coefficients"]?.array else {
      let what = "\"\(splineMember)\" has no \"coefficients\"; take the file that --save-transform writes"
      throw FileError(path, line: member.line, .malformed(what))
    }
    func numbers(_ name: String) -> [Double] { member[name]?.numbers ?? [] }
    let direction = member["direction"]?.array?.flatMap { $0.numbers ?? [] } ?? []
    let size = numbers("size")
    guard size.count == rank, size.allSatisfy({ $0 >= 0 && $0 < 1e6 && $0 == $0.rounded() }),
      let map = SplineMap(
        size: size.map { Int($0) }, spacing: numbers("spacing"), origin: numbers("origin"), direction: direction,
        coefficients: rows.flatMap { $0.numbers ?? [] })
    else {
      let what = "\"\(splineMember)\" does not hold a control grid with \(rank) coefficients for each point"
      throw FileError(path, line: member.line, .malformed(what))
    }
    return map
  }

  /// Reads `matrix`, and `center` and `translation` from beside it or from `parameters`, as `register --json` has them.
  static func readJSON(_ text: String, path: String) throws(FileError) -> Self {
    let root: JSON
    do { root = try JSON(parsing: text) } catch {
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
    if let spline = try spline(of: root, rank: rank, path: path) { return Self(map, spline) }
    return Self(map, model: model)
  }

  private static func vector(
    _ name: String, of root: JSON, rank: Int, path: String
  ) throws(FileError) -> [Double]? {
    guard let value = root[name] ?? root["parameters"]?[name] else { return nil }
    guard let numbers = value.numbers, numbers.count == rank else {
      throw FileError(path, line: value.line, .malformed("\"\(name)\" must hold \(rank) numbers"))
    }
    return numbers
  }
}
