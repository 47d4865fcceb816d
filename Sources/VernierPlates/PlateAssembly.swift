import Glibc
import Vernier

/// Makes a colour picture of a glass plate with three exposures above each other.
public struct PlateAssembly: Sendable {
  /// How the shift of an exposure is found.
  public enum Method: String, Sendable, CaseIterable {
    /// ``/Vernier/ExhaustiveShift`` with its published window.
    case search
    /// ``/Vernier/GradientShift`` over the whole exposure.
    case gradient
    /// Vernier's own: edges, coarse to fine, to a fraction of a sample.
    case auto
  }

  /// The exposure that stays: green, whose filter lies between the others and which the eye looks at most.
  public var reference: PlateExposure
  public var method: Method
  /// What the published methods compare. `auto` compares edges by NCC.
  public var metric: ShiftMetric
  /// ``/Vernier/TransformModel/translation`` or ``/Vernier/TransformModel/affine``; nil for affine with `auto`, for the
  /// plates' exposures differ by up to 0.5 % in size and by 0.2° in angle, and for the published shift with the
  /// published methods. With these an affine transform is refined from their shift.
  public var model: TransformModel?
  /// Of `gradient`, see ``/Vernier/GradientShift``.
  public var learningRate: Double
  public var steps: Int
  /// Threads to use at most. Results do not depend on it.
  public var threads: Int

  /// - Precondition: the model is a translation or affine; the descent compares by MSE or NCC.
  public init(
    reference: PlateExposure = .green, method: Method = .auto, metric: ShiftMetric = .crossCorrelation,
    model: TransformModel? = nil, learningRate: Double = 0.001, steps: Int = 30, threads: Int = 2
  ) {
    precondition(
      model == nil || model == .translation || model == .affine, "exposures are shifted or mapped by an affine")
    precondition(method != .gradient || metric != .structuralSimilarity, "gradient descent minimises mse or −ncc")
    self.reference = reference
    self.method = method
    self.metric = metric
    self.model = model
    self.learningRate = learningRate
    self.steps = steps
    self.threads = threads
  }

  /// Below this peak two exposures do not belong together, above the other they do, see ``ExposureAlignment/peak``. In
  /// between, and where the next best shift reaches 80 % of it, is doubt.
  static let unmatched = 0.15
  static let matched = 0.25
  static let ambiguous = 0.8
  /// An exposure whose edges are weaker than this share of the strongest one's shows nothing.
  static let unexposed = 0.04

  /// Aligns the exposures of a plate and puts them together.
  ///
  /// - Parameter plate: the whole plate, standing upright, of one channel.
  /// - Throws: ``/Vernier/ImageError`` for samples that are not finite.
  public func assemble(_ plate: Image<2>) throws(ImageError) -> ColorPlate {
    let clock = ContinuousClock()
    let start = clock.now
    var result = try run(plate)
    let duration = (clock.now - start).components
    result.seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    return result
  }

  private func run(_ plate: Image<2>) throws(ImageError) -> ColorPlate {
    if let objection = Self.objection(to: plate.size) { return ColorPlate(refusedFor: objection, reference: reference) }
    guard plate.samples.allFinite(threads: threads) else {
      throw .notFinite(count: plate.samples.count { !$0.isFinite })
    }
    let layout = PlateLayout(plate, threads: threads)
    var result = ColorPlate(
      channels: [], frame: nil, layout: layout, reference: reference, alignments: [], verdict: .failed,
      objections: layout.objections, seconds: 0)
    if layout.objections.contains(where: { $0.verdict == .failed }) { return result }
    let pyramids = zip(layout.exposures, layout.origins).map {
      ExposurePyramid(plate, region: $0, origin: $1, threads: threads)
    }
    result.objections += unexposed(pyramids)
    guard !result.objections.contains(where: { $0.verdict == .failed }) else { return result }
    let order = PlateExposure.allCases
    let still = order.firstIndex(of: reference) ?? 1
    let aligner = ExposureAligner(
      reference: pyramids[still], model: model ?? (method == .auto ? .affine : .translation), threads: threads)
    for index in order.indices where index != still {
      let (alignment, objections) = align(order[index], pyramids[index], to: pyramids[still], by: aligner)
      result.alignments.append(alignment)
      result.objections += objections
    }
    let doubt = result.objections.map(\.verdict)
    result.verdict = doubt.contains(.failed) ? .failed : doubt.isEmpty ? .aligned : .doubtful
    guard result.verdict != .failed else { return result }
    compose(&result, pyramids, still: still)
    return result
  }

