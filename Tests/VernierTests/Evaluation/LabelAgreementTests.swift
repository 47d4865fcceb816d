import Testing

@testable import Vernier

@Suite struct LabelAgreementTests {
  /// Two balls of one label and a block of another, on thick slices.
  private func labels(_ shift: Vector<3>, size: [Int] = [24, 22, 12]) throws -> Image<3> {
    let grid = try Grid<3>(size: size, spacing: [1, 1.5, 2.5], origin: [3, -4, 5])
    let samples = (0..<grid.count).map { index -> Float in
      let (plane, x) = index.quotientAndRemainder(dividingBy: size[0])
      let (z, y) = plane.quotientAndRemainder(dividingBy: size[1])
      let point = Vector<3>([Double(x), 1.5 * Double(y), 2.5 * Double(z)]) - shift
      if (point - [8, 10, 12]).length < 6 { return 3 }
      if (point - [18, 20, 18]).length < 5 { return 3 }
      return point[0] > 14 && point[1] < 9 ? 7 : 0
    }
    return try Image(grid: grid, samples: samples)
  }

  @Test func diceAndDistancesAsTheirDefinitions() throws {
    let (fixed, moved) = (try labels(.zero), try labels([4.2, -3.4, 4]))
    let found = try LabelAgreement(fixed: fixed, moved: moved)
    #expect(found.labels.map(\.label) == [3, 7])
    for label in found.labels {
      let value = Float(label.label)
      let both = zip(fixed.samples, moved.samples).count { $0 == value && $1 == value }
      let sum = fixed.samples.count { $0 == value } + moved.samples.count { $0 == value }
      #expect(label.dice == 2 * Double(both) / Double(sum))
      let borders = [fixed, moved].map { border(of: value, in: $0) }
      func ways(_ from: [Vector<3>], _ to: [Vector<3>]) -> [Double] {
        from.map { point in to.map { ($0 - point).length }.min() ?? .infinity }.sorted()
      }
      let distances = [ways(borders[0], borders[1]), ways(borders[1], borders[0])]
      let largest = try #require(distances.compactMap(\.last).max())
      #expect(abs(label.hausdorff - largest) < 1e-9 && largest > 2)
      func percentile95(_ sorted: [Double]) -> Double {
        let place = 0.95 * Double(sorted.count - 1)
        let lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
      }
      let most = max(percentile95(distances[0]), percentile95(distances[1]))
      #expect(abs(label.hausdorff95 - most) < 1e-9 && most <= largest)
    }
    #expect(found == (try LabelAgreement(fixed: fixed, moved: moved, threads: 1)))
    #expect(abs(found.meanDice - (found.labels[0].dice + found.labels[1].dice) / 2) < 1e-15)
  }

  private func border(of label: Float, in image: Image<3>) -> [Vector<3>] {
    let size = image.size
    func holds(_ x: Int, _ y: Int, _ z: Int) -> Bool {
      guard x >= 0, y >= 0, z >= 0, x < size[0], y < size[1], z < size[2] else { return false }
      return image.samples[(z * size[1] + y) * size[0] + x] == label
    }
    var points: [Vector<3>] = []
    for z in 0..<size[2] {
      for y in 0..<size[1] {
        for x in 0..<size[0] where holds(x, y, z) {
          let inside =
            holds(x - 1, y, z) && holds(x + 1, y, z) && holds(x, y - 1, z) && holds(x, y + 1, z) && holds(x, y, z - 1)
            && holds(x, y, z + 1)
          if !inside { points.append(image.grid.point(atIndex: [Double(x), Double(y), Double(z)])) }
        }
      }
    }
    return points
  }

  @Test func theDistanceTransformIsExact() {
    var random = SplitMix64(seed: 61)
    let (size, spacing) = ([13, 9, 7], [0.7, 1.1, 3.0])
    for share in [0.01, 0.1, 0.6] {
      let members = (0..<819).map { _ in random.uniform(0...1) < share }
      let field = DistanceTransform(to: members, size: size, spacing: spacing)
      for place in 0..<819 {
        func at(_ index: Int) -> Vector<3> {
          let (x, y, z) = (Double(index % 13), Double(index / 13 % 9), Double(index / 117))
          return [0.7 * x, 1.1 * y, 3 * z]
        }
        let here = at(place)
        var nearest = Double.infinity
        for member in members.indices where members[member] {
          let away = at(member) - here
          nearest = min(nearest, away.dot(away))
        }
        #expect(nearest == field.squares[place] || abs(nearest - field.squares[place]) < 1e-9)
      }
    }
    #expect(DistanceTransform(to: [false, false], size: [2], spacing: [1]).squares == [.infinity, .infinity])
  }

  @Test func aLabelThatOneLacksHasNoDistance() throws {
    let fixed = try Image<2>(width: 4, height: 3, samples: [0, 1, 1, 0, 0, 1, 1, 0, 2, 0, 0, 0])
    let moved = try Image<2>(width: 4, height: 3, samples: [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 5])
    let found = try LabelAgreement(fixed: fixed, moved: moved)
    #expect(found.labels.map(\.dice) == [1, 0, 0])
    #expect(found.labels.map(\.hausdorff) == [0, .infinity, .infinity])
    #expect(found.meanHausdorff == 0 && found.meanHausdorff95 == 0)
  }

  @Test func whatIsNotComparable() throws {
    let plain = try Image<2>(width: 3, height: 2, samples: [0, 1, 1, 0, 2, 2])
    #expect(throws: LabelError.otherSize([3, 2], [2, 3])) {
      try LabelAgreement(fixed: plain, moved: Image<2>(width: 2, height: 3, samples: [0, 1, 1, 0, 2, 2]))
    }
    let elsewhere = try Image(grid: Grid<2>(size: [3, 2], origin: [0.5, 0]), samples: plain.samples)
    #expect(throws: LabelError.otherPlace) { try LabelAgreement(fixed: plain, moved: elsewhere) }
    let half = plain.mapSamples { $0 / 2 }
    #expect(throws: LabelError.notWhole(0.5)) { try LabelAgreement(fixed: plain, moved: half) }
    let empty = plain.mapSamples { _ in 0 }
    #expect(throws: LabelError.noLabels) { try LabelAgreement(fixed: empty, moved: empty) }
  }

  @Test func registrationErrors() throws {
    let points: [Vector<2>] = [[0, 0], [10, 0], [0, 20], [5, 5]]
    let shift = Affine<2>(translation: [3, 4])
    let error = RegistrationError(of: shift, at: points, targets: points)
    #expect(error.mean == 5 && error.median == 5 && error.largest == 5 && error.percentile95 == 5 && error.count == 4)
    let turn = Affine<2>(linear: .diagonal([1.1, 1]))
    let image = try Image<2>(width: 101, height: 50, samples: [Float](repeating: 0, count: 5050))
    let against = try #require(RegistrationError(of: turn, reference: Affine<2>.identity, over: image))
    #expect(abs(against.mean - 5) < 0.02 && abs(against.largest - 10) < 1e-12 && abs(against.median - 5) < 0.11)
    let hidden = try image.masked(by: [UInt8](repeating: 0, count: 5050))
    #expect(RegistrationError(of: turn, reference: Affine<2>.identity, over: hidden) == nil)
  }
}
