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
    for stages in [nil, [Refinement()]] as [[any Aligner]?] {
      let registration = Registration(stages: stages)
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
    let stages = try method.map { try MethodChain(named: $0).stages }
    for metric in Metric.all {
      do throws(AlignmentError) {
        let found = try Registration(model: .affine, stages: stages, metric: metric).align(tiny, to: tiny)
        #expect(found.linear.isFinite)
        #expect((0...1).contains(found.confidence))
      } catch {
        let tooSmall = AlignmentError.fixedUnusable(.tooSmall(size: Array(tiny.size), least: 3))
        #expect(error == .noOverlap || side < 3 && error == tooSmall)
      }
    }
  }

  @Test(arguments: 2...4) func theSmallestVolumesEndInAnAnswerOrAnError(side: Int) throws {
    let tiny = try Image<3>(
      grid: Grid(size: [side, side + 1, side]), samples: (0..<side * side * (side + 1)).map { Float($0 * 7 % 5) })
    for metric in Metric.all {
      do throws(AlignmentError) {
        let found = try Registration(model: .rigid, metric: metric).align(tiny, to: tiny)
        #expect(found.linear.isFinite)
        #expect((0...1).contains(found.confidence))
      } catch {
        let tooSmall = AlignmentError.fixedUnusable(.tooSmall(size: Array(tiny.size), least: 3))
        #expect(error == .noOverlap || side < 3 && error == tooSmall)
      }
    }
  }

  @Test(arguments: [
    "search+refine", "search:contrasts=like+refine:interpolation=cubic", "refine+free-form:spacing=8,bending=0.1",
    "exhaustive-shift:reach=9,crop=64,padding=zero", "gradient-shift:rate=0.01,steps=100+refine",
  ]) func aChainIsNamedAsItWasAskedFor(name: String) throws {
    #expect(try MethodChain(named: name).name == name)
  }

  @Test func whatIsUsualIsNotNamed() throws {
    let chain = try MethodChain(named: "exhaustive-shift:reach=15+refine:interpolation=linear+free-form:spacing=5")
    #expect(chain.name == "exhaustive-shift+refine+free-form")
  }

  @Test(arguments: ["fly", "", "search+", "search+fly", "Refine", "+"]) func methodsOfNoName(method: String) {
    let error = #expect(throws: AlignmentError.self) { try MethodChain(named: method) }
    guard case .unsupported(let name, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(method.split(separator: "+", omittingEmptySubsequences: false).map(String.init).contains(name))
    #expect(reason.contains("search") && reason.contains("refine"))
  }

  @Test(arguments: Metric.all) func aStartFarOutside(metric: Metric) {
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
      try Registration(stages: [Refinement()]).align(volume.placed(on: there), to: volume)
    }
  }

  @Test func imagesOfOtherRanksAreNotSupported() {
    #expect(throws: ImageError.unsupportedRank(1)) {
      try Image<1>(grid: Grid(size: [16]), samples: (0..<16).map(Float.init))
    }
  }

  /// A registration says so before it looks at the images, and without any.
  @Test(
    arguments: [
      ("phase-correlation", .rigid, nil), ("fft", .similarity, nil), ("search+fourier-mellin", .affine, nil),
      ("exhaustive-shift", .rigid, nil), ("gradient-shift", .translation, .mutualInformation),
      ("refine+free-form", .affine, .gradientFields),
    ] as [(String, TransformModel, Metric?)])
  func chainsThatCannotEstimateTheModelOrTheMetric(chain: String, model: TransformModel, metric: Metric?) throws {
    let registration = Registration(model: model, stages: try MethodChain(named: chain).stages, metric: metric)
    for attempt in [{ try registration.check() }, { _ = try registration.align(good, to: good) }] {
      let error = #expect(throws: AlignmentError.self) { try attempt() }
      guard case .unsupported(let name, let reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(chain.contains(name) && reason.count > 10)
    }
    // The same chain with what it can do raises no objection.
    let usual = Registration(
      model: .translation, stages: registration.stages, metric: metric == nil ? nil : .crossCorrelation)
    #expect(throws: Never.self) { try usual.check() }
  }

  @Test func aChainNeedsAMethodAndDeformsLast() {
    #expect(throws: AlignmentError.self) { try Registration(stages: []).check() }
    #expect(throws: AlignmentError.self) { try Registration(stages: [FreeForm(), Refinement()]).check() }
    #expect(throws: Never.self) { try Registration(stages: [Refinement(), FreeForm()]).check() }
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
