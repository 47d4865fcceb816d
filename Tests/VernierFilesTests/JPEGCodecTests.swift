import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded)) struct JPEGCodecTests {
  private let scene = SyntheticScene(side: 61, seed: 4).image

  @Test(arguments: [5, 20, 50, 90]) func itIsWhatAFileBecomes(quality: Int) throws {
    let folder = TemporaryFolder()
    try ImageFile([scene], sampleType: .uint8).write(to: folder("a.jpg"), quality: quality)
    let read = try ImageFile.read(folder("a.jpg")).planes[0].samples
    #expect(try scene.compressed(by: JPEGCodec(), quality: quality).samples == read)
    #expect(folder.names == ["a.jpg"])
  }

  @Test func coloursGoTogether() throws {
    let channels = (1...3).map { SyntheticScene(side: 40, seed: $0).image }
    let folder = TemporaryFolder()
    try ImageFile(channels, sampleType: .uint8).write(to: folder("a.jpg"), quality: 60)
    let read = try ImageFile.read(folder("a.jpg")).planes.map(\.samples)
    #expect(try Image.compressed(channels, by: JPEGCodec(), quality: 60).map(\.samples) == read)
  }

  @Test func lessQualityLeavesLess() throws {
    let errors = try [90, 50, 20, 5].map { quality in
      let left = try scene.compressed(by: JPEGCodec(), quality: quality)
      return zip(left.samples, scene.samples).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    #expect(errors == errors.sorted() && errors[3] > 4 * errors[0] && errors[0] > 0)
  }

  @Test func whatJPEGCannotHoldIsSaid() throws {
    let wide = try Image<2>(width: 65_501, height: 1, samples: [Float](repeating: 3, count: 65_501))
    #expect(throws: CodecError.self) { try wide.compressed(by: JPEGCodec(), quality: 50) }
    let odd = try Image<2>(width: 2, height: 2, samples: [.nan, -40, 900, 17])
    #expect(try odd.compressed(by: JPEGCodec(), quality: 100).samples.allSatisfy { (0...255).contains($0) })
  }

  @Test func pairsAreCompressed() throws {
    let scenes = [SyntheticScene(side: 200, seed: 1).image]
    var recipe = SyntheticPairs.Recipe(
      side: 48, kind: .strict, model: .rigid, motion: MotionRange(degrees: 20, shift: 5))
    recipe.degradation.noise = 0.05...0.05
    let plain = try SyntheticPairs(of: scenes, recipe, seed: 3, codec: JPEGCodec()).pair(0)
    recipe.degradation.quality = 15...15
    let coded = try SyntheticPairs(of: scenes, recipe, seed: 3, codec: JPEGCodec())
    let pair = try coded.pair(0)
    #expect(pair.truth == plain.truth)
    #expect(try plain.fixed.compressed(by: JPEGCodec(), quality: 15).samples == pair.fixed.samples)
    #expect(
      try coded.batch(first: 0, count: 9, threads: 1).moving == coded.batch(first: 0, count: 9, threads: 2).moving)
  }
}
