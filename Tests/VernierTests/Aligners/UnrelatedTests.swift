import Testing

@testable import Vernier

/// Images that show nothing in common must not pass for a match.
@Suite struct UnrelatedTests {
  @Test(arguments: 1...8) func twoScenes(index: Int) throws {
    let fixed = SyntheticScene(side: 128, seed: UInt64(100 + index)).image
    let moving = SyntheticScene(side: 128, seed: UInt64(200 + index)).image
    for model in [TransformModel.rigid, .affine] {
      let found = try Registration(model: model).align(moving, to: fixed)
      #expect(found.verdict == .failed, "\(model.rawValue): confidence \(found.confidence)")
    }
  }

  @Test(arguments: 1...4) func twoVolumes(index: Int) throws {
    let grid = try Grid<3>(size: [40, 44, 36])
    let fixed = SmoothField<3>.filling(side: 44, seed: UInt64(300 + index)).image(on: grid)
    let moving = SmoothField<3>.filling(side: 44, seed: UInt64(400 + index)).image(on: grid)
    let found = try Registration(model: .rigid).align(moving, to: fixed)
    #expect(found.verdict == .failed, "confidence \(found.confidence)")
  }

  @Test func noiseAgainstNoise() throws {
    var random = SplitMix64(seed: 5)
    let flat = try Image<2>(width: 96, height: 96, samples: [Float](repeating: 100, count: 96 * 96))
    let fixed = Degradation.noise(deviation: 20).applied(to: flat, using: &random)
    let moving = Degradation.noise(deviation: 20).applied(to: flat, using: &random)
    #expect(try Registration(model: .rigid).align(moving, to: fixed).verdict == .failed)
  }
}