  /// Why a picture of this size is no plate.
  static func objection(to size: Size<2>) -> PlateObjection? {
    let (width, height) = (size[0], size[1])
    if width < 48 || height < 144 { return .tooSmall(width: width, height: height) }
    // Three exposures are 2.4 to 2.7 times as high as wide, 1.9 where three quarters of an outer one are lost.
    return Double(height) < 1.3 * Double(width) ? .format(width: width, height: height) : nil
  }

  private func unexposed(_ pyramids: [ExposurePyramid]) -> [PlateObjection] {
    let strengths = pyramids.map { $0.levels[$0.levels.count - 1].medianlessStrength }
    let strongest = strengths.max() ?? 0
    let least = Float(Self.unexposed) * strongest
    return zip(PlateExposure.allCases, strengths).compactMap { exposure, strength in
      strength <= least ? .unexposed(exposure) : nil
    }
  }

  private func align(
    _ exposure: PlateExposure, _ moving: ExposurePyramid, to still: ExposurePyramid, by aligner: ExposureAligner
  ) -> (ExposureAlignment, [PlateObjection]) {
    let match = aligner.search(moving)
    var start = match.shift
    var trace: [(shift: Vector<2>, loss: Double)] = []
    var (iterations, stop) = (0, StopReason.searched)
    if method != .auto {
      let (seen, fixed) = Self.common(moving.image, still.image)
      switch method {
      case .search:
        start = ExhaustiveShift(metric: metric, threads: threads).shift(aligning: seen, to: fixed)
      case .gradient, .auto:
        let descent = GradientShift(metric: metric, learningRate: learningRate, steps: steps, threads: threads)
          .descend(aligning: seen, to: fixed)
        (start, trace, iterations, stop) = (descent.shift, descent.trace, steps, .iterationLimit)
      }
    }
    let finest = aligner.fit(0, with: moving)
    var transform = Affine<2>(translation: start, center: still.image.grid.center)
    let after: PictureFit.Agreement
    if method == .auto || aligner.model == .affine {
      let refined = aligner.refine(start, of: moving, finest: finest)
      (transform, stop, after) = (refined.transform, refined.stopReason, refined.agreement)
      iterations += refined.iterations
    } else {
      after = finest.agreement(transform)
    }
    let before = aligner.agreementBefore(moving)
    var objections: [PlateObjection] = []
    // Another method's answer has to be near the one that the edges give; that one near where the search began.
    let side = Double(max(still.image.width, still.image.height))
    let (judge, limit) =
      method == .auto
      ? (match.shift, 2 * still.levels[still.levels.count - 1].grid.spacing[0])
      : (aligner.refine(match.shift, of: moving, finest: finest).transform.translation, max(1, side / 400))
    let away = (transform.translation - judge).length
    if match.peak < Self.unmatched {
      objections.append(.unmatched(exposure, agreement: match.peak))
    } else if match.isAtBorder {
      objections.append(.outOfReach(exposure))
    } else if match.peak < Self.matched || match.ratio > Self.ambiguous || !Self.isPlausible(transform)
      || away > limit || after.value < before - 0.01
    {
      objections.append(.uncertain(exposure, agreement: after.value))
    }
    return (
      ExposureAlignment(
        exposure: exposure, transform: transform, model: aligner.model,
        metric: method == .auto ? .crossCorrelation : metric, agreementBefore: before,
        agreementAfter: after.value, overlap: after.overlap, peak: match.peak, peakRatio: match.ratio,
        iterations: iterations, stopReason: stop, trace: trace),
      objections
    )
  }

  /// What two exposures hold of one frame: the rows and columns, counted from where the camera's step began, that both
  /// have.
  private static func common(_ moving: Image<2>, _ fixed: Image<2>) -> (moving: Image<2>, fixed: Image<2>) {
    let offset = fixed.grid.index(atPoint: moving.grid.origin)
    let (left, top) = (Int(offset[0].rounded()), Int(offset[1].rounded()))
    let columns = max(0, left)..<max(min(fixed.width, left + moving.width), max(0, left) + 1)
    let rows = max(0, top)..<max(min(fixed.height, top + moving.height), max(0, top) + 1)
    let part = moving.cropped(
      columns: columns.lowerBound - left..<columns.upperBound - left,
      rows: rows.lowerBound - top..<rows.upperBound - top)
    return (part, fixed.cropped(columns: columns, rows: rows))
  }

