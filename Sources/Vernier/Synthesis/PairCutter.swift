/// Makes pairs with a known transform out of one scene, see ``PairProtocol``.
///
/// Making a cutter filters the whole scene for ``PairProtocol/strict``; keep it for all the pairs of its scene.
///
/// - Complexity: O(samples of the scene) to make, O(samples of the pair) for each pair.
public struct PairCutter: Sendable {
  public let kind: PairProtocol
  /// Of the scene.
  let grid: Grid<2>
  /// Of the scene's cubic spline under the strict protocol; its samples under the published one.
  private let source: [Float]
  private let mask: [Float]?
  private let mean: Float
  private let isPlain: Bool

  public init(scene: Image<2>, kind: PairProtocol = .strict) {
    self.kind = kind
    grid = scene.grid
    isPlain = grid.spacing == Vector(repeating: 1) && grid.origin == .zero && grid.direction == .identity
    // What a mask leaves out may be anything, but zero times anything must be zero.
    let filled = scene.mask == nil ? scene : scene.mapSamples { $0.isFinite ? $0 : 0 }
    source = kind == .strict ? CubicSpline.coefficients(of: filled, threads: 1) : filled.samples
    mask = scene.mask?.map { $0 == 0 ? 0 : 1 }
    mean = Float(scene.samples.reduce(0.0) { $0 + Double($1) } / Double(max(scene.samples.count, 1)))
  }

  /// The fixed image cut at `corner` and the moving one such that `moving(T(p)) = fixed(p)`.
  ///
  /// - Parameters:
  ///   - side: both images are `side` × `side`.
  ///   - corner: the scene's sample at the fixed image's first. The published protocol takes the block there whole.
  ///   - truth: T, in the fixed image's samples.
  /// - Returns: the pair. Under the strict protocol, where the moving image would need what lies outside the scene, it
  ///   repeats the scene's mean and its mask says so; the mask is nil when all lies inside. Under the published one
  ///   there is no mask.
  /// - Precondition: `truth` can be undone, and under the published protocol the block lies within the scene.
  public func pair(
    side: Int, corner: (x: Int, y: Int), truth: Affine<2>
  ) -> (fixed: Image<2>, moving: Image<2>) {
    guard let grid = try? Grid<2>(size: [side, side]) else { preconditionFailure("a pair needs a positive side") }
    var (fixed, moving, seen, seenMoving) = (grid.zeros, grid.zeros, grid.zeros, grid.zeros)
    let place = Place(grid: grid, corner: corner, truth: truth)
    cutFixed(place, into: &fixed, valid: &seen)
    cutMoving(place, fixed: fixed, into: &moving, valid: &seenMoving)
    func image(_ samples: [Float], _ valid: [Float]) -> Image<2> {
      let isWhole = kind == .published || valid.allSatisfy { $0 > 0 }
      return Image(unchecked: grid, samples: samples, mask: isWhole ? nil : valid.map { $0 > 0 ? 1 : 0 })
    }
    return (image(fixed, seen), image(moving, seenMoving))
  }

  /// Where in the scene a pair lies.
  struct Place {
    /// Of both pictures: a plain one.
    var grid: Grid<2>
    var corner: (x: Int, y: Int)
    var truth: Affine<2>
    var flip = CubeSymmetry<2>.identity
  }

  /// Writes the fixed picture at a place into the caller's memory, of as many samples as its grid.
  ///
  /// - Parameter valid: receives 1 where the picture has a sample of the scene, else 0.
  func cutFixed(
    _ place: Place, into fixed: UnsafeMutablePointer<Float>, valid: UnsafeMutablePointer<Float>
  ) {
    let picture = place.grid
    if kind == .published {
      copyBlock(of: picture.size[0], at: place.corner, to: fixed)
    } else if !cutAtSamples(place, into: fixed) {
      return cutScene(picture, through: sceneMap(place), into: fixed, valid: valid)
    }
    place.flip.apply(to: fixed, side: picture.size[0], scratch: valid)
    valid.update(repeating: 1, count: picture.count)
  }

  /// From the samples of a picture at a place to the scene's.
  private func sceneMap(_ place: Place) -> Affine<2> {
    let shift = Affine<2>(translation: [Double(place.corner.x), Double(place.corner.y)])
    return place.flip == .identity ? shift : shift.composed(after: place.flip.map(about: place.grid.center))
  }

