import Testing

@testable import Vernier

/// Every model with every metric in both dimensions, from starts that are not the identity.
///
/// The bounds on the mean corner error, in samples, are about twice what was measured. In the plane the pairs are cut
/// from drawn scenes by cubic interpolation, and what remains is the difference between that and the refinement's
/// linear interpolation. In space they come from a formula, so that only the refinement's own interpolation and
/// tolerance remain.
@Suite struct RefinementTableTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    var model: TransformModel
    var metric: Metric
    /// The bound on the mean corner error in the plane and in space.
    var plane: Double
    var space: Double
    var testDescription: String { "\(model.rawValue), \(metric.name)" }
  }
  static let cells = [
    Cell(model: .translation, metric: .meanSquares, plane: 0.025, space: 0.01),
    Cell(model: .translation, metric: .crossCorrelation, plane: 0.025, space: 0.01),
    Cell(model: .translation, metric: .mutualInformation, plane: 0.08, space: 0.04),
    Cell(model: .translation, metric: .gradientFields, plane: 0.06, space: 0.04),
    Cell(model: .rigid, metric: .meanSquares, plane: 0.01, space: 0.01),
    Cell(model: .rigid, metric: .crossCorrelation, plane: 0.01, space: 0.02),
    Cell(model: .rigid, metric: .mutualInformation, plane: 0.04, space: 0.04),
    Cell(model: .rigid, metric: .gradientFields, plane: 0.045, space: 0.055),
    Cell(model: .similarity, metric: .meanSquares, plane: 0.03, space: 0.01),
    Cell(model: .similarity, metric: .crossCorrelation, plane: 0.03, space: 0.03),
    Cell(model: .similarity, metric: .mutualInformation, plane: 0.06, space: 0.06),
    Cell(model: .similarity, metric: .gradientFields, plane: 0.055, space: 0.04),
    Cell(model: .affine, metric: .meanSquares, plane: 0.02, space: 0.025),
    Cell(model: .affine, metric: .crossCorrelation, plane: 0.025, space: 0.03),
    Cell(model: .affine, metric: .mutualInformation, plane: 0.07, space: 0.15),
    Cell(model: .affine, metric: .gradientFields, plane: 0.07, space: 0.08),
  ]

  @Test(arguments: cells, [1, 2] as [UInt64]) func inThePlane(cell: Cell, seed: UInt64) throws {
    let grid = try Grid<2>(size: [128, 128])
    let truth: Affine<2> = motion(cell.model, on: grid)
    let (fixed, moving) = cutPair(side: 128, truth: truth, seed: seed)
    try check(cell, fixed: fixed, moving: moving, truth: truth, bound: cell.plane)
  }

  @Test(arguments: cells) func inSpace(cell: Cell) throws {
    let grid = try Grid<3>(size: [44, 48, 40])
    let truth: Affine<3> = motion(cell.model, on: grid)
    let (fixed, moving) = try SmoothField<3>.filling(side: 48, seed: 7).pair(truth: truth, on: grid)
    try check(cell, fixed: fixed, moving: moving, truth: truth, bound: cell.space)
  }

  private func check<let rank: Int>(
    _ cell: Cell, fixed: Image<rank>, moving: Image<rank>, truth: Affine<rank>, bound: Double
  ) throws {
    let start = perturbed(truth, cell.model, on: fixed.grid)
    let startError = cornerError(start, truth, on: fixed.grid)
    let found = try Registration(model: cell.model, stages: [Refinement()], metric: cell.metric)
      .align(moving, to: fixed, initial: start)
    let error = cornerError(found.linear, truth, on: fixed.grid)
    #expect(startError > 1, "the start must leave something to do")
    #expect(error < bound)
    let name = cell.metric == .gradientFields ? "edge_agreement" : cell.metric.name
    let sign = cell.metric == .meanSquares ? -1.0 : 1
    let before = try figure(name, fixed: fixed, moving: moving, through: start) * sign
    let after = try figure(name, fixed: fixed, moving: moving, through: found.linear) * sign
    #expect(after > before)
    #expect(found.metric == cell.metric && found.model == cell.model && found.method == "refine")
  }
}
