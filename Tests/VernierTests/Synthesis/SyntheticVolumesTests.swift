import Testing

@testable import Vernier

@Suite struct SyntheticVolumesTests {
  private func dice(_ left: [Float], _ right: [Float]) -> Double {
    let both = zip(left, right).count { $0 > 0 && $1 > 0 }
    return 2 * Double(both) / Double(left.count { $0 > 0 } + right.count { $0 > 0 })
  }

  @Test func cubesFollowTheirTruth() throws {
    let motion = MotionRange<3>(.similarity, degrees: 40, scale: 0.9...1.1, shear: 0, shift: 6)
    let pairs = try SyntheticVolumes(.cubes(side: 32), motion: motion, seed: 5)
    for index in 0..<3 {
      let pair = pairs.pair(index)
      let labels = try #require(pair.labels)
      #expect(pair.fixed.size == [32, 32, 32] && pair.fixed.grid.spacing == [2, 2, 2])
      let moved = labels.moving.resampled(onto: labels.fixed.grid, through: pair.truth, interpolation: .nearest)
      #expect(dice(labels.fixed.samples, moved.samples) > 0.9)
      #expect(dice(labels.fixed.samples, labels.moving.samples) < 0.9)
      let image = pair.moving.resampled(onto: pair.fixed.grid, through: pair.truth)
      let ncc = try Measurement(fixed: pair.fixed, moved: image).figures.first { $0.name == "ncc" }
      #expect(try #require(ncc?.value) > 0.93)
    }
    #expect(pairs.pair(1).fixed.samples != pairs.pair(2).fixed.samples)
    let again = try SyntheticVolumes(.cubes(side: 32), motion: motion, seed: 5, threads: 1)
    #expect(again.pair(2).moving.samples == pairs.pair(2).moving.samples && again.pair(2).truth == pairs.pair(2).truth)
  }

  @Test func pairsShareNoDraws() throws {
    let pairs = try SyntheticVolumes(.cubes(side: 8), motion: MotionRange<3>(shift: 6), seed: 1003)
    let shifts = (0..<12).flatMap { pairs.pair($0).truth.translation.elements }
    #expect(Set(shifts).count == 36)
  }

  @Test func cubesAreDamaged() {
    var random = SplitMix64(seed: 9)
    for _ in 0..<5 {
      let cube = CubeScene(extent: 128, using: &random)
      #expect(cube.half >= 0.17 * 128 && cube.half <= 0.21 * 128)
      var (solid, count) = (0, 0)
      for z in -12...12 {
        for y in -12...12 {
          for x in -12...12 {
            count += 1
            let point = Vector<3>([Double(x), Double(y), Double(z)]) * (cube.half / 12.5)
            if cube.isSolid(at: point) { solid += 1 }
          }
        }
      }
      let share = Double(solid) / Double(count)
      #expect(share > 0.5 && share < 0.98, "\(share)")
      #expect(!cube.isSolid(at: [cube.half * 1.01, 0, 0]))
    }
  }

  @Test func aScanMovesWithItsLabels() throws {
    let grid = try Grid<3>(size: [30, 28, 20], spacing: [1, 1, 1.5], origin: [-10, 5, 3])
    let scan = SmoothField<3>.filling(side: 30, seed: 71).image(on: grid)
    let labels = scan.mapSamples { $0 > 130 ? 2 : 0 }
    let motion = MotionRange<3>(.rigid, degrees: 15, scale: 1...1, shear: 0, shift: 3)
    let pair = try SyntheticVolumes(.scan(scan, labels: labels), motion: motion, seed: 2).pair(0)
    #expect(pair.moving.samples.min()! >= scan.samples.min()! && pair.moving.samples.max()! <= scan.samples.max()!)
    #expect(pair.fixed.samples == scan.samples && pair.truth.parameters.scale.allSatisfy { abs($0 - 1) < 1e-12 })
    let moved = pair.moving.resampled(onto: grid, through: pair.truth, interpolation: .cubic)
    var inside: [UInt8] = moved.mask ?? []
    // What left the moving volume's frame is lost.
    let frame = Image(unchecked: grid, samples: [Float](repeating: 1, count: grid.count))
    let back = try #require(pair.truth.inverted())
    let kept = frame.resampled(onto: grid, through: back).resampled(onto: grid, through: pair.truth)
    for index in inside.indices where kept.samples[index] < 0.999 { inside[index] = 0 }
    let figures = try Measurement(fixed: scan, moved: moved.masked(by: inside)).figures
    #expect(try #require(figures.first { $0.name == "ncc" }).value > 0.98)
    #expect(Set(try #require(pair.labels).moving.samples).isSubset(of: [0, 2]))
  }

  @Test func whatCannotBeMade() throws {
    let grid = try Grid<3>(size: [8, 8, 8])
    let scan = Image(unchecked: grid, samples: [Float](repeating: .nan, count: 512))
    let motion = MotionRange<3>(degrees: 5, shift: 1)
    #expect(throws: SynthesisError.notFinite(scene: 0)) {
      try SyntheticVolumes(.scan(scan, labels: nil), motion: motion, seed: 1)
    }
    let plain = scan.mapSamples { _ in 1 }
    let elsewhere = Image(unchecked: try Grid<3>(size: [8, 8, 8], origin: [1, 0, 0]), samples: plain.samples)
    #expect(throws: SynthesisError.labelsElsewhere) {
      try SyntheticVolumes(.scan(plain, labels: elsewhere), motion: motion, seed: 1)
    }
    #expect(throws: SynthesisError.self) { try SyntheticVolumes(.cubes(side: 4), motion: motion, seed: 1) }
  }
}
