import Vernier

/// Where the three exposures lie on a plate.
///
/// A plate is a dark frame on white paper with three exposures above each other and a dark seam between two. The camera
/// moved the plate by one step from exposure to exposure, so that the seams are as far apart as what they part.
public struct PlateLayout: Sendable {
  /// The picture of each exposure within its frame, blue, green and red.
  public var exposures: [PlateRegion]
  /// The rows at which the steps of the camera begin: one step apart, the first perhaps above the plate.
  public var origins: [Int]
  /// Whether both seams were found; else the exposures are thirds of the plate.
  public var hasSeams: Bool
  /// What the layout says against the plate.
  public var objections: [PlateObjection]

  /// The step from one exposure to the next, in samples.
  public var step: Int { origins[1] - origins[0] }

  /// Finds the frame and the seams.
  ///
  /// Rows and columns are told by the share of dark samples in them, dark being less than a fifth of the way from the 2
  /// % quantile to the 98 % quantile. Two rows are the seams where both are dark over nearly all of the width, also if
  /// they rise by up to 2 % of it, and lie apart by 0.25 to 0.5 of the height, and enough is left above and below for
  /// an exposure. Plates of more than 1400 rows are looked at reduced.
  public init(_ plate: Image<2>, threads: Int = 2) {
    var small = Image<2>(unchecked: Self.plainGrid(plate.size), samples: plate.samples)
    var factor = 1
    while small.height > 1400 {
      small = small.halved(along: [true, true], threads: threads)
      factor *= 2
    }
    let profile = PlateProfile(small)
    let columns = profile.frameColumns
    let ends = profile.frameRows
    let seams = profile.seams
    hasSeams = seams != nil
    let third = small.height / 3
    let middles: [Int] = seams.map { [$0.first, $0.second] } ?? [third, 2 * small.height / 3]
    let step = hasSeams ? middles[1] - middles[0] : third
    let halves = seams.map { [$0.firstExtent, $0.secondExtent] } ?? middles.map { $0..<$0 }
    let rows = [
      ends.lowerBound..<max(halves[0].lowerBound, ends.lowerBound + 1),
      halves[0].upperBound..<max(halves[1].lowerBound, halves[0].upperBound + 1),
      halves[1].upperBound..<max(ends.upperBound, halves[1].upperBound + 1),
    ]
    func scaled(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
      // A sample of the reduced plate stands for `factor` of the plate's; what may be frame is left out.
      let low = range.lowerBound * factor + (range.lowerBound > 0 ? factor - 1 : 0)
      let isEnd = range.upperBound * factor >= limit - factor
      let high = isEnd ? limit : range.upperBound * factor - factor + 1
      return low..<max(high, low + 1)
    }
    exposures = rows.map {
      PlateRegion(columns: scaled(columns, plate.width), rows: scaled($0, plate.height))
    }
    origins = [middles[0] - step, middles[0], middles[1]].map { $0 * factor }
    objections = []
    if !hasSeams { objections.append(profile.hasMiddleSeamAlone ? .twoExposures : .seamsNotFound) }
    // A holder's edge takes up to a seventh of an outer exposure.
    if hasSeams {
      for (exposure, region) in zip(PlateExposure.allCases, exposures) {
        let share = Double(region.rows.count) / Double(step * factor)
        if share < 0.8 { objections.append(.cut(exposure, share: share)) }
      }
    }
  }

  /// The three exposures as equally large pictures of one frame, blue, green and red, for methods that shift one on
  /// another.
  ///
  /// Each begins at the same row of the camera's step, and holds what all three have there. Plates without seams give
  /// thirds.
  ///
  /// - Parameter plate: the picture that the layout was found in.
  /// - Throws: ``/Vernier/ImageError/emptySize(_:)`` where the exposures have no rows in common.
  public func frames(of plate: Image<2>) throws(ImageError) -> [Image<2>] {
    let starts = zip(exposures, origins).map { $0.rows.lowerBound - $1 }
    let ends = zip(exposures, origins).map { $0.rows.upperBound - $1 }
    let (first, last) = (starts.max() ?? 0, ends.min() ?? 0)
    guard first < last else { throw .emptySize([plate.width, 0]) }
    var frames: [Image<2>] = []
    for (region, origin) in zip(exposures, origins) {
      let cut = plate.cropped(columns: region.columns, rows: origin + first..<origin + last)
      frames.append(try Image(width: cut.width, height: cut.height, samples: cut.samples))
    }
    return frames
  }

  private static func plainGrid(_ size: Size<2>) -> Grid<2> {
    guard let grid = try? Grid<2>(size: size) else { preconditionFailure("a picture has samples") }
    return grid
  }
}
