import Testing

@testable import Vernier

/// What all Fourier aligners do alike: refuse what they cannot align, and never depend on the number of threads.
@Suite struct FourierAlignersTests {
  static let methods = ["fft", "phase-correlation", "fourier-mellin"]

  private func aligner(_ name: String, threads: Int = 2) throws -> any Aligner {
    let method = try #require(Method.classical.first { $0.name == name })
    return try method.aligner(Method.Request(model: .similarity, threads: threads))
  }

  /// An answer that can be used or an error that says why not; never a number that is none.
  private func expectAnAnswerOrAnError(_ moving: Image<2>, _ fixed: Image<2>, _ method: String) {
    do {
      let found = try Registration(model: .similarity, method: method).align(moving, to: fixed)
      #expect(found.transform.isFinite)
      #expect((0...1).contains(found.confidence))
    } catch {
      #expect(error is AlignmentError)
    }
  }

  @Test(arguments: methods) func volumesAreUnsupported(method: String) throws {
    let volume = try Image<3>(grid: Grid(size: [8, 8, 8]), samples: (0..<512).map { Float($0 % 11) })
    let error = #expect(throws: AlignmentError.self) {
      try Registration(model: .translation, method: method).align(volume, to: volume)
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
    #expect(throws: AlignmentError.movingUnusable(.constant)) { try Registration(method: method).align(flat, to: good) }
    let found = try aligner(method).candidates(aligning: flat, to: good, from: [])
    #expect(found.isEmpty)
    let other = try aligner(method).candidates(aligning: good, to: flat, from: [])
    #expect(other.allSatisfy { $0.transform.isFinite && $0.score.isFinite })
  }

  /// Constant but for a sample in a corner, where windows are all but zero.
  @Test(arguments: methods) func picturesThatAreFlatUnderTheWindow(method: String) throws {
    let good = SyntheticScene(side: 32, seed: 502).image
    var samples = [Float](repeating: 7, count: 32 * 32)
    samples[0] = 8
    let corner = try Image<2>(width: 32, height: 32, samples: samples)
    expectAnAnswerOrAnError(corner, good, method)
    expectAnAnswerOrAnError(good, corner, method)
    expectAnAnswerOrAnError(corner, corner, method)
  }

  @Test(arguments: methods, [[2, 2], [3, 3], [5, 7], [8, 8], [64, 2], [3, 64], [1, 64], [64, 1]])
  func tinyAndThinPictures(method: String, size: [Int]) throws {
    var random = SplitMix64(seed: 503)
    let samples = (0..<size[0] * size[1]).map { _ in Float(random.uniform(0...255)) }
    let tiny = try Image<2>(width: size[0], height: size[1], samples: samples)
    let large = SyntheticScene(side: 40, seed: 504).image
    expectAnAnswerOrAnError(tiny, tiny, method)
    expectAnAnswerOrAnError(tiny, large, method)
    expectAnAnswerOrAnError(large, tiny, method)
  }

  /// A unit mistaken by a factor of a million makes one picture a point of the other.
  @Test(arguments: methods) func spacingsOfOtherWorlds(method: String) throws {
    let scene = SyntheticScene(side: 40, seed: 505).image
    let vast = scene.placed(on: try Grid(size: [40, 40], spacing: [1e6, 1e6]))
    expectAnAnswerOrAnError(vast, scene, method)
    expectAnAnswerOrAnError(scene, vast, method)
    let stretched = scene.placed(on: try Grid(size: [40, 40], spacing: [1e-5, 1e5]))
    expectAnAnswerOrAnError(stretched, scene, method)
    expectAnAnswerOrAnError(scene, stretched, method)
  }

  @Test(arguments: methods) func unrelatedPicturesAreNotAligned(method: String) throws {
    for seed in 510..<514 {
      let fixed = SyntheticScene(side: 96, seed: UInt64(seed)).image
      let moving = SyntheticScene(side: 96, seed: UInt64(seed) + 100).image
      let model: TransformModel = method == "phase-correlation" ? .translation : .rigid
      let found = try Registration(model: model, method: method).align(moving, to: fixed)
      #expect(found.verdict != .aligned)
    }
  }

  @Test(arguments: methods) func theSameBitsForAnyNumberOfThreads(method: String) throws {
    let (fixed, moving) = cutPair(side: 72, truth: InvarianceTests.truth, seed: 506)
    let results = try [1, 2, 5].map { threads in
      try aligner(method, threads: threads).candidates(aligning: moving, to: fixed, from: [])
        .map { $0.transform.homogeneous.flatMap { $0 } + [$0.score] }
    }
    #expect(!results[0].isEmpty && results[1] == results[0] && results[2] == results[0])
  }
}
