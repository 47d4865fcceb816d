import Testing

@testable import Vernier

/// What all Fourier aligners do alike: refuse what they cannot align, and never depend on the number of threads.
@Suite struct FourierAlignersTests {
  static let methods = ["fft", "phase-correlation", "fourier-mellin"]

  private func aligner(_ name: String) throws -> any Aligner {
    let method = try #require(Method.classical.first { $0.name == name })
    #expect(try method.aligner().models == method.transforms)
    return try method.aligner()
  }

  /// The registration by a method of the freest model that it can estimate.
  private func registration(_ name: String) throws -> Registration {
    let aligner = try aligner(name)
    return Registration(model: try #require(aligner.models.last), stages: [aligner])
  }

  /// An answer that can be used or an error that says why not; never a number that is none.
  private func expectAnAnswerOrAnError(_ moving: Image<2>, _ fixed: Image<2>, _ method: String) throws {
    let registration = try registration(method)
    do throws(AlignmentError) {
      let found = try registration.align(moving, to: fixed)
      #expect(found.linear.isFinite)
      #expect((0...1).contains(found.confidence))
    } catch {
      // Another module's errors and what is not supported are none of the answers meant here.
      if case .failed = error { Issue.record("\(error)") }
      if case .unsupported = error { Issue.record("\(error)") }
    }
  }

  @Test(arguments: methods) func volumesAreUnsupported(method: String) throws {
    let volume = try Image<3>(grid: Grid(size: [8, 8, 8]), samples: (0..<512).map { Float($0 % 11) })
    let error = #expect(throws: AlignmentError.self) {
      try Registration(model: .translation, stages: [aligner(method)]).align(volume, to: volume)
    }
    guard case .unsupported(let name, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(name == method && reason.contains("3"))
  }

  @Test(arguments: methods) func constantPicturesAreRefused(method: String) throws {
    let good = SyntheticScene(side: 32, seed: 501).image
    let flat = good.mapSamples { _ in 7 }
    let registration = try registration(method)
    #expect(throws: AlignmentError.movingUnusable(.constant)) { try registration.align(flat, to: good) }
    let task = AlignmentTask(model: .similarity)
    let found = try aligner(method).candidates(aligning: flat, to: good, from: [], as: task)
    #expect(found.isEmpty)
    let other = try aligner(method).candidates(aligning: good, to: flat, from: [], as: task)
    #expect(other.allSatisfy { $0.linear.isFinite && $0.score.isFinite })
  }

  /// Constant but for a sample in a corner, where windows are all but zero.
  @Test(arguments: methods) func picturesThatAreFlatUnderTheWindow(method: String) throws {
    let good = SyntheticScene(side: 32, seed: 502).image
    var samples = [Float](repeating: 7, count: 32 * 32)
    samples[0] = 8
    let corner = try Image<2>(width: 32, height: 32, samples: samples)
    try expectAnAnswerOrAnError(corner, good, method)
    try expectAnAnswerOrAnError(good, corner, method)
    try expectAnAnswerOrAnError(corner, corner, method)
  }

  @Test(arguments: methods, [[2, 2], [3, 3], [5, 7], [8, 8], [64, 2], [3, 64], [1, 64], [64, 1]])
  func tinyAndThinPictures(method: String, size: [Int]) throws {
    var random = SplitMix64(seed: 503)
    let samples = (0..<size[0] * size[1]).map { _ in Float(random.uniform(0...255)) }
    let tiny = try Image<2>(width: size[0], height: size[1], samples: samples)
    let large = SyntheticScene(side: 40, seed: 504).image
    try expectAnAnswerOrAnError(tiny, tiny, method)
    try expectAnAnswerOrAnError(tiny, large, method)
    try expectAnAnswerOrAnError(large, tiny, method)
  }

  /// A unit mistaken by a factor of a million makes one picture a point of the other.
  @Test(arguments: methods) func spacingsOfOtherWorlds(method: String) throws {
    let scene = SyntheticScene(side: 40, seed: 505).image
    let vast = scene.placed(on: try Grid(size: [40, 40], spacing: [1e6, 1e6]))
    try expectAnAnswerOrAnError(vast, scene, method)
    try expectAnAnswerOrAnError(scene, vast, method)
    let stretched = scene.placed(on: try Grid(size: [40, 40], spacing: [1e-5, 1e5]))
    try expectAnAnswerOrAnError(stretched, scene, method)
    try expectAnAnswerOrAnError(scene, stretched, method)
  }

  @Test(arguments: methods) func unrelatedPicturesAreNotAligned(method: String) throws {
    for seed in 510..<514 {
      let fixed = SyntheticScene(side: 96, seed: UInt64(seed)).image
      let moving = SyntheticScene(side: 96, seed: UInt64(seed) + 100).image
      let model: TransformModel = method == "phase-correlation" ? .translation : .rigid
      let found = try Registration(model: model, stages: [aligner(method)]).align(moving, to: fixed)
      #expect(found.verdict != .aligned)
    }
  }

  @Test(arguments: methods) func theSameBitsForAnyNumberOfThreads(method: String) throws {
    let (fixed, moving) = cutPair(side: 72, truth: InvarianceTests.truth, seed: 506)
    let results = try [1, 2, 5].map { threads in
      let task = AlignmentTask(model: .similarity, threads: threads)
      return try aligner(method).candidates(aligning: moving, to: fixed, from: [], as: task)
        .map { $0.linear.homogeneous.flatMap { $0 } + [$0.score] }
    }
    #expect(!results[0].isEmpty && results[1] == results[0] && results[2] == results[0])
  }
}
