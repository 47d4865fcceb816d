import CVisionPlugin
import Vernier

/// Denoising by non-local means: each sample becomes the mean of those whose surroundings look alike (Buades, Coll and
/// Morel 2005, doi:10.1109/CVPR.2005.38), by OpenCV.
///
/// Alike means: by the mean absolute difference d of two patches, with the weight exp(−d² / h²). Pictures, and volumes
/// slice by slice. OpenCV works on whole numbers: intensities are carried in 16 bits over the range of the picture, so
/// that 8-bit, 16-bit and float pictures take the same way.
public struct NonLocalMeans: PrepareStep {
  public var name: String { "nlm" }
  /// h as a multiple of the noise's standard deviation. The default, see docs/notes/preparation.md, is the best of
  /// those tried on photographs.
  public var strength: Double
  /// The noise's standard deviation in intensity units; nil estimates it, see `Image.noiseLevel()`.
  public var noise: Double?
  /// The odd side of the patches that are compared. OpenCV's default, 7.
  public var patch: Int
  /// The odd side of the window in which like patches are searched; time grows with its square. OpenCV's default, 21.
  public var search: Int
  /// Slices at once. The result does not depend on it.
  public var threads: Int

  public init(strength: Double = 0.7, noise: Double? = nil, patch: Int = 7, search: Int = 21, threads: Int = 2) {
    precondition(patch > 0 && patch % 2 == 1 && search > 0 && search % 2 == 1, "sides are odd")
    self.strength = strength
    self.noise = noise
    self.patch = patch
    self.search = search
    self.threads = threads
  }

  /// - Throws: `PluginError` when the plug-in cannot be used; ``VisionError``.
  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    var settings = vernier_denoising()
    settings.method = Int32(VERNIER_DENOISING_NON_LOCAL_MEANS)
    settings.patch = Int32(clamping: patch)
    settings.search = Int32(clamping: search)
    return try image.denoised(by: settings, strength: strength * (noise ?? image.noiseLevel()), name, threads: threads)
  }
}
