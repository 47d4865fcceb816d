import Glibc

/// The lattice on which both images of a pair are looked at: one spacing and one set of axes for both.
///
/// An image is *viewed* through a linear map L: the view's sample at the lattice position v, counted from the view's
/// middle, is the image at `center + L · v`. Two views that agree at a shift of d samples are thus related by a
/// transform whose linear part is L, see ``transform(linear:shift:fixed:moving:)``.
package struct SharedFrame<let rank: Int>: Sendable {
  /// Lattice steps to physical ones.
  package let steps: Matrix<rank>
  private let inverse: Matrix<rank>

  /// The fixed image's own lattice where its steps are of one length and at right angles, so that a turn of samples
  /// is a turn of physical space; else a lattice along the physical axes with the fixed image's finest spacing.
  ///
  /// - Parameters:
  ///   - longest: where an image has more samples along an axis than this, the steps are longer in proportion.
  ///   - turning: whether images will be turned. Without, any fixed lattice serves as it is.
  ///   - margin: what counts to an image beyond its outermost samples, in steps before they are made longer: 0.5 for
  ///     the whole area of each sample.
  package init(fixed: Grid<rank>, moving: Grid<rank>, longest: Int, turning: Bool, margin: Double = 0) {
    let own = fixed.toPhysical
    let finest = fixed.spacing.elements.min() ?? 1
    let gram = own.transposed * own * (1 / (finest * finest))
    let square = Matrix<rank> { gram[$0, $1] - Matrix<rank>.identity[$0, $1] }.rowMajor.allSatisfy { abs($0) < 1e-6 }
    let base = square || !turning ? own : .diagonal(Vector(repeating: finest))
    let unscaled = base.inverted() ?? .identity
    let most = [fixed, moving].flatMap { Self.extent(of: $0, inverse: unscaled).elements }.max() ?? 1
    let scale = max(1, (most + 2 * margin) / Double(longest))
    steps = base * scale
    inverse = unscaled * (1 / scale)
  }

  /// The number of lattice steps that a grid's corners span along each axis.
  private static func extent(of grid: Grid<rank>, inverse: Matrix<rank>) -> Vector<rank> {
    let corners = grid.corners.map { inverse * ($0 - grid.center) }
    return Vector { axis in (corners.map { $0[axis] }.max() ?? 0) - (corners.map { $0[axis] }.min() ?? 0) }
  }

  /// An image seen through `linear`, with all that it holds; a sample without a value is 0 and the mask says so.
  ///
  /// - Parameters:
  ///   - size: the view's samples along each axis; nil for as many as hold the whole image.
  ///   - center: what the view's middle shows; nil for the image's centre.
  /// - Returns: nil where `linear` is singular or the view would have more than 16,384 samples along an axis.
  package func view(
    of image: Image<rank>, through linear: Matrix<rank> = .identity, size: Size<rank>? = nil,
    center: Vector<rank>? = nil,
    interpolation: Interpolation = .cubic, threads: Int
  ) -> Image<rank>? {
    if linear == .identity, size == nil, image.grid.toPhysical == steps { return image }
    guard let back = linear.inverted() else { return nil }
    let span = Self.extent(of: image.grid, inverse: inverse * back)
    guard span.elements.allSatisfy({ $0 < 16_384 }) else { return nil }
    guard let grid = lattice(size: size ?? Size { Int((span[$0] + 1e-6).rounded(.down)) + 1 }) else {
      return nil
    }
    let map = Affine<rank>(linear: linear, translation: center ?? image.grid.center)
    let seen = reduced(image, through: linear, threads: threads).resampled(
      onto: grid, through: map, interpolation: interpolation, threads: threads)
    let whole = seen.mask?.allSatisfy { $0 != 0 } ?? true
    return whole ? Image(unchecked: grid, samples: seen.samples) : seen
  }

  /// So many of the lattice's places about its middle, which is the origin; nil where the steps make no grid.
  package func lattice(size: Size<rank>) -> Grid<rank>? {
    let lengths = Vector<rank> { axis in Vector<rank> { steps[$0, axis] }.length }
    let origin = steps * Vector { -Double(size[$0] - 1) / 2 }
    let direction = Matrix<rank> { steps[$0, $1] / lengths[$1] }
    return try? Grid<rank>(size: size, spacing: lengths, origin: origin, direction: direction)
  }

  /// An image with as many samples as its view needs: halved along each axis while the view's steps are `factor` times
  /// its own or more.
  package func reduced(
    _ image: Image<rank>, through linear: Matrix<rank> = .identity, factor: Double = 1.6, threads: Int
  ) -> Image<rank> {
    let step = pow(abs(steps.determinant * linear.determinant), 1 / Double(rank))
    var level = image
    while true {
      let axes = (0..<rank).map { level.size[$0] >= 4 && level.grid.spacing[$0] * factor <= step }
      guard axes.contains(true) else { return level }
      level = level.halved(along: axes, threads: threads)
    }
  }

  /// The transform under which the fixed image's view at index i and the moving image's view at index i + `shift`
  /// show the same.
  func transform(
    linear: Matrix<rank>, shift: Vector<rank>, fixed: (grid: Grid<rank>, view: Size<rank>),
    moving: (grid: Grid<rank>, view: Size<rank>)
  ) -> Affine<rank> {
    let middles = Vector<rank> { (Double(fixed.view[$0]) - Double(moving.view[$0])) / 2 + shift[$0] }
    return Affine(
      linear: linear, translation: linear * (steps * middles) + moving.grid.center - fixed.grid.center,
      center: fixed.grid.center)
  }
}

extension SharedFrame where rank == 2 {
  /// The linear map of physical space that turns by `radians` from the lattice's first axis towards its second, and
  /// scales.
  package func linear(radians: Double, scale: Double) -> Matrix<2> {
    steps * (Affine<2>.rotation(radians: radians, from: 0, to: 1) * scale) * inverse
  }
}
