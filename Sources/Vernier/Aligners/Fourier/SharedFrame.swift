/// The lattice on which both pictures of a pair are correlated: one spacing and one pair of axes for both.
///
/// A picture is *viewed* through a linear map L: the view's sample at the lattice position v, counted from the view's
/// middle, is the picture at `center + L · v`. Two views that agree at a shift of d samples are thus related by a
/// transform whose linear part is L, see ``transform(linear:shift:fixed:moving:)``.
package struct SharedFrame: Sendable {
  /// Lattice steps to physical ones.
  package let steps: Matrix<2>
  private let inverse: Matrix<2>

  /// The fixed image's own lattice where its steps are of one length and at right angles, so that a turn of samples
  /// is a turn of physical space; else a lattice along the physical axes with the fixed image's finest spacing.
  ///
  /// - Parameters:
  ///   - longest: where a picture has more samples along an axis than this, the steps are longer in proportion.
  ///   - turning: whether pictures will be turned. Without, any fixed lattice serves as it is.
  package init(fixed: Grid<2>, moving: Grid<2>, longest: Int, turning: Bool) {
    let own = fixed.toPhysical
    let finest = fixed.spacing.elements.min() ?? 1
    let gram = Matrix<2> { row, column in
      (own[0, row] * own[0, column] + own[1, row] * own[1, column]) / (finest * finest)
    }
    let square = Matrix<2> { gram[$0, $1] - Matrix<2>.identity[$0, $1] }.rowMajor.allSatisfy { abs($0) < 1e-6 }
    let base = square || !turning ? own : .diagonal(Vector(repeating: finest))
    let unscaled = base.inverted() ?? .identity
    let most = [fixed, moving].flatMap { Self.extent(of: $0, inverse: unscaled).elements }.max() ?? 1
    let scale = max(1, most / Double(longest))
    steps = base * scale
    inverse = unscaled * (1 / scale)
  }

  /// The number of lattice steps that a grid's corners span along each axis.
  private static func extent(of grid: Grid<2>, inverse: Matrix<2>) -> Vector<2> {
    let corners = grid.corners.map { inverse * ($0 - grid.center) }
    return Vector { axis in (corners.map { $0[axis] }.max() ?? 0) - (corners.map { $0[axis] }.min() ?? 0) }
  }

  /// The linear map of physical space that turns by `radians` from the lattice's first axis towards its second, and scales.
  package func linear(radians: Double, scale: Double) -> Matrix<2> {
    steps * (Affine<2>.rotation(radians: radians, from: 0, to: 1) * scale) * inverse
  }

  /// An image seen through `linear`, with all that it holds; a sample without a value is 0 and the mask says so.
  ///
  /// - Parameter size: the view's samples along each axis, about the image's centre; nil for as many as hold the whole image.
  /// - Returns: nil where `linear` is singular or the view would have more than 16,384 samples along an axis.
  package func view(
    of image: Image<2>, through linear: Matrix<2> = .identity, size: [Int]? = nil,
    interpolation: Interpolation = .cubic, threads: Int
  ) -> Image<2>? {
    if linear == .identity, size == nil, image.grid.toPhysical == steps { return image }
    guard let back = linear.inverted() else { return nil }
    let span = Self.extent(of: image.grid, inverse: inverse * back)
    guard span.elements.allSatisfy({ $0 < 16_384 }) else { return nil }
    let size = size ?? span.elements.map { Int(($0 + 1e-6).rounded(.down)) + 1 }
    let lengths = Vector<2> { axis in Vector<2> { steps[$0, axis] }.length }
    let origin = steps * Vector { -Double(size[$0] - 1) / 2 }
    let direction = Matrix<2> { steps[$0, $1] / lengths[$1] }
    guard let grid = try? Grid<2>(size: size, spacing: lengths, origin: origin, direction: direction) else {
      return nil
    }
    let step = abs(steps.determinant * linear.determinant).squareRoot()
    var level = image
    while level.size.allSatisfy({ $0 >= 4 }) {
      let axes = (0..<2).map { level.grid.spacing[$0] * 1.6 <= step }
      guard axes.contains(true) else { break }
      level = level.halved(along: axes, threads: threads)
    }
    let map = Affine<2>(linear: linear, translation: image.grid.center)
    let seen = level.resampled(onto: grid, through: map, interpolation: interpolation, threads: threads)
    let whole = seen.mask?.allSatisfy { $0 != 0 } ?? true
    return whole ? Image(unchecked: grid, samples: seen.samples) : seen
  }

  /// The transform under which the fixed image's view at index i and the moving image's view at index i + `shift`
  /// show the same.
  func transform(
    linear: Matrix<2>, shift: Vector<2>, fixed: (grid: Grid<2>, view: [Int]), moving: (grid: Grid<2>, view: [Int])
  ) -> Affine<2> {
    let middles = Vector<2> { (Double(fixed.view[$0]) - Double(moving.view[$0])) / 2 + shift[$0] }
    return Affine(
      linear: linear, translation: linear * (steps * middles) + moving.grid.center - fixed.grid.center,
      center: fixed.grid.center)
  }
}
