/// Exhaustive search for a whole shift: every one of a window is tried, as published for glass plates.
///
/// A patch of the fixed image, its centre of 200 × 200 samples as published or all of it, is compared with the moving
/// image's at each shift of ±``reach`` samples along both axes; the best value wins, of equals the first with the
/// moving image's row, then its column, descending. Beyond its border the moving image goes on as ``padding`` says,
/// which a patch in the centre sees only of small images.
///
/// - SeeAlso: "Image Alignment using Brute Force", which the paper's method follows: ±15 samples, a centre of 200 ×
///   200, circular padding; MSE, NCC and SSIM.
public struct ExhaustiveShift: PictureAligner {
  public var name: String { "exhaustive-shift" }
  /// Shifts alone.
  public var models: [TransformModel] { [.translation] }
  /// Nil for the registration's, or NCC.
  public var metric: ShiftMetric?
  /// The largest shift along each axis, in samples: 15 as published.
  public var reach: Int
  /// The side of the fixed image's centre that is compared: 200 as published; nil for the whole image.
  public var crop: Int?
  public var padding: ShiftPadding
  /// For ``shift(aligning:to:)`` and its like; a chain has its own.
  public var threads: Int
  /// False: the published method compares what is there, padding too.
  public var leavesOutPadding: Bool { false }

  /// - Precondition: `reach` is not negative, and `crop` positive where given.
  public init(
    metric: ShiftMetric? = nil, reach: Int = 15, crop: Int? = 200, padding: ShiftPadding = .circular,
    threads: Int = 2
  ) {
    precondition(reach >= 0 && (crop ?? 1) > 0, "the window reaches out, and the crop holds samples")
    self.metric = metric
    self.reach = reach
    self.crop = crop
    self.padding = padding
    self.threads = threads
  }

  /// False: its window ends where the published one does.
  public var comparesPlaces: Bool { false }

  public var options: [String] {
    let usual = ExhaustiveShift()
    let numbers = [
      option("reach", Double(reach), usually: Double(usual.reach)),
      crop.flatMap { option("crop", Double($0), usually: Double(usual.crop ?? 0)) },
    ]
    return numbers.compactMap(\.self) + (padding == usual.padding ? [] : ["padding=\(padding.rawValue)"])
  }

  /// - Returns: for each start the best shift and up to four that are more than 2 samples away from it and each other,
  ///   best first.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    var search = self
    (search.metric, search.threads) = (.chosen(metric, task), task.threads)
    return shiftCandidates(aligning: moving, to: fixed, from: candidates, threads: task.threads) { plane, still in
      let scores = search.scores(aligning: plane, to: still)
      return scores.best(5, apart: 2).map { shift, value in
        ShiftProposal(
          shift: [Double(shift.x), Double(shift.y)], score: scores.similarity(value), iterations: 0, stop: .searched)
      }
    }
  }

  public func objection(to metric: Metric) -> String? { ShiftMetric.objection(to: metric) }

  /// The value of each shift in the window.
  func scores(aligning moving: Image<2>, to fixed: Image<2>) -> ShiftScores {
    let width = min(crop ?? fixed.width, fixed.width)
    let height = min(crop ?? fixed.height, fixed.height)
    // The published centre: from half the size less half the crop.
    let (left, top) = (max(fixed.width / 2 - width / 2, 0), max(fixed.height / 2 - height / 2, 0))
    let patch = fixed.patch(x: left, y: top, width: width, height: height, padding: padding)
    let surroundings = moving.patch(
      x: left - reach, y: top - reach, width: width + 2 * reach, height: height + 2 * reach, padding: padding)
    return ShiftScores(
      fixed: patch, width: width, height: height, moving: surroundings, reach: SIMD2(reach, reach),
      metric: metric ?? .crossCorrelation,
      threads: threads)
  }

  /// The best whole shift, fixed to moving in samples.
  public func shift(aligning moving: Image<2>, to fixed: Image<2>) -> Vector<2> {
    let best = scores(aligning: moving, to: fixed).best(1, apart: 0)
    return best.first.map { [Double($0.shift.x), Double($0.shift.y)] } ?? .zero
  }

  /// The best shift to a fraction of a sample, by the parabolas through its neighbours; fixed to moving.
  public func vertex(aligning moving: Image<2>, to fixed: Image<2>) -> Vector<2> {
    let scores = scores(aligning: moving, to: fixed)
    guard let best = scores.best(1, apart: 0).first else { return .zero }
    return scores.vertex(at: best.shift)
  }
}

extension Image where rank == 2 {
  /// The samples of a rectangle that may reach beyond the image.
  package func patch(x left: Int, y top: Int, width columns: Int, height rows: Int, padding: ShiftPadding) -> [Float] {
    [Float](unsafeUninitializedCapacity: columns * rows) { output, count in
      count = columns * rows
      samples.withUnsafeBufferPointer { samples in
        for row in 0..<rows {
          let y = top + row
          let wrapped = ((y % height) + height) % height
          for column in 0..<columns {
            let x = left + column
            let inside = x >= 0 && x < width && y == wrapped
            output[row * columns + column] =
              inside
              ? samples[y * width + x]
              : padding == .circular ? samples[wrapped * width + ((x % width) + width) % width] : 0
          }
        }
      }
    }
  }
}
