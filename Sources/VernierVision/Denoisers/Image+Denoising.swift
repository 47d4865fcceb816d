import CVisionPlugin
import Dispatch
import Vernier

extension Preparation {
  /// The denoisers by OpenCV, in the order in which help lists them.
  public static let denoisers: [Preparation] = [
    Preparation(denoiser: "nlm", summary: "non-local means (Buades, Coll and Morel 2005)") {
      NonLocalMeans(threads: $0)
    },
    Preparation(denoiser: "bilateral", summary: "bilateral filter (Tomasi and Manduchi 1998)") {
      BilateralFilter(threads: $0)
    },
  ]
}

extension Image {
  /// The image denoised by the plug-in, slice by slice; itself where there is nothing to remove.
  ///
  /// - Throws: `PluginError` when the plug-in cannot be used; ``VisionError``.
  func denoised(
    by settings: vernier_denoising, strength: Double, _ name: String, threads: Int
  ) throws -> Self {
    guard strength > 0 else { return self }
    let functions = try VisionPlugin.functions.get()
    var settings = settings
    settings.strength = Float(strength)
    let isValid = validity
    var result = isValid.map { valid in samples.indices.map { valid[$0] != 0 ? samples[$0] : 0 } } ?? samples
    let (width, height) = (size[0], size[1])
    let slices = result.count / (width * height)
    var messages = [[CChar]](repeating: [], count: slices)
    let choice = settings
    result.withUnsafeMutableBufferPointer { result in
      messages.withUnsafeMutableBufferPointer { messages in
        nonisolated(unsafe) let (samples, failures) = (result.baseAddress!, messages.baseAddress!)
        let workers = max(1, min(threads, slices))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
          for slice in stride(from: worker, to: slices, by: workers) {
            let start = slice * width * height
            let mask = isValid.map { Array($0[start..<(start + width * height)]) }
            if let mask, !mask.contains(where: { $0 != 0 }) { continue }
            var message = [CChar](repeating: 0, count: 256)
            var settings = choice
            let status = functions.denoise(
              &settings, samples + start, mask, Int32(width), Int32(height), &message, message.count)
            if status != VERNIER_VISION_OK { failures[slice] = message }
          }
        }
      }
    }
    if let message = messages.first(where: { !$0.isEmpty }) { throw VisionError(activity: name, message: message) }
    if let isValid { for index in result.indices where isValid[index] == 0 { result[index] = samples[index] } }
    return try Self(grid: grid, samples: result, mask: mask)
  }
}
