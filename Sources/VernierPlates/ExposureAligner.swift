import Glibc
import Vernier

/// Vernier's own way to align one exposure to another: every shift by NCC of the edges where they are coarse, then
/// Gauss–Newton, from level to level, on the NCC of the edges as they are.
struct ExposureAligner {
  let reference: ExposurePyramid
  let model: TransformModel
  let threads: Int

  /// The largest shift that is looked for, as a share of the longer side: real plates need 4 %.
  static let reach = 0.06
  /// The share of the reference left out along each side: the frame, what it hides, and scratches are there.
  static let rim = 0.06

  /// What the search says of a pair of exposures.
  struct Match {
    var shift: Vector<2>
    /// NCC of the edges less their local mean at the best shift.
    var peak: Double
    /// The next best shift's over the best one's.
    var ratio: Double
    var isAtBorder: Bool
  }

  /// The best of all whole shifts at the coarsest level.
  func search(_ moving: ExposurePyramid) -> Match {
    let still = reference.levels[reference.levels.count - 1]
    let other = moving.levels[moving.levels.count - 1]
    let spacing = still.grid.spacing[0]
    let reach = max(3, Int((Self.reach * Double(max(still.width, still.height))).rounded(.up)))
    // In samples of the level: where the moving exposure's first one lies on the reference.
    let offset = still.grid.index(atPoint: other.grid.origin)
    let whole = SIMD2(Int(offset[0].rounded()), Int(offset[1].rounded()))
    // Both hold these columns and rows at every shift.
    let columns =
      max(
        inner(still.width).lowerBound, whole.x + reach)..<min(
        inner(still.width).upperBound, whole.x + other.width - reach)
    let rows =
      max(
        inner(still.height).lowerBound, whole.y + reach)..<min(
        inner(still.height).upperBound, whole.y + other.height - reach)
    guard columns.count >= 16, rows.count >= 16 else {
      return Match(shift: .zero, peak: 0, ratio: 1, isAtBorder: false)
    }
    let fixed = Image<2>(unchecked: still.grid, samples: still.withoutLocalMean(radius: 4)).cropped(
      columns: columns, rows: rows)
    let surroundings = Image<2>(unchecked: other.grid, samples: other.withoutLocalMean(radius: 4)).cropped(
      columns: columns.lowerBound - whole.x - reach..<columns.upperBound - whole.x + reach,
      rows: rows.lowerBound - whole.y - reach..<rows.upperBound - whole.y + reach)
    let scores = ShiftScores(
      fixed: fixed.samples, width: columns.count, height: rows.count, moving: surroundings.samples,
      reach: SIMD2(reach, reach), metric: .crossCorrelation, threads: threads)
    let best = scores.best(2, apart: 3)
    let vertex = scores.vertex(at: best[0].shift)
    // The levels' lattices need not lie upon each other.
    let fraction = Vector<2>([offset[0] - Double(whole.x), offset[1] - Double(whole.y)])
    return Match(
      shift: (vertex + fraction) * spacing, peak: best[0].value,
      ratio: best[0].value > 0 ? max(best[1].value, 0) / best[0].value : 1,
      isAtBorder: max(abs(best[0].shift.x), abs(best[0].shift.y)) == reach)
  }

  private func inner(_ count: Int) -> Range<Int> {
    let rim = Int(Self.rim * Double(count))
    return rim..<count - rim
  }

  /// The edges of both at one level, made ready to be compared.
  func fit(_ level: Int, with moving: ExposurePyramid) -> PictureFit {
    let still = reference.levels[level]
    return PictureFit(
      fixed: still.cropped(columns: inner(still.width), rows: inner(still.height)),
      moving: moving.level(matching: still.grid.spacing[0]), about: reference.image.grid.center, threads: threads)
  }

  /// A shift brought to a fraction of a sample, with what else the model has, by the edges from the coarsest level to
  /// the finest.
  ///
  /// - Parameter finest: the ``fit(_:with:)`` of level 0.
  /// - Returns: fixed point to moving point, about the reference's centre, how well the edges agree then, and the
  ///   iterations spent.
  func refine(
    _ shift: Vector<2>, of moving: ExposurePyramid, finest: PictureFit
  ) -> PictureFit.Outcome {
    var outcome = PictureFit.Outcome(Affine<2>(translation: shift, center: reference.image.grid.center))
    for level in reference.levels.indices.reversed() {
      let fit = level == 0 ? finest : fit(level, with: moving)
      // At the coarsest level shifts come first: what else moves by a fraction of its samples must not hold them up.
      let isCoarsest = level == reference.levels.count - 1
      for model in isCoarsest && model != .translation ? [.translation, model] : [model] {
        // Steps of second order: one of 0.2 samples leaves some hundredths.
        outcome = fit.refined(outcome, model: model, iterationLimit: 12, tolerance: level == 0 ? 0.2 : 0.1)
      }
    }
    return outcome
  }

  /// How well the edges agree where the camera's step put them, to the nearest sample.
  func agreementBefore(_ moving: ExposurePyramid) -> Double {
    let (still, other) = (reference.levels[0], moving.levels[0])
    let fixed = still.cropped(columns: inner(still.width), rows: inner(still.height))
    let offset = other.grid.index(atPoint: fixed.grid.origin)
    let shift = SIMD2(Int(offset[0].rounded()), Int(offset[1].rounded()))
    return Overlap(fixed: fixed.size, moving: other.size, shift: shift)?.correlation(fixed, other, least: 2)?.value ?? 0
  }
}

extension ExposurePyramid {
  /// The coarsest level whose samples are no farther apart than 1.42 times `spacing`.
  fileprivate func level(matching spacing: Double) -> Image<2> {
    levels.last { $0.grid.spacing[0] <= 1.42 * spacing } ?? levels[0]
  }
}
