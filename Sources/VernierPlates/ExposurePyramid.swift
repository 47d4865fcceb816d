import Vernier

/// The edges of one exposure at its own resolution and at coarser ones, finest first.
///
/// Exposures are cut from the plate so that their physical coordinates are rows and columns counted from where each of
/// the camera's steps began: two that match without a shift have the same coordinates.
struct ExposurePyramid {
  let image: Image<2>
  let levels: [Image<2>]

  /// Edges of more samples than this are not looked at: 1.2 million place a shift to some thousandths of their own
  /// spacing.
  static let most = 1_200_000
  /// The longest side at which all shifts are searched.
  static let coarsest = 220

  init(_ plate: Image<2>, region: PlateRegion, origin: Int, threads: Int) {
    let cut = plate.cropped(columns: region.columns, rows: region.rows)
    let corner: Vector<2> = [Double(region.columns.lowerBound), Double(region.rows.lowerBound - origin)]
    guard let grid = try? Grid<2>(size: cut.size, origin: corner) else { preconditionFailure("a region holds samples") }
    image = Image(unchecked: grid, samples: cut.samples)
    var level = image
    while level.grid.count > Self.most { level = level.halved(along: [true, true], threads: threads) }
    var levels: [Image<2>] = []
    while true {
      levels.append(level.edges(threads: threads))
      guard max(level.width, level.height) > Self.coarsest else { break }
      level = level.halved(along: [true, true], threads: threads)
    }
    self.levels = levels
  }
}
