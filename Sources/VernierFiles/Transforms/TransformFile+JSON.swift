import Vernier
import VernierText

/// Vernier's JSON.
struct JSONTransforms: TransformFormat {
  var endings: [String] { [".json"] }

  /// Text that begins with a brace, whatever its name.
  func holds(_ path: String, beginning: [UInt8]) -> Bool {
    beginning.first { $0 > 0x20 && $0 != 0xef && $0 != 0xbb && $0 != 0xbf } == UInt8(ascii: "{")
  }

  func read(_ path: String) throws(FileError) -> TransformFile {
    try TransformFile.readJSON(try readText(path), path: path)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    let file = TransformFile(transform, model: model)
    try PartialFiles.replace(path, text: file.json(transform, path: path))
  }
}

/// Transforms as JSON.
///
/// A linear map has the members `matrix` (homogeneous, fixed point to moving point), `center`, `translation` and
/// `model`: computed from the matrix the translation about the centre would differ in the last digits. A homography has
/// a `matrix` whose last row is not 0 0 1. Beside the matrix of the linear map that follows it a deformation has its
/// control points in `bspline`, or its displacements in `field`. Maps one after another are in `maps`, the first first.
extension TransformFile {
  func json<let rank: Int>(_ map: Transform<rank>, path: String) throws(FileError) -> String {
    try object(map, path: path, indent: "") + "\n"
  }

  private func object<let rank: Int>(
    _ map: Transform<rank>, path: String, indent: String
  ) throws(FileError) -> String {
    var members: [(name: String, text: String)] = []
    switch map.base {
    case let affine as Affine<rank>:
      guard affine.isFinite else { throw Self.notFinite(path) }
      if let model { members.append(("model", "\"\(model.rawValue)\"")) }
      members += linear(affine, indent)
    case let spline as BSplineTransform<rank>:
      guard spline.isFinite else { throw Self.notFinite(path) }
      members.append(("model", "\"\(Self.splineMember)\""))
      members += linear(spline.affine, indent)
      members.append(
        (Self.splineMember, grid(spline.controls, ("coefficients", rows(spline.coefficients, count: rank)), indent)))
    case let field as DisplacementField<rank>:
      guard field.isFinite else { throw Self.notFinite(path) }
      let values = field.components.flatMap { $0.samples.map(Double.init) }
      members.append(("model", "\"\(Self.fieldMember)\""))
      members += linear(Affine<rank>.identity, indent)
      members.append((Self.fieldMember, grid(field.grid, ("displacements", rows(values, count: rank)), indent)))
    case let homography as Homography:
      guard homography.matrix.isFinite else { throw Self.notFinite(path) }
      members.append(("model", "\"\(Self.homographyModel)\""))
      members.append(("matrix", rows(homography.matrix.rowMajor, count: 3)))
      members.append(("center", list(homography.center.elements)))
    case let composition as Composition<rank>:
      var parts: [String] = []
      for part in composition.maps {
        parts.append(indent + "    " + (try object(part, path: path, indent: indent + "    ")))
      }
      members.append(("maps", "[\n\(parts.joined(separator: ",\n"))\n\(indent)  ]"))
    default:
      let what = "no file holds \(Self.kind(of: map)); sample it as a displacement field"
      throw FileError(path, .unsupported(what))
    }
    let lines = members.map { "\(indent)  \"\($0.name)\": \($0.text)" }
    return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
  }

  static let splineMember = "bspline"
  static let fieldMember = "field"
  static let homographyModel = "homography"

  /// What to call a map that a format cannot hold.
  static func kind<let rank: Int>(of map: Transform<rank>) -> String {
    switch map.base {
    case is Homography: "a homography"
    case is Composition<rank>: "one of the maps that it composes"
    default: "a \(type(of: map.base))"
    }
  }

