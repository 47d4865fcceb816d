import Testing
import Vernier

@testable import VernierVision

let visionPluginAvailable = (try? VisionPlugin.load()) != nil
let pluginNeeded: Comment = "needs the vision plug-in: make build"

/// The mean distance between where two transforms send a grid's corners.
func cornerError(_ found: Affine<2>, _ truth: Affine<2>, on grid: Grid<2>) -> Double {
  grid.corners.reduce(0) { $0 + (found($1) - truth($1)).length } / 4
}

extension Image where rank == 2 {
  /// The same samples on another grid of the same size.
  func placed(on grid: Grid<2>) throws -> Image<2> { try Image(grid: grid, samples: samples, mask: mask) }

  /// The image after a half turn: its samples in reverse order.
  func halfTurned() throws -> Image<2> { try Image(grid: grid, samples: samples.reversed()) }
}
