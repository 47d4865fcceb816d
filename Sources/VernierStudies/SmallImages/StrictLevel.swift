import Vernier
import VernierFiles
import VernierText

/// What happens to both images of a strict pair after they are cut.
enum StrictLevel: Sendable, CaseIterable {
  case noise0, noise2, noise5, noise10, quality90, quality50, quality20

  var title: String {
    quality.map { "JPEG, quality \($0)" } ?? "noise \((100 * noise).fixed(0)) %"
  }

  /// The standard deviation as a share of 255.
  var noise: Double {
    switch self {
    case .noise2: 0.02
    case .noise5: 0.05
    case .noise10: 0.10
    case .noise0, .quality90, .quality50, .quality20: 0
    }
  }

  /// JPEG's; nil for images that are not compressed.
  var quality: Int? {
    switch self {
    case .quality90: 90
    case .quality50: 50
    case .quality20: 20
    case .noise0, .noise2, .noise5, .noise10: nil
    }
  }

  /// - Throws: `PluginError` where JPEG's codec is missing, and what it throws.
  func applied(to pair: RegisteredPair, using random: inout some RandomNumberGenerator) throws -> RegisteredPair {
    var result = StrictProtocol.noisy(pair, noise: noise, using: &random)
    guard let quality else { return result }
    let codec = try JPEGCodec()
    result.fixed = try result.fixed.compressed(by: codec, quality: quality)
    result.moving = try result.moving.compressed(by: codec, quality: quality)
    return result
  }
}
