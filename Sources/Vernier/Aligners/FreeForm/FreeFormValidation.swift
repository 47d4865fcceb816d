/// Asks the blocks that a free-form deformation was not fitted to whether it makes them more alike.
struct FreeFormValidation<let rank: Int> {
  let blocks: HeldOutBlocks<rank>
  private let level: FlowLevel<rank>
  private let grid: Grid<rank>
  private let threads: Int

  /// - Parameters:
  ///   - pyramids: the images.
  ///   - affine: what follows the deformation.
  init(_ pyramids: PyramidPair<rank>, affine: Affine<rank>, threads: Int) {
    blocks = HeldOutBlocks(of: pyramids.fixed)
    let still = pyramids.fixed.levels[blocks.level]
    let spacing = still.grid.spacing.elements.min() ?? 1
    grid = still.grid
    let pair = LevelPair(
      fixed: still, moving: pyramids.moving.level(matching: spacing), comparable: false, interpolation: .linear,
      threads: threads)
    level = FlowLevel(pair, affine: affine, options: FlowOptions(radius: 2, fluid: 0, elastic: 0), threads: threads)
    self.threads = threads
  }

  /// - Parameter deformation: what comes before the affine map.
  func gain(of deformation: BSplineTransform<rank>) -> HeldOutGain {
    level.gain(of: FlowField(DisplacementField(of: deformation, on: grid)), in: blocks)
  }
}
