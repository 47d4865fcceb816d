import CVisionPlugin
import Vernier

/// The keypoints of one image with their descriptors, held by the plug-in.
final class Keypoints: @unchecked Sendable {
  /// In physical coordinates.
  let points: [SIMD2<Double>]
  private let handle: OpaquePointer
  private let functions: VisionPlugin.Functions

  /// Finds at most `limit` keypoints, the strongest.
  ///
  /// - Throws: `PluginError` when the plug-in cannot be used; ``VisionError``.
  init(in image: Image<2>, method: KeypointMethod, limit: Int) throws {
    let functions = try VisionPlugin.functions.get()
    let picture = try DetectorImage(image)
    var found: OpaquePointer?
    var message = [CChar](repeating: 0, count: 256)
    let status = functions.detect(
      method.code, picture.samples, picture.mask, Int32(picture.grid.size[0]), Int32(picture.grid.size[1]),
      Int32(clamping: limit), &found, &message, message.count)
    guard status == VERNIER_VISION_OK, let found else {
      throw VisionError(activity: method.rawValue, message: message)
    }
    self.functions = functions
    handle = found
    let count = Int(functions.count(found))
    var places = [Double](repeating: 0, count: 2 * count)
    functions.copyPositions(found, &places)
    points = (0..<count).map { number in
      let point = picture.grid.point(atIndex: [places[2 * number], places[2 * number + 1]])
      return SIMD2(point[0], point[1])
    }
  }

  deinit { functions.release(handle) }

  /// The pairs whose descriptors match: these keypoints against those of `other`, which the same method found.
  ///
  /// One pair stays of several at the same places: a detector may describe one keypoint for several orientations, and
  /// these bear no witness of their own.
  func matches(with other: Keypoints, ratio: Double) throws -> [PointMatch] {
    var pairs = [vernier_match](repeating: vernier_match(), count: points.count)
    var count: Int32 = 0
    var message = [CChar](repeating: 0, count: 256)
    let status = functions.match(handle, other.handle, ratio, &pairs, &count, &message, message.count)
    guard status == VERNIER_VISION_OK else {
      throw VisionError(activity: "matching", message: message)
    }
    var seen: Set<PointMatch> = []
    return pairs.prefix(Int(count))
      .map { PointMatch(fixed: points[Int($0.query)], moving: other.points[Int($0.train)]) }
      .filter { seen.insert($0).inserted }
  }
}
