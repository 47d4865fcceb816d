import Glibc
import Testing
import Vernier

@testable import VernierPlates

/// From a plate to a colour picture, and every reason why not.
@Suite struct PlateTests {
  private let drawn = DrawnPlate()

  @Test func theSeamsAndTheFrameAreFound() throws {
    let layout = PlateLayout(drawn.image)
    #expect(layout.hasSeams && layout.objections.isEmpty)
    #expect(abs(layout.step - (drawn.step + drawn.seam)) <= 1)
    for (index, region) in layout.exposures.enumerated() {
      #expect(abs(region.rows.lowerBound - drawn.top(index)) <= 2, "\(region)")
      #expect(abs(region.rows.upperBound - drawn.top(index) - drawn.step) <= 2, "\(region)")
      #expect(region.columns.lowerBound == 14 && region.columns.upperBound == drawn.width - 14)
    }
    let frames = try layout.frames(of: drawn.image)
    #expect(frames.allSatisfy { $0.size == frames[0].size })
  }

  @Test(arguments: [PlateAssembly.Method.search, .auto]) func theShiftsAreFound(method: PlateAssembly.Method) throws {
    let result = try PlateAssembly(method: method, model: .translation).assemble(drawn.image)
    #expect(result.verdict == .aligned, "\(result.objections)")
    for error in try errors(result) { #expect(error < 0.1, "\(method)") }
    #expect(result.channels.count == 3 && result.channels.allSatisfy { $0.size == result.channels[0].size })
    let size = try #require(result.channels.first?.size)
    #expect(size[0] >= drawn.width - 28 - 8 && size[1] >= drawn.step - 12)
  }

  /// How far blue and red are from what was drawn.
  private func errors(_ result: ColorPlate) throws -> [Double] {
    let layout = try #require(result.layout)
    return zip(result.alignments, [drawn.blue, drawn.red]).map { alignment, truth in
      // The seam's middle may be a row off; what it moves the origin by, it moves the shift by.
      let index = alignment.exposure == .blue ? 0 : 2
      let slip = layout.origins[index] - layout.origins[1] - (index - 1) * (drawn.step + drawn.seam)
      let found = alignment.transform.translation + [0, Double(slip)]
      return (found - [Double(truth.x), Double(truth.y)]).length
    }
  }

  /// The descent sees zeros beyond the border and may end elsewhere; then the edges, which were searched, gainsay it.
  @Test(arguments: [1, 30, 200]) func aDescentThatEndsElsewhereIsNotCalledAligned(steps: Int) throws {
    let result = try PlateAssembly(method: .gradient, learningRate: 0.005, steps: steps).assemble(drawn.image)
    #expect(result.alignments.allSatisfy { $0.trace.count == steps })
    let worst = try #require(try errors(result).max())
    #expect(steps > 1 || (worst > 3 && result.verdict == .doubtful))
    #expect(worst < 1.1 || result.verdict == .doubtful, "\(worst) px, \(result.verdict)")
  }

  @Test(arguments: PlateExposure.allCases) func theReferenceStaysAsItIs(reference: PlateExposure) throws {
    let plate = drawn.image
    let result = try PlateAssembly(reference: reference).assemble(plate)
    let frame = try #require(result.frame)
    let channel = result.channels[reference == .red ? 0 : reference == .green ? 1 : 2]
    #expect(channel.samples == plate.cropped(columns: frame.columns, rows: frame.rows).samples)
    let before = result.unaligned(plate)
    #expect(before.count == 3 && before[1].size == channel.size)
    #expect(result.alignments.map(\.exposure) == PlateExposure.allCases.filter { $0 != reference })
  }

  /// An affine map between the exposures, as the camera's lens makes for each colour.
  @Test func aScaleBetweenExposuresIsFound() throws {
    var plate = drawn.image
    let (left, top) = (14, drawn.top(0))
    let exposure = plate.cropped(columns: left..<drawn.width - 14, rows: top..<top + drawn.step).onOrigin
    var map = Affine<2>(center: exposure.grid.center)
    map.linear = Matrix<2>(rowMajor: [1.006, 0.002, -0.002, 1.005])
    let seen = exposure.resampled(onto: exposure.grid, through: map, interpolation: .cubic)
    for y in 0..<drawn.step {
      for x in 0..<drawn.width - 28 where seen.mask?[y * (drawn.width - 28) + x] != 0 {
        plate.setSample(seen.samples[y * (drawn.width - 28) + x], x: x + left, y: y + top)
      }
    }
    let result = try PlateAssembly().assemble(plate)
    let blue = try #require(result.alignments.first)
    // From green to blue is the way back.
    let truth = try #require(map.inverted()).linear
    #expect(abs(blue.transform.linear[0, 0] - truth[0, 0]) < 0.001)
    #expect(abs(blue.transform.linear[1, 1] - truth[1, 1]) < 0.001)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let results = try [1, 2, 5].map { threads in
      try PlateAssembly(threads: threads).assemble(drawn.image).channels.flatMap { $0.samples }
    }
    #expect(!results[0].isEmpty && results[1] == results[0] && results[2] == results[0])
  }

