/// A step between reading images and aligning them, such as denoising: makes an image easier to align.
///
/// Both images of a pair go through the same steps, for the alignment alone: its transform is one of physical space,
/// and so applies to the images as they were. A step may change samples, mask and grid, but not where in physical space
/// the content lies.
public protocol PrepareStep: Sendable {
  /// What the command line and an alignment call this step.
  var name: String { get }

  /// The image after this step.
  ///
  /// Samples outside the mask and those that are not finite have no influence on others.
  ///
  /// - Throws: where the image cannot be so prepared.
  func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank>
}

/// A step that `--prepare` can name, and how it is made.
///
/// Each module lists its own (``classical`` is this one's), as ``Method`` does with aligners.
public struct Preparation: Sendable {
  public var name: String
  /// The numbers that it takes after its name and `=`, with colons between, as a person reads it, such as `LOW:HIGH`;
  /// empty where it takes none, in brackets where they may be left out.
  public var numbers: String
  /// What it does, in a few words, and where it comes from.
  public var summary: String
  /// Whether it takes noise out of an image and leaves its range, mask and grid as they are.
  public var denoises: Bool
  /// Makes the step of its numbers, for a number of threads at most, on which its result does not depend; nil where
  /// they are not what ``numbers`` says.
  public var step: @Sendable (_ numbers: [Double], _ threads: Int) -> (any PrepareStep)?

  public init(
    name: String, numbers: String = "", summary: String, denoises: Bool = false,
    step: @escaping @Sendable (_ numbers: [Double], _ threads: Int) -> (any PrepareStep)?
  ) {
    self.name = name
    self.numbers = numbers
    self.summary = summary
    self.denoises = denoises
    self.step = step
  }

  /// A denoiser with its defaults, which takes no numbers.
  public init(
    denoiser name: String, summary: String, step: @escaping @Sendable (_ threads: Int) -> any PrepareStep
  ) {
    self.init(name: name, summary: summary, denoises: true) { numbers, threads in
      numbers.isEmpty ? step(threads) : nil
    }
  }

  /// Every step of this module, in the order in which help lists them.
  public static let classical: [Preparation] = [
    Preparation(denoiser: "tv", summary: "total variation (Rudin, Osher and Fatemi 1992)") {
      TotalVariation(threads: $0)
    },
    Preparation(name: "minmax", summary: "intensities from 0 to 1") { numbers, _ in
      numbers.isEmpty ? IntensityNormalization() : nil
    },
    Preparation(
      name: "percentile", numbers: "LOW:HIGH", summary: "the same between two percentiles, cut off beyond"
    ) { numbers, _ in
      guard numbers.count == 2, 0 <= numbers[0], numbers[0] < numbers[1], numbers[1] <= 100 else { return nil }
      return IntensityNormalization(low: numbers[0], high: numbers[1])
    },
    Preparation(
      name: "spacing", numbers: "DISTANCE or X:Y[:Z]", summary: "samples so far apart, smoothed where they become fewer"
    ) { numbers, threads in
      guard (1...3).contains(numbers.count), numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
      return GridResampling(to: .spacing(numbers), threads: threads)
    },
    Preparation(
      name: "size", numbers: "COUNT or X:Y[:Z]", summary: "so many samples along each axis, over the same extent"
    ) { numbers, threads in
      let counts = numbers.compactMap { Int(exactly: $0) }
      guard (1...3).contains(numbers.count), counts.count == numbers.count,
        counts.allSatisfy({ (1...1_000_000).contains($0) })
      else { return nil }
      return GridResampling(to: .size(counts), threads: threads)
    },
    Preparation(
      name: "mask", numbers: "[THRESHOLD]",
      summary: "only what is above a threshold, by Otsu's method unless given, its holes filled"
    ) { numbers, _ in
      guard numbers.count <= 1, numbers.allSatisfy(\.isFinite) else { return nil }
      return ForegroundMask(threshold: numbers.first)
    },
  ]
}

/// Why a step before alignment cannot be taken.
public enum PrepareError: Error, Equatable, Sendable {
  case otherRank(step: String, given: Int, rank: Int)
  case tooManySamples(step: String)
}

extension PrepareError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .otherRank(let step, let given, let rank):
      "\(step) has \(given) numbers; give one, or one for each of the \(rank) axes"
    case .tooManySamples(let step): "\(step) makes more samples than fit into memory; ask for fewer"
    }
  }
}

extension Image {
  /// The image after several steps.
  ///
  /// - Throws: what they throw.
  public func prepared(by steps: [any PrepareStep]) throws -> Self {
    var image = self
    for step in steps { image = try step.prepared(image) }
    return image
  }
}
