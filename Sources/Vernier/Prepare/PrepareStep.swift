/// A step between reading images and aligning them, such as denoising: makes an image easier to align.
///
/// Both images of a pair go through the same steps, for the alignment alone: its transform is one of physical space, and so applies to the
/// images as they were. A step may change samples, mask and grid, but not where in physical space the content lies.
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

/// A step that `--prepare` can name, and how it is made with its defaults.
///
/// Each module lists its own (``classical`` is this one's), as ``Method`` does with aligners.
public struct Preparation: Sendable {
  public var name: String
  /// What it does, in a few words, and where it comes from.
  public var summary: String
  /// Makes the step for a number of threads at most; its result does not depend on it.
  public var step: @Sendable (_ threads: Int) -> any PrepareStep

  public init(name: String, summary: String, step: @escaping @Sendable (_ threads: Int) -> any PrepareStep) {
    self.name = name
    self.summary = summary
    self.step = step
  }

  /// Every step of this module, in the order in which help lists them.
  public static let classical: [Preparation] = [
    Preparation(name: "tv", summary: "total variation (Rudin, Osher and Fatemi 1992)") { TotalVariation(threads: $0) }
  ]
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
