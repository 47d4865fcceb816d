import Vernier

/// One transform of an ITK file: its name, rank and numbers.
struct InsightEntry {
  var kind: Substring
  var rank: Int
  var line: Int
  var parameters: [Double]?
  var fixed: [Double]?

  /// - Parameter type: such as `Euler3DTransform_double_3_3`.
  init(type: Substring, line: Int, path: String) throws(FileError) {
    let parts = type.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "double" || parts[1] == "float", let rank = Int(parts[2]), parts[2] == parts[3]
    else {
      let what = "\"\(type.prefix(60))\" is not a transform's type, such as AffineTransform_double_2_2"
      throw FileError(path, line: line, .malformed(what))
    }
    guard rank == 2 || rank == 3 else {
      throw FileError(path, line: line, .malformed("transforms of 2 and 3 dimensions are known, not of \(rank)"))
    }
    kind = parts[0]
    self.rank = rank
    self.line = line
  }

  init<let rank: Int>(_ kind: Substring, of type: Transform<rank>.Type, parameters: [Double], fixed: [Double]) {
    self.kind = kind
    self.rank = rank
    line = 0
    self.parameters = parameters
    self.fixed = fixed
  }

  /// As it stands in a file.
  var text: String {
    func list(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    return """
      Transform: \(kind)_double_\(rank)_\(rank)
      Parameters: \(list(parameters ?? []))
      FixedParameters: \(list(fixed ?? []))

      """
  }

  /// The map that the entry stands for.
  func transform<let rank: Int>(path: String) throws(FileError) -> Transform<rank> {
    switch kind {
    case "BSplineTransform": Transform(try spline(path: path) as BSplineTransform<rank>)
    case "DisplacementFieldTransform": Transform(try field(path: path) as DisplacementField<rank>)
    default: Transform(try affine(path: path) as Affine<rank>)
    }
  }

  /// The entries that a map is made of, in the order in which they act; nil where ITK has no such transform.
  static func entries<let rank: Int>(of map: Transform<rank>) -> [InsightEntry]? {
    switch map.base {
    case let affine as Affine<rank>: [InsightEntry(affine)]
    case let spline as BSplineTransform<rank>: [InsightEntry(spline), InsightEntry(spline.affine)]
    case let field as DisplacementField<rank>: [InsightEntry(field)]
    case let composition as Composition<rank>:
      composition.maps.reduce([]) { entries, map in
        guard let entries, let next = Self.entries(of: map) else { return nil }
        return entries + next
      }
    default: nil
    }
  }

  /// The grid of fixed parameters: size, origin, spacing and direction, one after another.
  func grid<let rank: Int>(path: String, samples: Int) throws(FileError) -> (grid: Grid<rank>, parameters: [Double]) {
    guard let parameters, let fixed else {
      throw FileError(path, line: line, .truncated("the parameters of \(kind) are missing"))
    }
    let what = "its fixed parameters do not make a grid of \(parameters.count) numbers"
    let problem = FileError(path, line: line, .malformed(what))
    guard fixed.count == rank * (rank + 3),
      fixed.prefix(rank).allSatisfy({ $0 >= 0 && $0 < 1e6 && $0 == $0.rounded() }),
      let grid = try? Grid<rank>(
        size: fixed.prefix(rank).map { Int($0) }, spacing: Vector(fixed[(2 * rank)..<(3 * rank)]),
        origin: Vector(fixed[rank..<(2 * rank)]), direction: Matrix(rowMajor: Array(fixed[(3 * rank)...]))),
      grid.size.allSatisfy({ $0 >= samples }), parameters.count == rank * grid.count
    else { throw problem }
    return (grid, parameters)
  }

  static func fixedParameters<let rank: Int>(_ grid: Grid<rank>) -> [Double] {
    grid.size.map(Double.init) + grid.origin.elements + grid.spacing.elements + grid.direction.rowMajor
  }
}
