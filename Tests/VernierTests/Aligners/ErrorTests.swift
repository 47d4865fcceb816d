import Testing

@testable import Vernier

/// What cannot be aligned says why.
@Suite struct ErrorTests {
  let good = SyntheticScene(side: 48, seed: 91).image

  private func picture(_ change: (inout [Float]) -> Void) throws -> Image<2> {
    var samples = good.samples
    change(&samples)
    return try Image(width: 48, height: 48, samples: samples)
  }

  private func expect(_ error: ImageError, from image: Image<2>) {
    for method in [nil, "refine"] as [String?] {
      let registration = Registration(method: method)
      #expect(throws: AlignmentError.fixedUnusable(error)) { try registration.align(good, to: image) }
      #expect(throws: AlignmentError.movingUnusable(error)) { try registration.align(image, to: good) }
    }
  }

  @Test func samplesThatAreNotNumbers() throws {
    expect(.notFinite(count: 1), from: try picture { $0[100] = .nan })
    expect(.notFinite(count: 2), from: try picture { ($0[0], $0[2000]) = (.infinity, -.infinity) })
  }

  @Test func constantImages() throws {
    expect(.constant, from: good.mapSamples { _ in 7 })
    // Constant where the mask looks, whatever there is elsewhere.
    var mask = [UInt8](repeating: 0, count: 48 * 48)
    mask[5] = 1
    expect(.constant, from: try good.masked(by: mask))
  }

  @Test func masksThatHoldNothing() throws {
    expect(.emptyMask, from: try good.masked(by: [UInt8](repeating: 0, count: 48 * 48)))
  }

  @Test(arguments: [[1, 48], [48, 1]]) func axesWithoutAGradient(size: [Int]) throws {
    let line = try Image<2>(width: size[0], height: size[1], samples: (0..<48).map { Float($0 % 7) })
    expect(.tooSmall(size: size, least: 3), from: line)
  }

  @Test func aSingleSlice() throws {
    let slice = try Image<3>(grid: Grid(size: [8, 8, 1]), samples: (0..<64).map { Float($0 % 11) })
    #expect(throws: AlignmentError.fixedUnusable(.tooSmall(size: [8, 8, 1], least: 3))) {
      try Registration().align(slice, to: slice)
    }
  }

  @Test(arguments: 2...6, [nil, "refine", "search"] as [String?])
  func theSmallestPicturesEndInAnAnswerOrAnError(side: Int, method: String?) throws {
    let tiny = try Image<2>(width: side, height: side, samples: (0..<side * side).map { Float($0 * 7 % 5) })
    for metric in Metric.allCases {
      do {
        let found = try Registration(model: .affine, metric: metric, method: method).align(tiny, to: tiny)
        #expect(found.transform.isFinite)
        #expect((0...1).contains(found.confidence))
      } catch let error as AlignmentError {
        let tooSmall = AlignmentError.fixedUnusable(.tooSmall(size: tiny.size, least: 3))
        #expect(error == .noOverlap || side < 3 && error == tooSmall)
      }
    }
  }

  @Test(arguments: 2...4) func theSmallestVolumesEndInAnAnswerOrAnError(side: Int) throws {
    let tiny = try Image<3>(
      grid: Grid(size: [side, side + 1, side]), samples: (0..<side * side * (side + 1)).map { Float($0 * 7 % 5) })
    for metric in Metric.allCases {
      do {
        let found = try Registration(model: .rigid, metric: metric).align(tiny, to: tiny)
        #expect(found.transform.isFinite)
        #expect((0...1).contains(found.confidence))
      } catch let error as AlignmentError {
        let tooSmall = AlignmentError.fixedUnusable(.tooSmall(size: tiny.size, least: 3))
        #expect(error == .noOverlap || side < 3 && error == tooSmall)
      }
    }
  }

  @Test(arguments: ["fly", "", "search+", "search+fly", "Refine", "+"]) func methodsOfNoName(method: String) {
    let error = #expect(throws: AlignmentError.self) { try Registration(method: method).align(good, to: good) }
    guard case .unsupported(let name, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(method.split(separator: "+", omittingEmptySubsequences: false).map(String.init).contains(name))
    #expect(reason.contains("search") && reason.contains("refine"))
  }

  @Test(arguments: Metric.allCases) func aStartFarOutside(metric: Metric) {
    let far = Affine<2>(translation: [500, 0])
    #expect(throws: AlignmentError.noOverlap) {
      try Registration(metric: metric).align(good, to: good, initial: far)
    }
  }

  @Test func aStartThatIsNotFinite() {
    for start in [Affine<2>(translation: [.nan, 0]), Affine<2>(linear: .diagonal([.infinity, 1]))] {
      #expect(throws: AlignmentError.unusableStart) { try Registration().align(good, to: good, initial: start) }
    }
  }

  @Test func aStartThatFlattensThePlane() {
    #expect(throws: AlignmentError.unusableStart) {
      try Registration().align(good, to: good, initial: Affine(linear: .diagonal([1, 0])))
    }
  }

  @Test func volumesApartInPhysicalSpaceWithoutASearch() throws {
    let grid = try Grid<3>(size: [16, 16, 16])
    let volume = SmoothField<3>.filling(side: 16, seed: 92).image(on: grid)
    let there = try Grid<3>(size: [16, 16, 16], origin: [100, 0, 0])
    #expect(throws: AlignmentError.noOverlap) {
      try Registration(method: "refine").align(volume.placed(on: there), to: volume)
    }
  }

  @Test func imagesOfOtherRanksAreNotSupported() throws {
    let line = try Image<1>(grid: Grid(size: [16]), samples: (0..<16).map(Float.init))
    let error = #expect(throws: AlignmentError.self) { try Registration().align(line, to: line) }
    guard case .unsupported = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func measuringNeedsOneGrid() throws {
    let other = SyntheticScene(side: 40, seed: 93).image
    #expect(throws: ImageError.sampleCount(expected: 2304, found: 1600)) { try Measurement(fixed: good, moved: other) }
    let first = try good.maskedBlock(corner: [0, 0], size: [20, 48])
    let second = try good.maskedBlock(corner: [20, 0], size: [28, 48])
    #expect(throws: AlignmentError.noOverlap) { try Measurement(fixed: first, moved: second) }
    #expect(throws: AlignmentError.movingUnusable(.constant)) {
      try Measurement(fixed: good, moved: good.mapSamples { _ in 1 })
    }
  }

  @Test func everyErrorHasOneLine() {
    let errors: [AlignmentError] = [
      .noOverlap, .fixedUnusable(.constant), .movingUnusable(.notFinite(count: 3)), .fixedUnusable(.emptyMask),
      .unsupported(method: "fly", reason: "no wings"), .movingUnusable(.tooSmall(size: [1, 4], least: 3)),
    ]
    for error in errors {
      #expect(error.description.count > 10 && !error.description.contains("\n"))
    }
    #expect(errors[5].description.contains("1×4"))
    #expect(errors[4].description.contains("fly"))
  }
}
