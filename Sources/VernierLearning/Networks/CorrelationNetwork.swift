import Glibc
import Vernier

/// Vernier's own network: a search and a fit on learned descriptions, for pictures of one kind or of different kinds.
///
/// One extractor describes the surroundings of each place of both pictures, so that a place is described alike in
/// whatever modality it is seen. The moving picture is described in copies turned and scaled in even steps, and the
/// correlation of the descriptions over all shifts says how well each motion fits: a volume over shifts, angles and
/// scales whose softmax is trained to be the probability of the motion. So rotation and shift are in the architecture,
/// and the network does not need to learn them.
///
/// From the best places of that volume a fit goes on: the moving picture is resampled, correlations within a few places
/// around give each place a displacement and a weight, and weighted least squares the motion. Weights are trained as
/// precisions, by the likelihood of the true motion, so that the covariance of the fit is the network's own
/// uncertainty.
public struct CorrelationNetwork: PictureNetwork {
  public struct Configuration: PictureNetworkConfiguration {
    public typealias Network = CorrelationNetwork
    public static let kind = "correlation"

    public var side: Int
    /// Rigid or similarity.
    public var model: TransformModel
    /// Samples from one description to the next: 2 or 4.
    public var step: Int
    /// Channels of the first convolution and of the descriptions.
    public var stemWidth: Int
    public var width: Int
    /// The angles of the copies: from −range to range, in even steps; 180 is the whole circle.
    public var angles: Int
    public var range: Double
    /// The scales of the copies: so many, in even ratios from 1 / scale to scale.
    public var scales: Int
    public var scale: Double
    /// The largest shift that is searched along each axis, as a share of the side.
    public var reach: Double

    /// 32×32 pictures, any rotation: 16 copies.
    public static let rigid = Self(
      side: 32, model: .rigid, step: 2, stemWidth: 16, width: 32, angles: 16, range: 180, scales: 1, scale: 1,
      reach: 0.3)
    /// 128×128 pictures, rotations of ±30° and scales of 0.8 to 1.25: 24 copies.
    public static let crossModal = Self(
      side: 128, model: .similarity, step: 4, stemWidth: 16, width: 32, angles: 6, range: 30, scales: 4, scale: 1.25,
      reach: 0.22)

    public var motions: TrainingMotions {
      TrainingMotions(degrees: range, scale: scale, shift: model == .rigid ? 0.25 : 0.15)
    }

    public var objection: String? {
      guard step == 2 || step == 4 else { return "the step is 2 or 4" }
      guard (4 * step...1024).contains(side), side % step == 0 else {
        return "the side \(side) is not a multiple of \(step) from \(4 * step) on"
      }
      guard model == .rigid || model == .similarity else { return "the model is rigid or similarity" }
      guard (1...1024).contains(stemWidth), (1...1024).contains(width), (2...360).contains(angles) else {
        return "a size is out of range"
      }
      guard range > 0, range <= 180, (1...64).contains(scales), scale >= 1, scale <= 8, scale > 1 || scales == 1 else {
        return "the range of angles or scales is not usable"
      }
      return reach > 0 && reach <= 1 ? nil : "the reach is a share of the side"
    }
  }

  public let configuration: Configuration
  let extractor: FeatureExtractor
  /// From correlations to a displacement's correction, x and y, and a weight's logarithm.
  let head: [Convolution]
  /// What a correlation, and a place that both pictures show, add to a motion's log-probability.
  let gain, toll: Tensor
  /// How sharply the correlations around a place choose a displacement.
  let sharpness: Tensor
  let search: MotionSearch
  /// How a pair is looked at in use. Of one kind one view will do: four take four times as long, for errors that a
  /// refinement takes away anyway.
  let views: [MirrorView]
  private let placesInViews: [[Int]]

  /// Places around one at which a displacement is looked for.
  static let radius = 3
  /// Rounds of the fit in use; training takes two.
  static let rounds = 3
  /// Places of the volume from which the fit starts.
  static let starts = 3

  public init(_ configuration: Configuration, from initializer: inout Initializer) throws {
    self.configuration = configuration
    extractor = try FeatureExtractor(
      2, stemWidth: configuration.stemWidth, width: configuration.width, step: configuration.step, from: &initializer)
    let window = (2 * Self.radius + 1) * (2 * Self.radius + 1)
    head = [
      try Convolution(window, to: 32, kernel: [1, 1], from: &initializer),
      try Convolution(32, to: 32, kernel: [3, 3], from: &initializer),
      try Convolution(32, to: 3, kernel: [1, 1], from: &initializer),
    ]
    gain = try initializer.filled(1, [1])
    toll = try initializer.filled(0, [1])
    sharpness = try initializer.filled(1, [1])
    search = MotionSearch(configuration)
    views = configuration.model == .similarity ? MirrorView.all : [.plain]
    placesInViews = views.map(search.places)
  }

  public var tensors: [NamedTensor] {
    extractor.tensors(under: "extractor") + head.enumerated().flatMap { $1.tensors(under: "head.\($0)") } + [
      NamedTensor("gain", gain), NamedTensor("toll", toll), NamedTensor("sharpness", sharpness),
    ]
  }

  // MARK: Pictures and their descriptions

  /// A picture with mean 0 and deviation 1 where it has samples, and 1 there in a second channel: [batch, 2, side,
  /// side].
  func prepared(_ picture: Tensor) throws(TensorError) -> Tensor {
    let isThere = try (picture.absolute() * 1e30).clamped(to: 0...1)
    let count = try isThere.sum([1, 2, 3], keepingAxes: true) + 1e-3
    let mean = try picture.sum([1, 2, 3], keepingAxes: true) / count
    let centered = try (picture - mean) * isThere
    let deviation = try (centered.power(2).sum([1, 2, 3], keepingAxes: true) / count).squareRoot()
    let floor = try mean.absolute() * 1e-4 + 1e-20
    return try .concatenated([centered / (deviation + floor), isThere], along: 1)
  }

