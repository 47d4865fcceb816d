/// Pairs of pictures with a known transform, made by number: pair i of a seed is the same whenever, wherever and on
/// however many threads it is made.
///
/// Each pair draws a scene, a transform, a place in the scene and, for each picture by itself, its degradations.
/// Intensities are 0…255.
public struct SyntheticPairs: Sendable {
  /// What pairs are made, apart from the scenes.
  public struct Recipe: Sendable, Codable, Equatable {
    /// Both pictures are `side` × `side`.
    public var side: Int
    public var kind: PairProtocol
    public var model: TransformModel
    /// In samples and degrees; about the picture's centre.
    public var motion: MotionRange<2>
    public var degradation: DegradationRange
    /// Whether pictures are rounded to 0…255 as an 8-bit file holds them. True unless told: so is what networks meet.
    public var isRounded: Bool
    /// The σ of a Gaussian put over the scenes beforehand, in samples; the default is 0.7 under the strict protocol,
    /// which keeps what lies between samples from aliasing, and 0 under the published one, which has none.
    public var smoothing: Double
    /// A strict fixed picture with a smaller standard deviation shows an even sky or wall, and is drawn anew, up to 50
    /// times. The default is 12 grey levels; 0 under the published protocol, which takes every picture.
    public var leastDeviation: Double
    /// Whether each pair sees its scene in one of the eight ways in which a square lies on itself: turned by quarter
    /// turns, mirrored. False unless told.
    public var flips = false

    public init(
      side: Int, kind: PairProtocol, model: TransformModel, motion: MotionRange<2>,
      degradation: DegradationRange = DegradationRange(), isRounded: Bool = true
    ) {
      self.side = side
      self.kind = kind
      self.model = model
      self.motion = motion
      self.degradation = degradation
      self.isRounded = isRounded
      smoothing = kind == .strict ? Self.strictSmoothing : 0
      leastDeviation = kind == .strict ? Self.strictDeviation : 0
    }

    /// The defaults of the strict protocol, see ``smoothing`` and ``leastDeviation``.
    public static let strictSmoothing = 0.7
    public static let strictDeviation = 12.0

    /// The least side of a scene from which a pair can be cut wherever the motion leads.
    public var leastScene: Int {
      kind == .published ? side : 2 * (Int(motion.reach(side: side).rounded(.up)) + 3)
    }
  }

  public let recipe: Recipe
  public let seed: UInt64
  let codec: (any PictureCodec)?
  let cutters: [PairCutter]
  let grid: Grid<2>

  /// The number of scenes that are large enough.
  public var sceneCount: Int { cutters.count }

  /// Prepares scenes; those too small for the motion are left out.
  ///
  /// - Parameters:
  ///   - scenes: pictures with intensities 0…255; their spacing is not looked at. Each takes 4 bytes a sample.
  ///   - recipe: what pairs are made.
  ///   - seed: draws them.
  ///   - codec: compresses pictures, where the degradations ask for it.
  ///   - threads: threads to use at most; the pairs do not depend on it.
  /// - Throws: ``SynthesisError``.
  public init(
    of scenes: [Image<2>], _ recipe: Recipe, seed: UInt64, codec: (any PictureCodec)? = nil, threads: Int = 2
  ) throws(SynthesisError) {
    try Self.check(recipe, hasCodec: codec != nil)
    guard !scenes.isEmpty else { throw .noScenes }
    let needed = recipe.leastScene
    let large = scenes.filter { min($0.width, $0.height) >= needed }
    guard !large.isEmpty else {
      let largest = scenes.max { min($0.width, $0.height) < min($1.width, $1.height) }
      throw .tooSmall(largest: largest.map { Array($0.size) } ?? [], needed: needed)
    }
    for (index, scene) in scenes.enumerated() where !scene.samples.allSatisfy(\.isFinite) {
      throw .notFinite(scene: index)
    }
    let usable = large.filter { scene in
      scene.samples.withUnsafeBufferPointer { Self.deviation($0.baseAddress!, count: $0.count) } > recipe.leastDeviation
    }
    guard !usable.isEmpty, let grid = try? Grid<2>(size: [recipe.side, recipe.side]) else { throw .flat }
    var cutters = [PairCutter?](repeating: nil, count: usable.count)
    cutters.withUnsafeMutableBufferPointer { cutters in
      let places = cutters.baseAddress!
      forEachChunk(usable.count, threads: threads) { index in
        places[index] = PairCutter(scene: Self.plain(usable[index], recipe), kind: recipe.kind)
      }
    }
    self.cutters = cutters.compactMap { $0 }
    self.recipe = recipe
    self.seed = seed
    self.codec = codec
    self.grid = grid
  }

  private static func check(_ recipe: Recipe, hasCodec: Bool) throws(SynthesisError) {
    let motion = recipe.motion
    guard recipe.side >= 2 else { throw .unusableRange("the side of a pair is 2 at least") }
    guard motion.scale.lowerBound > 0, motion.scale.upperBound.isFinite else {
      throw .unusableRange("the scale is positive and finite")
    }
    for (name, value) in [("rotation", motion.degrees), ("shear", motion.shear), ("shift", motion.shift)] {
      guard value >= 0, value.isFinite else { throw .unusableRange("the \(name) is 0 or more and finite") }
    }
    if let objection = recipe.degradation.objection { throw .unusableRange(objection) }
    if recipe.degradation.quality != nil, !hasCodec { throw .noCodec }
  }

  /// The scene on a grid of its own samples.
  private static func plain(_ scene: Image<2>, _ recipe: Recipe) -> Image<2> {
    let smooth = scene.smoothed(deviation: recipe.smoothing)
    guard let image = try? Image<2>(width: scene.width, height: scene.height, samples: smooth.samples) else {
      preconditionFailure("a scene has a positive size")
    }
    return image
  }

  static func deviation(_ samples: UnsafePointer<Float>, count: Int) -> Double {
    var (sum, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    let first = Double(samples[0])
    for start in stride(from: 0, to: count, by: 8) {
      for lane in 0..<min(8, count - start) {
        let value = Double(samples[start + lane]) - first
        sum[lane] += value
        squares[lane] += value * value
      }
    }
    let mean = sum.sum() / Double(count)
    return max(0, squares.sum() / Double(count) - mean * mean).squareRoot()
  }
}
