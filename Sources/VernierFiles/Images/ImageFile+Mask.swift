import Vernier

extension ImageFile {
  /// Reads a mask: samples other than zero are valid. One element a sample of `grid`, 1 where valid.
  ///
  /// A picture without a pixel size needs the same size only; others need the same grid, to a hundredth of the smallest
  /// spacing at the corners. Of a coloured mask any colour counts, of other channels the first; NaN is not valid.
  ///
  /// - Throws: ``FileError``; `.maskSize`, `.maskGrid` or `.wrongRank` where it does not fit, `.emptyMask` where no
  ///   sample is valid.
  public static func readMask<let rank: Int>(_ path: String, for grid: Grid<rank>) throws(FileError) -> [UInt8] {
    let file = try read(path)
    guard let channels = file.channels(as: Image<rank>.self) else {
      throw FileError(path, .maskSize(mask: file.size, image: Array(grid.size)))
    }
    try check(channels[0].grid, isPlaced: file.source?.unit != nil, against: grid, path: path)
    let mask = valid(file.layout.bright(of: channels.count).map { channels[$0].samples })
    guard mask.contains(1) else { throw FileError(path, .emptyMask) }
    return mask
  }

  private static func check<let rank: Int>(
    _ mask: Grid<rank>, isPlaced: Bool, against grid: Grid<rank>, path: String
  ) throws(FileError) {
    guard Array(mask.size) == Array(grid.size) else {
      throw FileError(path, .maskSize(mask: Array(mask.size), image: Array(grid.size)))
    }
    guard isPlaced else { return }
    let tolerance = 0.01 * (grid.spacing.elements.min() ?? 1)
    let agrees = zip(mask.corners, grid.corners).allSatisfy { here, there in
      (0..<rank).allSatisfy { abs(here[$0] - there[$0]) <= tolerance }
    }
    guard agrees else { throw FileError(path, .maskGrid) }
  }

  private static func valid(_ colours: [[Float]]) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: colours[0].count)
    for samples in colours {
      for index in samples.indices where samples[index] != 0 && !samples[index].isNaN { mask[index] = 1 }
    }
    return mask
  }
}