  // What is no plate, or no whole one.

  private func objections(_ plate: Image<2>, _ verdict: Verdict) throws -> [PlateObjection] {
    let result = try PlateAssembly().assemble(plate)
    #expect(result.verdict == verdict, "\(result.objections)")
    #expect(result.channels.isEmpty == (verdict == .failed))
    return result.objections
  }

  @Test func aLandscapeIsRefused() throws {
    let scene = SyntheticScene(side: 256, seed: 3).image.cropped(columns: 0..<256, rows: 0..<180).onOrigin
    #expect(try objections(scene, .failed) == [.format(width: 256, height: 180)])
  }

  @Test func aTinyPictureIsRefused() throws {
    let scene = SyntheticScene(side: 64, seed: 3).image.cropped(columns: 0..<40, rows: 0..<64).onOrigin
    #expect(try objections(scene, .failed) == [.tooSmall(width: 40, height: 64)])
  }

  @Test func onePhotographIsRefused() throws {
    let scene = SyntheticScene(side: 300, seed: 8).image.cropped(columns: 0..<120, rows: 0..<300).onOrigin
    let reasons = try objections(scene, .failed)
    #expect(reasons.contains { if case .unmatched = $0 { true } else { false } })
  }

  @Test func twoExposuresAreRefused() throws {
    let plate = drawn.image
    let upper = plate.cropped(columns: 0..<plate.width, rows: 0..<drawn.top(2) + 4).onOrigin
    #expect(try objections(upper, .failed).contains(.twoExposures))
  }

  @Test(arguments: [0.7, 0.3]) func aCutPlateSaysWhereItEnds(share: Double) throws {
    let plate = drawn.image
    let rows = drawn.top(2) + Int(share * Double(drawn.step + drawn.seam))
    let reasons = try objections(
      plate.cropped(columns: 0..<plate.width, rows: 0..<rows).onOrigin, share < 0.5 ? .failed : .doubtful)
    let cut = reasons.compactMap { if case .cut(.red, let share) = $0 { share } else { nil as Double? } }
    // Where a third is left of it, it may as well be one of two exposures.
    #expect(cut.allSatisfy { abs($0 - share) < 0.05 } && (share < 0.5 || cut.count == 1), "\(reasons)")
  }

  @Test(arguments: PlateExposure.allCases, [Float(5), 245]) func anUnexposedThirdIsRefused(
    exposure: PlateExposure, value: Float
  ) throws {
    var plate = drawn.image
    let index = PlateExposure.allCases.firstIndex(of: exposure)!
    for y in drawn.top(index)..<drawn.top(index) + drawn.step {
      for x in 14..<plate.width - 14 { plate.setSample(value, x: x, y: y) }
    }
    #expect(try objections(plate, .failed) == [.unexposed(exposure)])
  }

  @Test func anExposureOfAnotherSceneIsRefused() throws {
    var plate = drawn.image
    let other = DrawnPlate(seed: 77).image
    for y in drawn.top(2)..<drawn.top(2) + drawn.step {
      for x in 0..<plate.width { plate.setSample(other.samples[y * plate.width + x], x: x, y: y) }
    }
    let reasons = try objections(plate, .failed)
    #expect(reasons.contains { if case .unmatched(.red, _) = $0 { true } else { false } }, "\(reasons)")
  }

  @Test func withoutSeamsThirdsAreTakenAndSaid() throws {
    var bare = DrawnPlate()
    bare.seam = 0
    let plate = bare.image.cropped(columns: 14..<bare.width - 14, rows: bare.top(0)..<bare.top(2) + bare.step).onOrigin
    let reasons = try objections(plate, .doubtful)
    #expect(reasons == [.seamsNotFound])
  }

  @Test func samplesThatAreNoNumbersAreAnError() {
    var plate = drawn.image
    plate.setSample(.nan, x: 100, y: 100)
    #expect(throws: ImageError.notFinite(count: 1)) { try PlateAssembly().assemble(plate) }
  }
}

extension Image where rank == 2 {
  fileprivate mutating func setSample(_ value: Float, x: Int, y: Int) {
    var samples = samples
    samples[y * width + x] = value
    self = Image(unchecked: grid, samples: samples, mask: mask)
  }
}
