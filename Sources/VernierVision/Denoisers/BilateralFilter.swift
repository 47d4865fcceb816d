import CVisionPlugin
import Vernier

/// Denoising by the bilateral filter: each sample becomes the mean of those that are near in place and in intensity
/// (Tomasi and Manduchi 1998, doi:10.1109/ICCV.1998.710815), by OpenCV.
///
/// Pictures, and volumes slice by slice.
public struct BilateralFilter: PrepareStep {
  public var name: String { "bilateral" }
  /// The standard deviation of the weights of intensities, as a multiple of the noise's. The default, see
  /// docs/notes/preparation.md, is the best of those tried on photographs.
  public var strength: Double
  /// The noise's standard deviation in intensity units; nil estimates it, see `Image.noiseLevel()`.
  public var noise: Double?
  /// The standard deviation of the weights of distances, in samples.
  public var reach: Double
  /// Slices at once. The result does not depend on it.
  public var threads: Int

  public init(strength: Double = 2, noise: Double? = nil, reach: Double = 1.5, threads: Int = 2) {
    precondition(reach > 0, "the reach is positive")
    self.strength = strength
    self.noise = noise
    self.reach = reach
    self.threads = threads
  }

  /// - Throws: `PluginError` when the plug-in cannot be used; ``VisionError``.
  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    var settings = vernier_denoising()
    settings.method = Int32(VERNIER_DENOISING_BILATERAL)
    settings.reach = Float(reach)
    return try image.denoised(by: settings, strength: strength * (noise ?? image.noiseLevel()), name, threads: threads)
  }
}
