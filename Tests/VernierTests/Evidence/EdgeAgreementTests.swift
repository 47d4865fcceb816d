import Testing

@testable import Vernier

@Suite struct EdgeAgreementTests {
  private func wave(_ x: Double, _ y: Double, on grid: Grid<2>) -> Image<2> {
    let samples = (0..<grid.count).map { index in
      Float(x * Double(index % grid.size[0]) + y * Double(index / grid.size[0]))
    }
    return Image(unchecked: grid, samples: samples)
  }

  @Test func parallelEdgesAgreeWhateverTheirSign() throws {
    let image = SyntheticScene(side: 64, seed: 1).image
    #expect(abs(EdgeAgreement(image, image).value - 1) < 1e-9)
    #expect(abs(EdgeAgreement(image, image.mapSamples { 90 - 4 * $0 }).value - 1) < 1e-6)
    let volume = SmoothField<3>.filling(side: 16, seed: 2).image(on: try Grid<3>(size: [16, 16, 16]))
    #expect(abs(EdgeAgreement(volume, volume.mapSamples { -$0 }).value - 1) < 1e-9)
  }

  @Test func rampsAtKnownAngles() throws {
    let grid = try Grid<2>(size: [20, 20])
    let east = wave(1, 0, on: grid)
    // cos² of 90°, 45° and 60°, less ½, over ½.
    #expect(abs(EdgeAgreement(east, wave(0, 1, on: grid)).value + 1) < 1e-9)
    #expect(abs(EdgeAgreement(east, wave(1, 1, on: grid)).value) < 1e-6)
    #expect(abs(EdgeAgreement(east, wave(1, 3.0.squareRoot(), on: grid)).value + 0.5) < 1e-5)
  }

  @Test func anglesAreMeasuredInPhysicalSpace() throws {
    // In samples these ramps are at 45°; with pixels twice as high as wide the second is at 26.6° from x.
    let grid = try Grid<2>(size: [20, 20], spacing: [1, 2])
    let value = EdgeAgreement(wave(1, 0, on: grid), wave(1, 1, on: grid)).value
    #expect(abs(value - (0.8 - 0.5) / 0.5) < 1e-6)
  }

  @Test func unrelatedImagesAreNearZero() throws {
    let value = EdgeAgreement(SyntheticScene(side: 128, seed: 3).image, SyntheticScene(side: 128, seed: 4).image).value
    #expect(abs(value) < 0.15)
    let grid = try Grid<3>(size: [32, 32, 32])
    let (first, second) = (SmoothField<3>.filling(side: 32, seed: 5), SmoothField<3>.filling(side: 32, seed: 6))
    #expect(abs(EdgeAgreement(first.image(on: grid), second.image(on: grid)).value) < 0.15)
  }

  @Test func masksAndFlatImages() throws {
    let grid = try Grid<2>(size: [20, 20])
    let (east, south) = (wave(1, 0, on: grid), wave(0, 1, on: grid))
    // The left half agrees, the right half is at right angles and masked away.
    let mixed = Image(
      unchecked: grid, samples: (0..<400).map { $0 % 20 < 10 ? east.samples[$0] : south.samples[$0] })
    #expect(abs(EdgeAgreement(east, try mixed.maskedBlock(corner: [0, 0], size: [10, 20])).value - 1) < 1e-9)
    #expect(EdgeAgreement(east, mixed).value < 0.5)
    #expect(EdgeAgreement(east, east.mapSamples { _ in 2 }).value == 0)
  }
}
