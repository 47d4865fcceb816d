import FoundationEssentials
import Vernier
import VernierFiles

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

  /// - Parameter scratch: a folder for the files that JPEG's codec writes.
  /// - Throws: ``FileError`` where they cannot be written or the plug-in is missing.
  func applied(
    to pair: RegisteredPair, scratch: String, using random: inout some RandomNumberGenerator
  ) throws -> RegisteredPair {
    var result = StrictProtocol.noisy(pair, noise: noise, using: &random)
    guard let quality else { return result }
    result.fixed = try Self.compressed(result.fixed, quality: quality, scratch: scratch)
    result.moving = try Self.compressed(result.moving, quality: quality, scratch: scratch)
    return result
  }

  /// The image after JPEG's own writer and reader.
  static func compressed(_ image: Image<2>, quality: Int, scratch: String) throws -> Image<2> {
    let path = "\(scratch)/\(UUID().uuidString).jpg"
    try ImageFile([image], sampleType: .uint8).write(to: path, quality: quality)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try StudyData.plane(path)
  }
}
