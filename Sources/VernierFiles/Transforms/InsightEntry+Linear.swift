import Glibc
import Vernier

/// How ITK's linear transforms lay out their parameters (ITK Software Guide, book 2, "Transforms").
extension InsightEntry {
  private struct Layout<let rank: Int> {
    /// The only rank that the kind has; nil for any.
    var needed: Int?
    var count: Int
    var map: (_ parameters: [Double], _ center: [Double]) -> Affine<rank>

    init(_ needed: Int?, _ count: Int, _ map: @escaping ([Double], [Double]) -> Affine<rank>) {
      (self.needed, self.count, self.map) = (needed, count, map)
    }
  }

  /// The transform as a matrix about a centre.
  func affine<let rank: Int>(path: String) throws(FileError) -> Affine<rank> {
    guard let layout: Layout<rank> = layout() else {
      let known =
        "affine, rigid, Euler, versor, similarity, scale, translation, identity, B-spline, displacement field and composites "
        + "of these"
      throw FileError(path, line: line, .unsupported("\(kind.prefix(60)) is not supported; known are \(known)"))
    }
    if let needed = layout.needed, needed != rank {
      throw FileError(path, line: line, .malformed("\(kind) has \(needed) dimensions, not \(rank)"))
    }
    guard let parameters = parameters ?? (layout.count == 0 ? [] : nil) else {
      throw FileError(path, line: line, .truncated("the parameters of \(kind) are missing"))
    }
    // An identity may carry parameters that mean nothing.
    guard parameters.count == layout.count || layout.count == 0 else {
      let what = "\(kind) has \(layout.count) parameters in \(rank) dimensions, here are \(parameters.count)"
      throw FileError(path, line: line, .malformed(what))
    }
    let fixed = fixed ?? []
    // Euler3DTransform has a flag after the centre; the centred kinds carry the centre among the parameters.
    guard fixed.isEmpty || fixed.count == rank || fixed.count == rank + 1 else {
      throw FileError(path, line: line, .malformed("a centre has \(rank) coordinates, here are \(fixed.count)"))
    }
    let center = fixed.isEmpty ? [Double](repeating: 0, count: rank) : Array(fixed.prefix(rank))
    let map = layout.map(parameters, center)
    guard map.isFinite else { throw FileError(path, line: line, .malformed("its numbers do not make a transform")) }
    return map
  }

  init<let rank: Int>(_ affine: Affine<rank>) {
    self.init(
      "AffineTransform", of: Transform<rank>.self, parameters: affine.linear.rowMajor + affine.translation.elements,
      fixed: affine.center.elements)
  }

  private func layout<let rank: Int>() -> Layout<rank>? {
    let square = rank * rank
    let isZYX = fixed?.count == 4 && fixed?[3] != 0
    return switch kind {
    case "AffineTransform", "MatrixOffsetTransformBase", "ScalableAffineTransform":
      Layout(nil, square + rank, Self.matrix)
    case "CenteredAffineTransform":
      Layout(nil, square + 2 * rank) { values, _ in
        Self.matrix(Array(values[..<square] + values[(square + rank)...]), Array(values[square..<square + rank]))
      }
    case "TranslationTransform":
      Layout(nil, rank) { values, center in Affine(translation: Vector(values), center: Vector(center)) }
    case "IdentityTransform": Layout(nil, 0) { _, center in Affine(center: Vector(center)) }
    case "ScaleTransform":
      Layout(nil, rank) { values, center in
        Affine(linear: .diagonal(Vector(values)), center: Vector(center))
      }
    case "Euler2DTransform", "Rigid2DTransform":
      Layout(2, 3) { Self.planar(scale: 1, angle: $0[0], translation: $0[1...2], center: $1[...]) }
    case "CenteredRigid2DTransform", "CenteredEuler2DTransform":
      Layout(2, 5) { values, _ in
        Self.planar(scale: 1, angle: values[0], translation: values[3...4], center: values[1...2])
      }
    case "Similarity2DTransform":
      Layout(2, 4) { Self.planar(scale: $0[0], angle: $0[1], translation: $0[2...3], center: $1[...]) }
    case "CenteredSimilarity2DTransform":
      Layout(2, 6) { values, _ in
        Self.planar(scale: values[0], angle: values[1], translation: values[4...5], center: values[2...3])
      }
    case "Euler3DTransform":
      Layout(3, 6) { Self.spatial(Self.euler($0[0...2], isZYX: isZYX), translation: $0[3...5], center: $1[...]) }
    case "CenteredEuler3DTransform":
      Layout(3, 9) { values, _ in
        Self.spatial(Self.euler(values[0...2], isZYX: isZYX), translation: values[6...8], center: values[3...5])
      }
    case "VersorTransform":
      Layout(3, 3) { Self.spatial(Self.versor($0[0...2]), translation: [0, 0, 0], center: $1[...]) }
    case "VersorRigid3DTransform":
      Layout(3, 6) { Self.spatial(Self.versor($0[0...2]), translation: $0[3...5], center: $1[...]) }
    case "Similarity3DTransform":
      Layout(3, 7) { values, center in
        let linear = Self.versor(values[0...2]).map { $0 * values[6] }
        return Self.spatial(linear, translation: values[3...5], center: center[...])
      }
    case "ScaleVersor3DTransform":
      Layout(3, 9) { values, center in
        let scale = [values[6] - 1, 0, 0, 0, values[7] - 1, 0, 0, 0, values[8] - 1]
        return Self.spatial(
          zip(Self.versor(values[0...2]), scale).map(+), translation: values[3...5], center: center[...])
      }
    case "ScaleSkewVersor3DTransform":
      Layout(3, 15) { values, center in
        let others = [
          values[6] - 1, values[9], values[10],
          values[11], values[7] - 1, values[12],
          values[13], values[14], values[8] - 1,
        ]
        return Self.spatial(
          zip(Self.versor(values[0...2]), others).map(+), translation: values[3...5], center: center[...])
      }
    case "ComposeScaleSkewVersor3DTransform":
      Layout(3, 12) { values, center in
        let scale = [values[6], 0, 0, 0, values[7], 0, 0, 0, values[8]]
        let skew = [1, values[9], values[10], 0, 1, values[11], 0, 0, 1]
        let linear = Self.times(Self.times(Self.versor(values[0...2]), scale), skew)
        return Self.spatial(linear, translation: values[3...5], center: center[...])
      }
    case "QuaternionRigidTransform":
      Layout(3, 7) { Self.spatial(Self.quaternion($0[0...3]), translation: $0[4...6], center: $1[...]) }
    default: nil
    }
  }