  /// Whether the linear part is one that a camera makes between two exposures: within 3 % of none.
  private static func isPlausible(_ transform: Affine<2>) -> Bool {
    transform.isFinite
      && (0..<2).allSatisfy { row in
        (0..<2).allSatisfy { abs(transform.linear[row, $0] - (row == $0 ? 1 : 0)) < 0.03 }
      }
  }

  /// Puts red, green and blue on the rows and columns of the reference that all three cover.
  private func compose(_ result: inout ColorPlate, _ pyramids: [ExposurePyramid], still: Int) {
    let reference = pyramids[still].image
    let order = PlateExposure.allCases
    let transforms = order.map { exposure in
      result.alignments.first { $0.exposure == exposure }?.transform ?? Affine<2>(center: reference.grid.center)
    }
    var (columns, rows) = (0..<reference.width, 0..<reference.height)
    for (pyramid, transform) in zip(pyramids, transforms) {
      guard let inverse = transform.inverted() else { continue }
      let corners = pyramid.image.grid.corners.map { reference.grid.index(atPoint: inverse($0)).elements }
      // Of a rectangle hardly turned, the inner of the two corners at each side.
      let (xs, ys) = (corners.map { $0[0] }.sorted(), corners.map { $0[1] }.sorted())
      let low = [Int((xs[1] - 1e-6).rounded(.up)), Int((ys[1] - 1e-6).rounded(.up))]
      let high = [Int((xs[2] + 1e-6).rounded(.down)) + 1, Int((ys[2] + 1e-6).rounded(.down)) + 1]
      columns = max(columns.lowerBound, low[0])..<max(min(columns.upperBound, high[0]), max(columns.lowerBound, low[0]))
      rows = max(rows.lowerBound, low[1])..<max(min(rows.upperBound, high[1]), max(rows.lowerBound, low[1]))
    }
    guard 2 * columns.count * rows.count >= reference.grid.count else {
      result.objections.append(.littleInCommon)
      result.verdict = .failed
      return
    }
    let frame = reference.cropped(columns: columns, rows: rows)
    let seen = zip(pyramids, transforms).enumerated().map { index, item in
      index == still
        ? frame
        : item.0.image.resampled(
          onto: frame.grid, through: item.1, interpolation: .cubic, threads: threads)
    }
    result.channels = [2, 1, 0].map { seen[$0].onPlainGrid }
    if let region = result.layout?.exposures[still] {
      let (left, top) = (region.columns.lowerBound, region.rows.lowerBound)
      result.frame = PlateRegion(
        columns: columns.lowerBound + left..<columns.upperBound + left,
        rows: rows.lowerBound + top..<rows.upperBound + top)
    }
  }
}

extension Image where rank == 2 {
  /// The same samples with spacing 1 and origin 0, and no mask.
  fileprivate var onPlainGrid: Image<2> {
    guard let grid = try? Grid<2>(size: size) else { return self }
    return Image(unchecked: grid, samples: samples)
  }

  /// How far the strongest twentieth of the samples stand above the middle one: edges, not the noise that is
  /// everywhere.
  fileprivate var medianlessStrength: Float {
    let part = cropped(columns: width / 8..<width - width / 8, rows: height / 8..<height - height / 8).samples
    let inner = stride(from: 0, to: part.count, by: max(1, part.count / 2000) | 1).map { part[$0] }.sorted()
    return inner[inner.count * 19 / 20] - inner[inner.count / 2]
  }
}

extension [Float] {
  /// Whether no sample is NaN or infinite.
  fileprivate func allFinite(threads: Int) -> Bool {
    // A sum of products with zero is zero unless one is not finite.
    withUnsafeBufferPointer { samples in
      var sum = SIMD8<Float>.zero
      let whole = samples.count / 8 * 8
      let bytes = UnsafeRawBufferPointer(samples)
      for index in stride(from: 0, to: whole, by: 8) {
        sum += bytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self) * 0
      }
      return sum == .zero && samples[whole...].allSatisfy(\.isFinite)
    }
  }
}
