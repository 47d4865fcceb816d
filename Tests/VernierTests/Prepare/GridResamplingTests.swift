import Testing

@testable import Vernier

@Suite struct GridResamplingTests {
  private static let oblique = Affine<3>(
    .init(rotation: [20, -35, 50], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
  ).linear

  @Test func theExtentAndTheCentreStay() throws {
    let grid = try Grid<3>(size: [30, 24, 10], spacing: [1, 1.5, 4], origin: [5, -7, 3], direction: Self.oblique)
    let image = SmoothField<3>.filling(side: 40, seed: 5).image(on: grid)
    let cases: [(target: GridResampling.Target, size: [Int], spacing: [Double])] = [
      (.spacing([2]), [15, 18, 20], [2, 2, 2]), (.spacing([1, 1.5, 2]), [30, 24, 20], [1, 1.5, 2]),
      (.size([16]), [16, 16, 16], [30.0 / 16, 36.0 / 16, 2.5]), (.size([15, 24, 5]), [15, 24, 5], [2, 1.5, 8]),
    ]
    for (target, size, spacing) in cases {
      let result = try GridResampling(to: target).prepared(image)
      #expect(Array(result.size) == size)
      #expect((result.grid.spacing - Vector(spacing)).length < 1e-12)
      #expect((result.grid.center - grid.center).length < 1e-9 && result.grid.direction == grid.direction)
      #expect(result.mask == nil)
    }
  }

  @Test func aPlaneThroughSpaceStaysWhereItIs() throws {
    // Linear in physical space: neither smoothing nor linear interpolation moves it.
    let grid = try Grid<3>(size: [30, 24, 12], spacing: [1, 1.5, 3], origin: [5, -7, 3], direction: Self.oblique)
    func ramp(_ point: Vector<3>) -> Float { Float(2 * point[0] - 3 * point[1] + 0.5 * point[2]) }
    func drawn(_ grid: Grid<3>) -> [Float] {
      (0..<grid.count).map { index in
        let (x, y, z) = (index % grid.size[0], index / grid.size[0] % grid.size[1], index / grid.size[0] / grid.size[1])
        return ramp(grid.point(atIndex: [Double(x), Double(y), Double(z)]))
      }
    }
    let image = try Image(grid: grid, samples: drawn(grid))
    for target in [GridResampling.Target.spacing([2.5]), .size([60, 12, 12])] {
      let result = try GridResampling(to: target).prepared(image)
      let expected = drawn(result.grid)
      let size = result.size
      for index in expected.indices {
        let place = [index % size[0], index / size[0] % size[1], index / size[0] / size[1]]
        // Borders are reflected, so that what the Gaussian reaches from there counts not.
        let isInner = (0..<3).allSatisfy { place[$0] > size[$0] / 4 && place[$0] < size[$0] - 1 - size[$0] / 4 }
        if isInner { #expect(abs(result.samples[index] - expected[index]) < 1e-3) }
      }
    }
  }

  @Test func shrinkingDoesNotAlias() throws {
    // Stripes of 2.2 samples are beyond what half the samples can hold.
    let stripes = try Image<2>(
      width: 128, height: 128, samples: (0..<16384).map { Float(100 + 100 * (2 * .pi * Double($0 % 128) / 2.2).cosine) }
    )
    let plain = stripes.resampled(
      onto: try Grid<2>(size: [32, 32], spacing: [4, 4], origin: [1.5, 1.5]), through: .identity)
    let result = try GridResampling(to: .size([32])).prepared(stripes)
    // At the borders, which are reflected, the stripes are others.
    func swing(_ image: Image<2>) -> Float {
      let inner = image.samples.indices.filter { (4..<28).contains($0 % 32) }.map { image.samples[$0] }
      return (inner.max() ?? 0) - (inner.min() ?? 0)
    }
    #expect(swing(plain) > 20)
    #expect(swing(result) < 2)
    // What both can hold stays.
    let wide = try Image<2>(
      width: 128, height: 128, samples: (0..<16384).map { Float(100 + 100 * (2 * .pi * Double($0 % 128) / 64).cosine) })
    #expect(swing(try GridResampling(to: .size([32])).prepared(wide)) > 185)
  }

  @Test func shrinkingTwiceIsShrinkingByBoth() throws {
    let image = SyntheticScene(side: 256, seed: 4).image
    let once = try GridResampling(to: .size([64])).prepared(image)
    let twice = try image.prepared(by: [GridResampling(to: .size([128])), GridResampling(to: .size([64]))])
    #expect(once.grid == twice.grid)
    let squares = zip(once.samples, twice.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    // The linear interpolation in between smooths by itself.
    #expect((squares / 4096).squareRoot() < 3)
  }

  @Test func masksGoAlongAndHiddenSamplesHaveNoInfluence() throws {
    var samples = [Float](repeating: 10, count: 400)
    var mask = [UInt8](repeating: 1, count: 400)
    for index in 0..<400 where index % 20 < 6 { (samples[index], mask[index]) = (index % 2 == 0 ? .nan : 1e9, 0) }
    let image = try Image<2>(width: 20, height: 20, samples: samples, mask: mask)
    let result = try GridResampling(to: .spacing([2])).prepared(image)
    for index in result.samples.indices {
      let isValid = result.mask?[index] != 0
      #expect(isValid == (index % 10 >= 3))
      if isValid { #expect(abs(result.samples[index] - 10) < 1e-4) }
    }
  }

  @Test func numbersThatDoNotFitAreRefused() throws {
    let image = SyntheticScene(side: 32, seed: 4).image
    #expect(throws: PrepareError.otherRank(step: "spacing=1:1:2", given: 3, rank: 2)) {
      try GridResampling(to: .spacing([1, 1, 2])).prepared(image)
    }
    #expect(throws: PrepareError.tooManySamples(step: "spacing=1e-05")) {
      try GridResampling(to: .spacing([0.00001])).prepared(image)
    }
    #expect(throws: ImageError.unusableSpacing([0, 0])) { try GridResampling(to: .spacing([0])).prepared(image) }
    #expect(try GridResampling(to: .spacing([1])).prepared(image).samples == image.samples)
  }

  @Test func theAnswerIsOneForTheOriginalVolumes() throws {
    let grid = try Grid<3>(
      size: [52, 50, 20], spacing: [0.9, 0.9, 2.2], origin: [-20, 15, 8], direction: Self.oblique)
    let truth: Affine<3> = motion(.rigid, on: grid)
    let low = grid.center.elements.min()! - 50
    let field = SmoothField<3>(low: low, high: grid.center.elements.max()! + 50, blobs: 1500, sizes: 3.5...8, seed: 72)
    let (fixed, moving) = try field.pair(truth: truth, on: grid)
    for step in [GridResampling(to: .spacing([1.8])), GridResampling(to: .size([32]))] {
      let found = try Registration(prepare: [step, IntensityNormalization()]).align(moving, to: fixed)
      #expect(cornerError(found.linear, truth, on: grid) < 0.1)
      #expect(found.prepare == [step.name, "minmax"] && found.linear.center == grid.center)
    }
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let image = SmoothField<3>.filling(side: 40, seed: 5).image(on: try Grid<3>(size: [40, 40, 40]))
    let one = try GridResampling(to: .spacing([1.7]), threads: 1).prepared(image).samples
    #expect(try GridResampling(to: .spacing([1.7]), threads: 3).prepared(image).samples == one)
  }
}

extension Double {
  fileprivate var cosine: Double { Affine<2>.rotation(radians: self, from: 0, to: 1)[0, 0] }
}
