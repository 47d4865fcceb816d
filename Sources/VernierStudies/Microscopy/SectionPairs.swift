import Vernier

/// A real pair with landmarks, and what counts as a failure.
struct LandmarkPair: Sendable {
  /// What a table puts together, such as the two modalities.
  var group: String
  var pair: KnownPair<2>
  var tolerance: Double

  /// The error of a transform in pixels of the moving image: the mean over the landmarks.
  func error(of transform: Affine<2>) -> Double { pair.answer.meanDistance(transform) }
}

/// Neighbouring sections of a lung lesion in different stains (Borovec et al. 2018): images at 5 % of the scale,
/// landmarks at 50 %.
enum SectionPairs {
  static let folder = "histology_lesion3"
  /// Of the sections' sides.
  private static let tolerance = 0.03

  /// Every two sections that one person has marked; those with another number of landmarks are cut to the lesser.
  static func read(_ folder: KnownFolder) throws -> [LandmarkPair] {
    let names = try folder.names()
    let mark = "user-PS_scale-50pc__"
    let sections = try names.filter { $0.contains(mark) && $0.hasSuffix(".csv") }.compactMap { name -> Section? in
      guard let stain = name.split(separator: "__").last?.dropLast(4),
        let image = names.first(where: { $0.hasPrefix(stain) && $0.hasSuffix(".jpg") })
      else { return nil }
      return Section(image: try folder.plane(image), points: try folder.landmarks(name).map { $0 * 0.1 })
    }
    return sections.indices.flatMap { first in
      sections.indices.dropFirst(first + 1).map { second in
        let (fixed, moving) = (sections[first], sections[second])
        let count = min(fixed.points.count, moving.points.count)
        return LandmarkPair(
          group: "stained sections",
          pair: KnownPair(
            fixed: fixed.image, moving: moving.image,
            answer: PointPairs(
              points: Array(fixed.points.prefix(count)), targets: Array(moving.points.prefix(count)))),
          tolerance: tolerance * Double(min(moving.image.width, moving.image.height)))
      }
    }
  }

  private struct Section {
    var image: Image<2>
    var points: [Vector<2>]
  }
}
