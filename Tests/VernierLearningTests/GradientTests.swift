import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct GradientTests {
  /// The derivative of a scalar function against its symmetric difference, in Double.
  private func agrees(_ values: [Double], shape: [Int], _ function: (Tensor) throws -> Tensor) throws -> Bool {
    let x = try Tensor(values, shape: shape).parameter()
    try function(x).backward()
    let gradient = try #require(x.gradient).doubles()
    return try values.indices.allSatisfy { index in
      func at(_ step: Double) throws -> Double {
        var moved = values
        moved[index] += step
        return try function(Tensor(moved, shape: shape)).value()
      }
      let difference = (try at(1e-5) - at(-1e-5)) / 2e-5
      return abs(difference - gradient[index]) < 1e-6 * max(1, abs(difference))
    }
  }

  @Test func compositionsDifferentiate() throws {
    var random = SplitMix64(seed: 4)
    let values = (0..<32).map { _ in Double.random(in: -1...1, using: &random) }
    let weight = try Tensor(values.prefix(18).map { $0 * 0.7 }, shape: [2, 1, 3, 3])
    #expect(
      try agrees(values, shape: [2, 1, 4, 4]) { x in
        let y = try x.convolved(with: weight, bias: nil, stride: [1, 1], padding: [1, 1], groups: 1).tanh()
        return try (y.averagePooled(to: 2).power(2).sum() + y.gelu().mean()).exponential().logarithm()
      })
    #expect(
      try agrees(values, shape: [2, 2, 8]) { x in
        let gates = try Tensor(values.map { $0 * 0.5 } + values, shape: [8, 8])
        let states = try gates.part(0..<2, along: 1)
        let bias = try Tensor(Array(values.prefix(8)))
        return try apply(.lstm, [x, gates, states, bias, bias]).sine().sum()
      })
    let map = try Tensor(values.map { $0 + 0.3 }, shape: [2, 1, 4, 4])
    #expect(
      try agrees(values, shape: [2, 1, 4, 4]) { x in
        try
          (x.correlated(with: map, first: [-1, 0], count: [3, 2]).power(2).sum()
          + map.correlatedLocally(with: x, radius: 1).sine().sum())
      })
    #expect(
      try agrees(Array(values.prefix(8)), shape: [2, 2, 2]) { x in
        let matrix = try x.matmul(x.permuted([0, 2, 1])) + Tensor([1.0, 0, 0, 1], shape: [1, 2, 2])
        let right = try Tensor(Array(values.suffix(4)), shape: [2, 2, 1])
        return try matrix.solve(right).power(2).sum() + matrix.logDeterminant().sum()
      })
    let samples = (0..<120).map { (index: Int) -> Double in values[index % 32] + Double(index) / 60 }
    let volume = try Tensor(samples, shape: [2, 1, 4, 3, 5])
    let maps = (0..<24).map { (index: Int) -> Double in index % 12 % 5 == 0 ? 0.83 : 0.05 * values[index] }
    #expect(
      try agrees(maps, shape: [2, 3, 4]) { x in
        try volume.sampled(at: x.affineGrid(size: [2, 1, 3, 4, 3])).power(2).sum()
      })
    #expect(try agrees([350, 10, 190], shape: [3]) { try $0.meanCircularError(Tensor([5.0, 340, 5], shape: [3])) })
  }

  /// The CPU's own kernel against libtorch's operations, which serve other types: sums and gradients.
  @Test func localCorrelationsHaveTheSameGradientsEitherWay() throws {
    var random = SplitMix64(seed: 4)
    let values = (0..<240).map { _ in Double.random(in: -1...1, using: &random) }
    let shape = [2, 3, 5, 4]
    let weights = (0..<2 * 25 * 20).map { _ in Double.random(in: -1...1, using: &random) }
    func run(_ made: ([Double], [Int]) throws -> Tensor) throws -> [[Double]] {
      let a = try made(Array(values.prefix(120)), shape).parameter()
      let b = try made(Array(values.suffix(120)), shape).parameter()
      let sums = try a.correlatedLocally(with: b, radius: 2)
      try (sums * made(weights, [2, 25, 5, 4])).sum().backward()
      return try [sums.doubles(), #require(a.gradient).doubles(), #require(b.gradient).doubles()]
    }
    let fast = try run { try Tensor($0.map(Float.init), shape: $1) }
    let slow = try run { try Tensor($0, shape: $1) }
    for (one, other) in zip(fast, slow) {
      #expect(one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func circularErrorGoesAroundTheCircle() throws {
    let prediction = try Tensor([359, 1, -179, 540, 90] as [Float])
    let truth = try Tensor([1, 359, 179, 0, -90] as [Float])
    #expect(try abs(prediction.meanCircularError(truth).value() - (2 + 2 + 2 + 180 + 180) / 5) < 1e-4)
  }

  @Test func nothingIsRecordedWithout() throws {
    let x = try Tensor([2] as [Float]).parameter()
    let y = try withoutGradients { try x * x }
    #expect(throws: TensorError.self) { try y.backward() }
    try (x * x).sum().backward()
    try (x * x).sum().backward()
    #expect(try #require(x.gradient).values() == [8])
    clearGradients([x])
    #expect(x.gradient == nil)
  }

  @Test func clippingScalesTogether() throws {
    let x = try Tensor([3] as [Float]).parameter()
    let y = try Tensor([4] as [Float]).parameter()
    try ((x * x + y * y) * 0.5).sum().backward()
    #expect(try abs(clipGradients([x, y], to: 1) - 5) < 1e-6)
    #expect(try near(#require(x.gradient).values(), [0.6]) && near(#require(y.gradient).values(), [0.8]))
    #expect(try abs(clipGradients([x, y], to: 10) - 1) < 1e-6)
    #expect(try near(#require(x.gradient).values(), [0.6]))
  }

  /// The formulas of the paper, in Double, on the side.
  @Test func adamTakesThePapersSteps() throws {
    let start: [Float] = [1, -2, 3]
    let x = try Tensor(start).parameter()
    let unused = try Tensor([5] as [Float]).parameter()
    var adam = try Adam([NamedTensor("x", x), NamedTensor("unused", unused), NamedTensor("mean", x, isTrained: false)])
    #expect(adam.parameters.map(\.name) == ["x", "unused"])
    var (p, m, v) = (start.map(Double.init), [0.0, 0, 0], [0.0, 0, 0])
    for step in 1...20 {
      clearGradients([x])
      try (x.power(4) * 0.25).sum().backward()
      try adam.step(rate: 0.05)
      for index in p.indices {
        let gradient = p[index] * p[index] * p[index]
        m[index] = 0.9 * m[index] + 0.1 * gradient
        v[index] = 0.999 * v[index] + 0.001 * gradient * gradient
        let mean = m[index] / (1 - power(0.9, step))
        p[index] -= 0.05 * mean / ((v[index] / (1 - power(0.999, step))).squareRoot() + 1e-8)
      }
    }
    #expect(adam.steps == 20)
    #expect(try near(x.values(), p.map(Float.init), within: 1e-5))
    #expect(try unused.values() == [5])
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  @Test func theScheduleRisesAndFalls() {
    let factors = (0..<1000).map { LearningRateSchedule.cosine.factor(step: $0, of: 1000, epoch: 0) }
    #expect(factors[0] == 0.05 && factors[19] == 1 && abs(factors[999]) < 1e-5 && abs(factors[509] - 0.5) < 0.01)
    #expect(zip(factors.dropFirst(20), factors.dropFirst(21)).allSatisfy { $0 > $1 })
    #expect(LearningRateSchedule.constant.factor(step: 7, of: 9, epoch: 3) == 1)
    let decay = [0, 39, 40, 79, 80].map { LearningRateSchedule.decay.factor(step: 0, of: 1000, epoch: $0) }
    #expect(zip(decay, [1, 1, 0.9, 0.9, 0.81]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func assigningNeedsTheSameShape() throws {
    let x = try Tensor([1, 2] as [Float]).parameter()
    let copy = x
    try x.assign(Tensor([3, 4] as [Float]))
    #expect(try copy.values() == [3, 4])
    #expect(throws: TensorError.self) { try x.assign(Tensor([3] as [Float])) }
  }
}