  /// Writes the moving picture at a place into the caller's memory.
  ///
  /// - Parameters:
  ///   - fixed: the fixed picture there, which the published protocol moves.
  ///   - valid: receives 1 where the moving picture has a sample of the scene, else 0.
  func cutMoving(
    _ place: Place, fixed: UnsafePointer<Float>, into moving: UnsafeMutablePointer<Float>,
    valid: UnsafeMutablePointer<Float>
  ) {
    guard let back = place.truth.inverted() else { preconditionFailure("the true transform must be invertible") }
    let picture = place.grid
    guard kind == .published else {
      return cutScene(picture, through: sceneMap(place).composed(after: back), into: moving, valid: valid)
    }
    let warp = Warp(
      map: IndexMap(back, fixed: picture, moving: picture), fixedSize: picture.size, movingSize: picture.size,
      interpolation: .linear, reach: 0)
    warp.run(fixed, movingMask: nil, into: moving, valid: valid, outside: 0, threads: 1)
  }

  private func cutScene(
    _ picture: Grid<2>, through transform: Affine<2>, into samples: UnsafeMutablePointer<Float>,
    valid: UnsafeMutablePointer<Float>
  ) {
    let warp = Warp(
      map: IndexMap(transform, fixed: picture, moving: grid), fixedSize: picture.size, movingSize: grid.size,
      interpolation: .cubic, reach: 0)
    source.withUnsafeBufferPointer { source in
      withOptionalBuffer(mask) { mask in
        warp.run(source.baseAddress!, movingMask: mask, into: samples, valid: valid, outside: mean, threads: 1)
      }
    }
  }

  /// The spline at its own samples, where it weighs three coefficients along each axis; to rounding what ``Warp`` makes
  /// of it.
  ///
  /// - Returns: false, and nothing is written, where the block reaches the scene's border or the scene has a mask or a
  ///   grid that is not plain.
  private func cutAtSamples(_ place: Place, into fixed: UnsafeMutablePointer<Float>) -> Bool {
    let (width, height, side) = (grid.size[0], grid.size[1], place.grid.size[0])
    let (x, y) = place.corner
    guard mask == nil, isPlain, x >= 1, y >= 1, x + side + 2 < width, y + side + 2 < height else { return false }
    let weights: SIMD4<Float> = CubicSpline.weights(0)
    source.withUnsafeBufferPointer { source in
      for row in 0..<side {
        let corner = source.baseAddress! + ((y + row - 1) * width + x - 1)
        let line = fixed + row * side
        var column = 0
        while column + 8 <= side {
          func values(_ line: Int, _ tap: Int) -> SIMD8<Float> {
            UnsafeRawPointer(corner + (line * width + column + tap)).loadUnaligned(as: SIMD8<Float>.self)
          }
          var sum = SIMD8<Float>.zero
          for tap in 0..<3 {
            let column: SIMD8<Float> =
              weights[0] * values(0, tap) + weights[1] * values(1, tap) + weights[2] * values(2, tap)
            sum += weights[tap] * column
          }
          UnsafeMutableRawPointer(line + column).storeBytes(of: sum, as: SIMD8<Float>.self)
          column += 8
        }
        for place in column..<side {
          var sum: Float = 0
          for tap in 0..<3 {
            let at = corner + (place + tap)
            sum += weights[tap] * (weights[0] * at[0] + weights[1] * at[width] + weights[2] * at[2 * width])
          }
          line[place] = sum
        }
      }
    }
    return true
  }

  private func copyBlock(of side: Int, at corner: (x: Int, y: Int), to picture: UnsafeMutablePointer<Float>) {
    precondition(
      corner.x >= 0 && corner.y >= 0 && corner.x + side <= grid.size[0] && corner.y + side <= grid.size[1],
      "the fixed picture lies within the scene")
    source.withUnsafeBufferPointer { source in
      for row in 0..<side {
        let start = source.baseAddress! + (corner.y + row) * grid.size[0] + corner.x
        (picture + row * side).update(from: start, count: side)
      }
    }
  }
}

extension Grid {
  fileprivate var zeros: [Float] { [Float](repeating: 0, count: count) }
}