  private func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }

  private func rows(_ values: [Double], count: Int) -> String {
    let length = values.count / count
    let lines = (0..<count).map { list(Array(values[($0 * length)..<(($0 + 1) * length)])) }
    return "[" + lines.joined(separator: ",\n      ") + "]"
  }

  private func linear<let rank: Int>(_ map: Affine<rank>, _ indent: String) -> [(name: String, text: String)] {
    let matrix = map.homogeneous.map { "\(indent)    \(list($0))" }.joined(separator: ",\n")
    return [
      ("matrix", "[\n\(matrix)\n\(indent)  ]"), ("center", list(map.center.elements)),
      ("translation", list(map.translation.elements)),
    ]
  }

  private func grid<let rank: Int>(
    _ grid: Grid<rank>, _ values: (name: String, text: String), _ indent: String
  ) -> String {
    """
    {
    \(indent)    "size": [\(grid.size.map(String.init).joined(separator: ", "))],
    \(indent)    "spacing": \(list(grid.spacing.elements)),
    \(indent)    "origin": \(list(grid.origin.elements)),
    \(indent)    "direction": \(rows(grid.direction.rowMajor, count: rank)),
    \(indent)    "\(values.name)": \(values.text)
    \(indent)  }
    """
  }

  /// Reads `matrix`, and `center` and `translation` from beside it or from `parameters`, as `register --json` has them.
  static func readJSON(_ text: String, path: String) throws(FileError) -> Self {
    let root: JSON
    do { root = try JSON(parsing: text) } catch {
      throw FileError(path, line: error.line, .malformed(error.reason))
    }
    return try read(root, path: path)
  }

  private static func read(_ root: JSON, path: String) throws(FileError) -> Self {
    if let maps = root["maps"] {
      var parts: [TransformFile] = []
      for part in maps.array ?? [] { parts.append(try read(part, path: path)) }
      guard let first = parts.first, parts.allSatisfy({ $0.rank == first.rank }) else {
        throw FileError(path, line: maps.line, .malformed("\"maps\" must hold transforms of one number of dimensions"))
      }
      func composed<let rank: Int>() -> Transform<rank> {
        Transform(Composition(parts.compactMap { $0.transform.transform(as: Transform<rank>.self) }))
      }
      return first.rank == 2 ? Self(composed() as Transform<2>) : Self(composed() as Transform<3>)
    }
    guard let matrix = root["matrix"] else {
      throw FileError(path, .malformed("it has no \"matrix\"; a transform has one of 3×3 or 4×4 numbers"))
    }
    let rows = matrix.array?.compactMap(\.numbers) ?? []
    guard rows.count == matrix.array?.count, rows.count == 3 || rows.count == 4,
      rows.allSatisfy({ $0.count == rows.count })
    else { throw FileError(path, line: matrix.line, .malformed("\"matrix\" must hold 3×3 or 4×4 numbers")) }
    return rows.count == 3
      ? try transform(rows, root, line: matrix.line, path: path, Transform<2>.self)
      : try transform(rows, root, line: matrix.line, path: path, Transform<3>.self)
  }

  private static func transform<let rank: Int>(
    _ rows: [[Double]], _ root: JSON, line: Int?, path: String, _ type: Transform<rank>.Type
  ) throws(FileError) -> Self {
    if rows[rank] != [Double](repeating: 0, count: rank) + [1] {
      guard rank == 2 else {
        throw FileError(path, line: line, .malformed("the last row of \"matrix\" must be 0, … 0, 1"))
      }
      let center = try vector("center", of: root, rank: 2, path: path) ?? [0, 0]
      guard let map = Homography(Matrix { rows[$0][$1] }, center: Vector(center)) else {
        throw FileError(path, line: line, .malformed("\"matrix\" is singular, or gives the centre no image"))
      }
      return Self(Transform(map))
    }
    let affine: Affine<rank> = try affine(rows, root, path: path)
    if let (grid, values, _) = try grid(splineMember, "coefficients", of: root, least: 4, path: path)
      as (Grid<rank>, [Double], Int?)?
    {
      return Self(Transform(BSplineTransform(affine: affine, controls: grid, coefficients: values)))
    }
    if let (grid, values, line) = try grid(fieldMember, "displacements", of: root, least: 1, path: path)
      as (Grid<rank>, [Double], Int?)?
    {
      do throws(ImageError) {
        var components: [Image<rank>] = []
        for axis in 0..<rank {
          let samples = values[(axis * grid.count)..<((axis + 1) * grid.count)].map(Float.init)
          components.append(try Image(grid: grid, samples: samples))
        }
        let field = Transform(try DisplacementField(components))
        return Self(affine == .identity ? field : Transform(affine).composed(after: field))
      } catch { throw FileError(path, line: line, .malformed("\(error)")) }
    }
    return Self(affine, model: root["model"]?.string.flatMap(TransformModel.init(rawValue:)))
  }

  private static func affine<let rank: Int>(
    _ rows: [[Double]], _ root: JSON, path: String
  ) throws(FileError) -> Affine<rank> {
    let center = try vector("center", of: root, rank: rank, path: path)
    let translation = try vector("translation", of: root, rank: rank, path: path)
    var map = Affine<rank>(
      linear: Matrix { rows[$0][$1] }, center: center.map { Vector($0) } ?? .zero)
    // The map's translation with the centre at the origin, moved to the centre.
    var size = 1.0
    for row in 0..<rank {
      let products = (0..<rank).map { rows[row][$0] * map.center[$0] }
      map.translation[row] = products.reduce(rows[row][rank] - map.center[row], +)
      size = products.reduce(max(size, abs(rows[row][rank]), abs(map.center[row]))) { max($0, abs($1)) }
    }
    if let translation {
      let agrees = zip(translation, map.translation.elements).allSatisfy { abs($0 - $1) <= 1e-9 * size }
      guard agrees else {
        throw FileError(path, .malformed("\"translation\" and \"center\" contradict \"matrix\"; remove the wrong ones"))
      }
      map.translation = Vector(translation)
    }
    guard map.isFinite else { throw FileError(path, .malformed("its numbers are too large")) }
    return map
  }

  /// A grid and `rank` numbers for each of its samples, beside the matrix; nil where there are none.
  private static func grid<let rank: Int>(
    _ name: String, _ valuesName: String, of root: JSON, least: Int, path: String
  ) throws(FileError) -> (grid: Grid<rank>, values: [Double], line: Int?)? {
    guard let member = root[name] else { return nil }
    if case .null = member.content { return nil }
    guard let rows = member[valuesName]?.array else {
      let what = "\"\(name)\" has no \"\(valuesName)\"; take the file that --save-transform writes"
      throw FileError(path, line: member.line, .malformed(what))
    }
    func numbers(_ name: String) -> [Double] { member[name]?.numbers ?? [] }
    let direction = member["direction"]?.array?.flatMap { $0.numbers ?? [] } ?? []
    let (size, spacing, origin) = (numbers("size"), numbers("spacing"), numbers("origin"))
    let values = rows.flatMap { $0.numbers ?? [] }
    // A file's text bounds its numbers; more samples than that cannot be there.
    guard size.count == rank, size.allSatisfy({ $0 >= Double(least) && $0 < 1e6 && $0 == $0.rounded() }),
      spacing.count == rank, origin.count == rank, direction.count == rank * rank,
      let grid = try? Grid<rank>(
        size: size.map { Int($0) }, spacing: Vector(spacing), origin: Vector(origin),
        direction: Matrix(rowMajor: direction)),
      values.count == rank * grid.count, values.allSatisfy(\.isFinite)
    else {
      let what = "\"\(name)\" does not hold a grid with \(rank) numbers for each point"
      throw FileError(path, line: member.line, .malformed(what))
    }
    return (grid, values, member.line)
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
