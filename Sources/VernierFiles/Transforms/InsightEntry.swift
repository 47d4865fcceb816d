import Vernier

/// One transform of an ITK file: its name, rank and numbers.
struct InsightEntry {
  var kind: Substring
  var rank: Int
  /// Where it stands in a text.
  var line: Int?
  var parameters: [Double]?
  var fixed: [Double]?

  /// - Parameter type: such as `Euler3DTransform_double_3_3`.
  init(type: Substring, line: Int?, path: String) throws(FileError) {
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

  init<let rank: Int>(_ kind: Substring, of type: Transform<rank>.Type, parameters: [Double]?, fixed: [Double]?) {
    self.kind = kind
    self.rank = rank
    self.parameters = parameters
    self.fixed = fixed
  }

  /// As ITK writes it, such as `Euler3DTransform_double_3_3`.
  var type: String { "\(kind)_double_\(rank)_\(rank)" }

  /// As it stands in a text.
  var text: String {
    func line(_ name: String, _ values: [Double]?) -> String {
      values.map { "\(name): \($0.map { "\($0)" }.joined(separator: " "))\n" } ?? ""
    }
    return "Transform: \(type)\n" + line("Parameters", parameters) + line("FixedParameters", fixed)
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

  static let composite: Substring = "CompositeTransform"

  /// What a file holds of a map: its entry, or a composite and its entries, of which ITK applies the last first.
  ///
  /// - Throws: `FileError` where ITK has no such transform, or a number is not finite.
  static func file<let rank: Int>(of map: Transform<rank>, path: String) throws(FileError) -> [InsightEntry] {
    guard let entries = entries(of: map) else {
      throw FileError(path, .unsupported("ITK has no transform for \(TransformFile.kind(of: map)); write .json"))
    }
    guard entries.allSatisfy(\.isFinite) else { throw TransformFile.notFinite(path) }
    guard entries.count > 1 else { return entries }
    return [InsightEntry(composite, of: Transform<rank>.self, parameters: nil, fixed: nil)] + entries.reversed()
  }

  var isFinite: Bool { parameters?.allSatisfy(\.isFinite) != false && fixed?.allSatisfy(\.isFinite) != false }

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
