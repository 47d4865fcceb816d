/// The two images of a pair at all resolutions: made once for all the methods of a chain.
struct PyramidPair<let rank: Int>: Sendable {
  let moving: Pyramid<rank>
  let fixed: Pyramid<rank>

  init(moving: Image<rank>, fixed: Image<rank>, threads: Int) {
    let shortest = rank == 2 ? 16 : 12
    self.init(
      moving: Pyramid(moving, shortest: shortest, threads: threads),
      fixed: Pyramid(fixed, shortest: shortest, threads: threads))
  }

  /// A pair of which both images are at hand at all resolutions.
  init(moving: Pyramid<rank>, fixed: Pyramid<rank>) {
    self.moving = moving
    self.fixed = fixed
  }
}

/// An image at its own resolution and at coarser ones, finest first.
struct Pyramid<let rank: Int>: Sendable {
  let levels: [Image<rank>]

  /// Halves the image until its shortest side would fall below `shortest` samples.
  ///
  /// An axis is halved only while its spacing does not exceed 1.5 times the finest axis's, so that thick slices keep
  /// theirs until the plane has become as coarse.
  init(_ image: Image<rank>, shortest: Int, threads: Int) {
    var levels = [image]
    while let last = levels.last {
      let finest = last.grid.spacing.elements.min() ?? 1
      let axes = (0..<rank).map { last.grid.spacing[$0] <= 1.5 * finest && last.size[$0] >= 2 * min(shortest, 8) }
      let next = (0..<rank).map { axes[$0] ? last.size[$0] / 2 : last.size[$0] }
      guard axes.contains(true), (0..<rank).allSatisfy({ !axes[$0] || next[$0] >= shortest }) else { break }
      levels.append(last.halved(along: axes, threads: threads))
    }
    self.levels = levels
  }

  /// The coarsest level whose samples are no farther apart than 1.42 times `spacing` along their finest axis.
  func level(matching spacing: Double) -> Image<rank> {
    levels.last { ($0.grid.spacing.elements.min() ?? 1) <= 1.42 * spacing } ?? levels[0]
  }
}
