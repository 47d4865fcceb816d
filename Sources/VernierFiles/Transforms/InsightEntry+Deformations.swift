import Vernier

/// ITK's `BSplineTransform` of order 3: all first components, x fastest, then all second ones, and so on.
extension InsightEntry {
  func spline<let rank: Int>(path: String) throws(FileError) -> BSplineTransform<rank> {
    let (grid, parameters): (Grid<rank>, [Double]) = try grid(path: path, samples: 4)
    return BSplineTransform(affine: .identity, controls: grid, coefficients: parameters)
  }

  init<let rank: Int>(_ spline: BSplineTransform<rank>) {
    self.init(
      "BSplineTransform", of: Transform<rank>.self, parameters: spline.coefficients,
      fixed: Self.fixedParameters(spline.controls))
  }
}

/// ITK's `DisplacementFieldTransform`: the components of a sample together, x fastest.
extension InsightEntry {
  func field<let rank: Int>(path: String) throws(FileError) -> DisplacementField<rank> {
    let (grid, parameters): (Grid<rank>, [Double]) = try grid(path: path, samples: 1)
    let field: DisplacementField<rank>
    do throws(ImageError) {
      var components: [Image<rank>] = []
      for axis in 0..<rank {
        let samples = stride(from: axis, to: parameters.count, by: rank).map { Float(parameters[$0]) }
        components.append(try Image(grid: grid, samples: samples))
      }
      field = try DisplacementField(components)
    } catch { throw FileError(path, line: line, .malformed("\(error)")) }
    guard field.isFinite else { throw FileError(path, line: line, .malformed("its displacements are too large")) }
    return field
  }

  init<let rank: Int>(_ field: DisplacementField<rank>) {
    let components = field.components.map(\.samples)
    let parameters = (0..<field.grid.count).flatMap { index in components.map { Double($0[index]) } }
    self.init(
      "DisplacementFieldTransform", of: Transform<rank>.self, parameters: parameters,
      fixed: Self.fixedParameters(field.grid))
  }
}
