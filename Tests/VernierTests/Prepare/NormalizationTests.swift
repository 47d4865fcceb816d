import Testing

@testable import Vernier

@Suite struct NormalizationTests {
  private func line(_ samples: [Float], mask: [UInt8]? = nil) throws -> Image<2> {
    try Image(width: samples.count, height: 1, samples: samples, mask: mask)
  }

  @Test func theWholeRangeBecomesOne() throws {
    let step = IntensityNormalization()
    #expect(step.name == "minmax")
    #expect(try step.prepared(line([-10, 0, 30, 10])).samples == [0, 0.25, 1, 0.5])
    #expect(try step.prepared(line([7, 7, 7])).samples == [7, 7, 7])
  }

  @Test func whatLiesBeyondThePercentilesIsCutOff() throws {
    let step = IntensityNormalization(low: 10, high: 90)
    #expect(step.name == "percentile=10:90")
    // 0…100 shuffled: the 10th and the 90th percentile are 10 and 90.
    let values = (0...100).map { Float($0 * 37 % 101) }
    let result = try step.prepared(line(values)).samples
    for (before, after) in zip(values, result) { #expect(abs(after - min(max((before - 10) / 80, 0), 1)) < 1e-6) }
    // Between two ranks the percentile is between them: 25 % of 0, 10, 20 is 5.
    #expect(try IntensityNormalization(low: 25, high: 75).prepared(line([20, 0, 10])).samples == [1, 0, 0.5])
  }

  @Test func whatDoesNotCountHasNoInfluence() throws {
    let image = try line([0, 1000, 5, .nan, 10], mask: [1, 0, 1, 1, 1])
    let result = try IntensityNormalization().prepared(image).samples
    #expect(result[0] == 0 && result[2] == 0.5 && result[4] == 1 && result[3].isNaN)
  }

  @Test func selectionFindsWhatSortingDoes() {
    var random = SplitMix64(seed: 3)
    for count in [1, 2, 3, 10, 101, 1000] {
      let values = (0..<count).map { _ in Float(Int.random(in: 0..<(count / 2 + 1), using: &random)) }
      for place in stride(from: 0, to: count, by: max(1, count / 7)) {
        var copy = values
        #expect(copy.select(place) == values.sorted()[place])
      }
    }
  }

  @Test func aGainAndAnOffsetVanish() throws {
    let truth = motion(.rigid, on: try Grid<2>(size: [160, 160]), strength: 0.5)
    let (fixed, moving) = cutPair(side: 160, truth: truth, seed: 3)
    let darker = moving.mapSamples { 0.4 * $0 + 70 }
    let step = IntensityNormalization(low: 1, high: 99)
    for (left, right) in zip(try step.prepared(moving).samples, try step.prepared(darker).samples) {
      #expect(abs(left - right) < 1e-5)
    }
    let found = try Registration(stages: [Refinement()], metric: .meanSquares, prepare: [step]).align(darker, to: fixed)
    #expect(cornerError(found.linear, truth, on: fixed.grid) < 0.3)
  }
}

@Suite struct ForegroundMaskTests {
  /// A bright ring with a dark hole, and a bright corner.
  private func ring() throws -> Image<2> {
    try Image<2>(
      width: 20, height: 20,
      samples: (0..<400).map { index in
        let (x, y) = (Double(index % 20) - 9.5, Double(index / 20) - 9.5)
        let radius = (x * x + y * y).squareRoot()
        return radius < 7 && radius > 3 ? 100 + Float(index % 3) : Float(index % 5)
      })
  }

  @Test func holesStayAndTheGroundGoes() throws {
    let image = try ring()
    let threshold = image.otsuThreshold()
    #expect(threshold > 4 && threshold < 100)
    let mask = try #require(try ForegroundMask().prepared(image).mask)
    for index in mask.indices {
      let (x, y) = (Double(index % 20) - 9.5, Double(index / 20) - 9.5)
      #expect(mask[index] == ((x * x + y * y).squareRoot() < 7 ? 1 : 0))
    }
    #expect(ForegroundMask().name == "mask" && ForegroundMask(threshold: 12.5).name == "mask=12.5")
  }

  @Test func aMaskThatWasThereStays() throws {
    let before = (0..<400).map { UInt8($0 % 20 < 10 ? 1 : 0) }
    let mask = try #require(try ForegroundMask(threshold: 50).prepared(ring().masked(by: before)).mask)
    #expect(zip(mask, before).allSatisfy { $0 == 0 || $1 == 1 } && mask.contains(1))
  }

  @Test func anEmptyMaskIsAnErrorOfItsImage() throws {
    let image = try ring()
    #expect(throws: ImageError.emptyMask) { try ForegroundMask(threshold: 1000).prepared(image) }
    #expect(throws: AlignmentError.movingUnusable(.emptyMask)) {
      try Registration(prepare: [ForegroundMask(threshold: 50)]).align(image.mapSamples { $0 / 10 }, to: image)
    }
  }

  @Test func inSpaceTheGroundIsReachedAroundTheObject() throws {
    let grid = try Grid<3>(size: [10, 11, 12])
    let shell = try Image<3>(
      grid: grid,
      samples: (0..<grid.count).map { index in
        let place = [index % 10, index / 10 % 11, index / 110]
        let isInside = place.allSatisfy { (2...7).contains($0) }
        return isInside && !place.allSatisfy { (4...5).contains($0) } ? 50 : 0
      })
    let mask = try #require(try ForegroundMask(threshold: 10).prepared(shell).mask)
    #expect(mask.reduce(0) { $0 + Int($1) } == 216)
  }
}