  /// What is known of a prepared picture's places.
  struct Description {
    /// [batch, width, places, places], 0 where there is no picture.
    var features: Tensor
    /// [batch, 1, places, places], 0…1.
    var share: Tensor
  }

  func description(of prepared: Tensor) throws(TensorError) -> Description {
    let share = try prepared.part(1..<2, along: 1).averagePooled(kernel: configuration.step, stride: configuration.step)
    return Description(features: try extractor(prepared) * share, share: share)
  }

  /// Prepared pictures seen through motions: out(x) = in(motion(x)), on a lattice of `side` samples about the same
  /// middle.
  func moved(_ prepared: Tensor, by motions: [Affine<2>], side: Int) throws -> Tensor {
    let own = Double(configuration.side)
    let maps = motions.flatMap { motion -> [Float] in
      let (ratio, m, t) = (Double(side) / own, motion.linear, motion.centered(at: middle).translation)
      return [
        m[0, 0] * ratio, m[0, 1] * ratio, 2 * t[0] / own, m[1, 0] * ratio, m[1, 1] * ratio, 2 * t[1] / own,
      ].map(Float.init)
    }
    let copies = motions.count / prepared.shape[0]
    let shape = prepared.shape
    let repeated = try prepared.reshaped([shape[0], 1, 2, shape[2], shape[3]])
      .expanded([shape[0], copies, 2, shape[2], shape[3]]).reshaped([motions.count, 2, shape[2], shape[3]])
    let grid = try Tensor(maps, shape: [motions.count, 2, 3], on: prepared.device)
      .affineGrid(size: [motions.count, 2, side, side])
    return try repeated.sampled(at: grid)
  }

  // MARK: Search

  /// The log-probabilities, but for a sum, of motions that turn and scale as some of the copies do.
  ///
  /// - Parameters:
  ///   - fixed: a batch of descriptions.
  ///   - moving: prepared.
  ///   - copies: which copies, as many for each example: batch · count numbers.
  /// - Returns: [batch, count, shifts, shifts], y before x.
  func volume(_ fixed: Description, _ moving: Tensor, copies: [Int]) throws -> Tensor {
    let motions = copies.map { search.motion(copy: $0, about: middle) }
    let copied = try description(
      of: moved(moving, by: motions, side: search.canvas))
    let first = [search.firstShift, search.firstShift]
    let count = [search.shifts, search.shifts]
    let agreement = try fixed.features.correlated(with: copied.features, first: first, count: count)
    let overlap = try fixed.share.correlated(with: copied.share, first: first, count: count)
    return try agreement * gain / Double(configuration.width) - overlap * toll
  }

  public func motions(fixed: Tensor, moving: Tensor) throws -> [[PredictedMotion<Affine<2>>]] {
    // More at once only takes more memory.
    let count = fixed.shape[0]
    let most = 16 / views.count
    guard count <= most else {
      var parts: [[PredictedMotion<Affine<2>>]] = []
      for first in stride(from: 0, to: count, by: most) {
        let part = first..<min(first + most, count)
        parts += try motions(fixed: fixed.part(part, along: 0), moving: moving.part(part, along: 0))
      }
      return parts
    }
    let still = try description(of: seen(prepared(fixed)))
    let other = try seen(prepared(moving))
    let all = (0..<count * views.count).flatMap { _ in 0..<search.copies }
    let values = try volume(still, other, copies: all).values()
    let size = values.count / all.count * search.copies
    let found = (0..<count).map { index in
      search.best(of: mean(values, of: index, size: size, count: count)[...], Self.starts, about: middle)
    }
    // The starts of one example after the other.
    let order = (0..<count).flatMap { index in found[index].map { _ in index } }
    var rounds = try Fit(
      self, fixed: still, moving: other, order: order, motions: found.flatMap(\.self), views: views)
    for _ in 0..<Self.rounds { try rounds.run() }
    let predicted = try rounds.predictions()
    return (0..<count).map { index in
      Self.likely(zip(order, predicted).filter { $0.0 == index }.map(\.1))
    }
  }

  /// Prepared pictures in all views, those of one view after those of the other.
  private func seen(_ prepared: Tensor) throws -> Tensor {
    guard views.count > 1 else { return prepared }
    return try .concatenated(
      views.map { view in
        let mirrors = [Affine<2>](repeating: view.map(about: middle), count: prepared.shape[0])
        return try moved(prepared, by: mirrors, side: configuration.side)
      }, along: 0)
  }

  /// The mean over the views of the volumes of an example.
  private func mean(_ values: [Float], of index: Int, size: Int, count: Int) -> [Float] {
    var sum = [Float](repeating: 0, count: size)
    for (view, places) in placesInViews.enumerated() {
      let first = (view * count + index) * size
      for place in 0..<size { sum[place] += values[first + places[place]] }
    }
    return sum.map { $0 / Float(views.count) }
  }

  /// The likeliest first, and the others that are not clearly less likely; their scores are their probabilities over
  /// its.
  private static func likely(_ found: [PredictedMotion<Affine<2>>]) -> [PredictedMotion<Affine<2>>] {
    let most = found.map(\.score).max() ?? 0
    return found.map { PredictedMotion($0.motion, score: exp($0.score - most), cornerDeviation: $0.cornerDeviation) }
      .filter { $0.score >= 0.05 || $0.score.isNaN }.sorted { $0.score > $1.score }
  }
}
