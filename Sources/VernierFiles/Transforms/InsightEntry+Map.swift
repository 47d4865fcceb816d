import Glibc

/// How ITK's linear transforms lay out their parameters (ITK Software Guide, book 2, "Transforms").
extension InsightEntry {
  private typealias Layout = (rank: Int?, count: Int, map: (_ parameters: [Double], _ center: [Double]) -> LinearMap)

  /// The transform as a matrix about a centre.
  func map(path: String) throws(FileError) -> LinearMap {
    guard let layout else {
      let known = "affine, rigid, Euler, versor, similarity, scale, translation, identity and composites of these"
      throw FileError(path, line: line, .unsupported("\(kind.prefix(60)) is not supported; known are \(known)"))
    }
    if let needed = layout.rank, needed != rank {
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

  private var layout: Layout? {
    let square = rank * rank
    let isZYX = fixed?.count == 4 && fixed?[3] != 0
    return switch kind {
    case "AffineTransform", "MatrixOffsetTransformBase", "ScalableAffineTransform":
      (nil, square + rank, Self.matrix(rank: rank))
    case "CenteredAffineTransform":
      (
        nil, square + 2 * rank,
        { [rank] values, _ in
          Self.matrix(rank: rank)(
            Array(values[..<square] + values[(square + rank)...]), Array(values[square..<square + rank]))
        }
      )
    case "TranslationTransform":
      (nil, rank, { [rank] values, center in LinearMap(rank: rank, translation: values, center: center) })
    case "IdentityTransform": (nil, 0, { [rank] _, center in LinearMap(rank: rank, center: center) })
    case "ScaleTransform":
      (nil, rank, { [rank] values, center in LinearMap(rank: rank, linear: Self.diagonal(values), center: center) })
    case "Euler2DTransform", "Rigid2DTransform":
      (2, 3, { Self.planar(scale: 1, angle: $0[0], translation: $0[1...2], center: $1[...]) })
    case "CenteredRigid2DTransform", "CenteredEuler2DTransform":
      (
        2, 5,
        { values, _ in Self.planar(scale: 1, angle: values[0], translation: values[3...4], center: values[1...2]) }
      )
    case "Similarity2DTransform":
      (2, 4, { Self.planar(scale: $0[0], angle: $0[1], translation: $0[2...3], center: $1[...]) })
    case "CenteredSimilarity2DTransform":
      (
        2, 6,
        { values, _ in
          Self.planar(scale: values[0], angle: values[1], translation: values[4...5], center: values[2...3])
        }
      )
    case "Euler3DTransform":
      (3, 6, { Self.spatial(Self.euler($0[0...2], isZYX: isZYX), translation: $0[3...5], center: $1[...]) })
    case "CenteredEuler3DTransform":
      (
        3, 9,
        { values, _ in
          Self.spatial(Self.euler(values[0...2], isZYX: isZYX), translation: values[6...8], center: values[3...5])
        }
      )
    case "VersorTransform":
      (3, 3, { Self.spatial(Self.versor($0[0...2]), translation: [0, 0, 0], center: $1[...]) })
    case "VersorRigid3DTransform":
      (3, 6, { Self.spatial(Self.versor($0[0...2]), translation: $0[3...5], center: $1[...]) })
    case "Similarity3DTransform":
      (
        3, 7,
        { values, center in
          let linear = Self.versor(values[0...2]).map { $0 * values[6] }
          return Self.spatial(linear, translation: values[3...5], center: center[...])
        }
      )
    case "QuaternionRigidTransform":
      (3, 7, { Self.spatial(Self.quaternion($0[0...3]), translation: $0[4...6], center: $1[...]) })
    default: nil
    }
  }

  private static func matrix(rank: Int) -> ([Double], [Double]) -> LinearMap {
    { values, center in
      LinearMap(
        rank: rank, linear: Array(values[..<(rank * rank)]), translation: Array(values[(rank * rank)...]),
        center: center)
    }
  }

  private static func diagonal(_ values: [Double]) -> [Double] {
    (0..<values.count * values.count).map { $0 % (values.count + 1) == 0 ? values[$0 / values.count] : 0 }
  }

  private static func planar(
    scale: Double, angle: Double, translation: ArraySlice<Double>, center: ArraySlice<Double>
  ) -> LinearMap {
    let (cosine, sine) = (scale * cos(angle), scale * sin(angle))
    return LinearMap(
      rank: 2, linear: [cosine, -sine, sine, cosine], translation: Array(translation), center: Array(center))
  }

  private static func spatial(
    _ linear: [Double], translation: ArraySlice<Double>, center: ArraySlice<Double>
  ) -> LinearMap {
    LinearMap(rank: 3, linear: linear, translation: Array(translation), center: Array(center))
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