  private static func matrix<let rank: Int>(_ values: [Double], _ center: [Double]) -> Affine<rank> {
    let square = rank * rank
    return Affine(
      linear: Matrix(rowMajor: Array(values[..<square])), translation: Vector(values[square...]), center: Vector(center)
    )
  }

  private static func planar<let rank: Int>(
    scale: Double, angle: Double, translation: ArraySlice<Double>, center: ArraySlice<Double>
  ) -> Affine<rank> {
    let (cosine, sine) = (scale * cos(angle), scale * sin(angle))
    return Affine(
      linear: Matrix(rowMajor: [cosine, -sine, sine, cosine]), translation: Vector(translation), center: Vector(center))
  }

  private static func spatial<let rank: Int>(
    _ linear: [Double], translation: ArraySlice<Double>, center: ArraySlice<Double>
  ) -> Affine<rank> {
    Affine(linear: Matrix(rowMajor: linear), translation: Vector(translation), center: Vector(center))
  }

  /// R = Rz · Rx · Ry, ITK's default, or Rz · Ry · Rx; angles in radians.
  private static func euler(_ angles: ArraySlice<Double>, isZYX: Bool) -> [Double] {
    let angles = Array(angles)
    let (cx, sx) = (cos(angles[0]), sin(angles[0]))
    let (cy, sy) = (cos(angles[1]), sin(angles[1]))
    let (cz, sz) = (cos(angles[2]), sin(angles[2]))
    let x = [1, 0, 0, 0, cx, -sx, 0, sx, cx]
    let y = [cy, 0, sy, 0, 1, 0, -sy, 0, cy]
    let z = [cz, -sz, 0, sz, cz, 0, 0, 0, 1]
    return isZYX ? times(z, times(y, x)) : times(z, times(x, y))
  }

  private static func times(_ left: [Double], _ right: [Double]) -> [Double] {
    (0..<9).map { element in
      let (row, column) = (element / 3 * 3, element % 3)
      return left[row] * right[column] + left[row + 1] * right[column + 3] + left[row + 2] * right[column + 6]
    }
  }

  /// The rotation of a versor's vector part; a vector longer than 1 is shortened to just below 1, as ITK does.
  private static func versor(_ vector: ArraySlice<Double>) -> [Double] {
    var vector = Array(vector)
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let longest = 1 - 1e-10
    if length >= longest { vector = vector.map { $0 / (length * (1 + 1e-10)) } }
    let rest = 1 - vector.reduce(0) { $0 + $1 * $1 }
    return quaternion((vector + [max(rest, 0).squareRoot()])[...])
  }

  /// The rotation of a unit quaternion (x, y, z, w).
  private static func quaternion(_ elements: ArraySlice<Double>) -> [Double] {
    let elements = Array(elements)
    let (x, y, z, w) = (elements[0], elements[1], elements[2], elements[3])
    return [
      1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
      2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
      2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
    ]
  }
}
