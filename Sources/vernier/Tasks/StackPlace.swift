import Vernier
import VernierCommandLine

/// Where the output of a series lies.
struct StackPlace<let rank: Int> {
  /// The grid on which frames are seen.
  let seen: Grid<rank>
  /// The same grid as the file keeps it.
  private(set) var told: Grid<rank>

  /// The reference's field.
  init(of reference: Grid<rank>) { (seen, told) = (reference, reference) }

  init(
    canvas: StackCanvas, reference: Grid<rank>, poses: [FramePose<rank>], grids: [Int: Grid<rank>], keepsOrigin: Bool,
    file: String
  ) throws {
    guard canvas == .union else {
      self.init(of: reference)
      return
    }
    var low = Vector<rank>.zero
    var high = Vector<rank> { Double(reference.size[$0] - 1) }
    for pose in poses where !pose.isSkipped {
      guard let back = pose.transform?.inverted() else { continue }
      for corner in (grids[pose.frame.number] ?? reference).corners {
        let index = reference.index(atPoint: back(corner))
        // A thousandth of a sample is no further one.
        low = Vector { min(low[$0], (index[$0] + 1e-3).rounded(.down)) }
        high = Vector { max(high[$0], (index[$0] - 1e-3).rounded(.up)) }
      }
    }
    let size = Size<rank> { Int(high[$0] - low[$0]) + 1 }
    guard size.product <= 64 * reference.count else {
      throw InputError(
        file: file, problem: "the frames spread over \(size.map { "\($0)" }.joined(separator: "×")) samples",
        remedy: "leave out --canvas union")
    }
    let seen = try Grid(
      size: size, spacing: reference.spacing, origin: reference.point(atIndex: low), direction: reference.direction)
    self.init(of: seen)
    guard !keepsOrigin else { return }
    told = try Grid(size: size, spacing: reference.spacing, origin: reference.origin, direction: reference.direction)
  }

  /// A pose as it leads from a point of the file's grid.
  func told(_ pose: Affine<rank>) -> Affine<rank> {
    let shift = Affine<rank>(translation: seen.origin - told.origin, center: told.center)
    return pose.composed(after: shift)
  }

  /// The matrix that is told of a pose: in pixels for pictures, physical for volumes.
  func matrix(_ pose: Affine<rank>, to frame: Grid<rank>) -> [[Double]] {
    let pose = told(pose)
    guard rank == 2 else { return pose.homogeneous }
    func index(_ place: Vector<rank>) -> Vector<rank> { frame.index(atPoint: pose(told.point(atIndex: place))) }
    let origin = index(.zero)
    let columns = (0..<rank).map { axis in index(Vector { $0 == axis ? 1 : 0 }) - origin }
    // The way through physical space leaves rounding.
    func rounded(_ number: Double) -> Double { (number * 1e12).rounded() / 1e12 }
    return (0..<rank).map { row in columns.map { rounded($0[row]) } + [rounded(origin[row])] }
      + [[Double](repeating: 0, count: rank) + [1]]
  }

  /// By how much the centre of the grid moves: in pixels for pictures, in millimetres for volumes.
  ///
  /// - Parameter matrix: as ``matrix(_:to:)`` gives it.
  func shift(_ pose: Affine<rank>, matrix: [[Double]]) -> [Double] {
    guard rank == 2 else { return told(pose).centered(at: told.center).translation.elements }
    let center = (0..<rank).map { Double(told.size[$0] - 1) / 2 }
    return (0..<rank).map { row in
      (0..<rank).reduce(matrix[row][rank]) { $0 + matrix[row][$1] * center[$1] } - center[row]
    }
  }
}
