import Glibc
import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct LayerTests {
  /// Random numbers in −1…1.
  private func noise(_ shape: [Int], seed: UInt64 = 7) throws -> Tensor {
    var random = SplitMix64(seed: seed)
    return try Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
  }

  /// A grouped convolution written as its sum.
  @Test(arguments: [(1, 1, 1), (2, 2, 1), (1, 2, 0)])
  func convolutionInThePlane(groups: Int, stride: Int, padding: Int) throws {
    var initializer = Initializer(seed: 3)
    let layer = try Convolution(
      4, to: 6, kernel: [3, 5], stride: stride, padding: padding, groups: groups, from: &initializer)
    let x = try noise([2, 4, 9, 11])
    let y = try layer(x)
    let (h, w) = ((9 + 2 * padding - 3) / stride + 1, (11 + 2 * padding - 5) / stride + 1)
    #expect(y.shape == [2, 6, h, w])
    let (input, weight, bias) = (try x.values(), try layer.weight.values(), try #require(try layer.bias?.values()))
    var wanted: [Float] = []
    for example in 0..<2 {
      for output in 0..<6 {
        for row in 0..<h {
          for column in 0..<w {
            var sum = bias[output]
            for part in 0..<(4 / groups) {
              let channel = output / (6 / groups) * (4 / groups) + part
              for (i, j) in (0..<15).map({ ($0 / 5, $0 % 5) }) {
                let (y, x) = (row * stride + i - padding, column * stride + j - padding)
                guard (0..<9).contains(y), (0..<11).contains(x) else { continue }
                sum +=
                  input[((example * 4 + channel) * 9 + y) * 11 + x]
                  * weight[((output * (4 / groups) + part) * 3 + i) * 5 + j]
              }
            }
            wanted.append(sum)
          }
        }
      }
    }
    #expect(try near(y.values(), wanted, within: 1e-4))
  }

  @Test func convolutionInSpaceSumsItsSlices() throws {
    var initializer = Initializer(seed: 3)
    let layer = try Convolution(2, to: 3, kernel: [3, 3, 3], padding: 0, hasBias: false, from: &initializer)
    let x = try noise([1, 2, 3, 6, 7])
    // With as many slices as the kernel has, space is a plane with more channels.
    let plane = try x.reshaped([1, 6, 6, 7])
    let flat = try plane.convolved(
      with: layer.weight.reshaped([3, 6, 3, 3]), bias: nil, stride: [1, 1], padding: [0, 0], groups: 1)
    let y = try layer(x)
    #expect(y.shape == [1, 3, 1, 4, 5])
    #expect(try near(y.values(), flat.values(), within: 1e-4))
  }

  @Test func batchNormInTrainingAndAfter() throws {
    let layer = try BatchNorm(3, from: Initializer(seed: 1))
    let x = try noise([4, 3, 5, 5]) * 3 + 2
    let y = try layer(x, isTraining: true)
    #expect(
      try near(y.mean([0, 2, 3]).values(), [0, 0, 0]) && near(y.variance([0, 2, 3]).values(), [1, 1, 1], within: 1e-3))
    // The running values moved a tenth of the way; the running variance is the unbiased one.
    let mean = try x.mean([0, 2, 3]).values()
    #expect(try near(layer.runningMean.values(), mean.map { 0.1 * $0 }))
    let variance = try x.variance([0, 2, 3]).values()
    #expect(try near(layer.runningVariance.values(), variance.map { 0.9 + 0.1 * $0 * 100 / 99 }, within: 1e-4))
    let after = try layer(x, isTraining: false).values()
    let (m, v) = (try layer.runningMean.values(), try layer.runningVariance.values())
    let wanted = try x.values().enumerated().map { index, value in
      (value - m[index / 25 % 3]) / (v[index / 25 % 3] + 1e-5).squareRoot()
    }
    #expect(near(after, wanted, within: 1e-4))
  }

  @Test func poolingTakesWindows() throws {
    let x = try Tensor((0..<16).map { Float($0) }, shape: [1, 1, 4, 4])
    #expect(try x.maxPooled(kernel: 2, stride: 2).values() == [5, 7, 13, 15])
    #expect(try x.averagePooled(kernel: 2, stride: 2).values() == [2.5, 4.5, 10.5, 12.5])
    #expect(try x.averagePooled(to: 1).values() == [7.5])
    #expect(try x.interpolated(to: [2, 2]).values() == [2.5, 4.5, 10.5, 12.5])
    let volume = try Tensor((0..<8).map { Float($0) }, shape: [1, 1, 2, 2, 2])
    #expect(try volume.maxPooled(kernel: 2, stride: 2).values() == [7])
  }

  /// The recurrence, one number at a time.
  @Test func lstmFollowsItsEquations() throws {
    var initializer = Initializer(seed: 5)
    let (inputs, hidden, steps, batch) = (3, 4, 5, 2)
    let layer = try LSTM(inputs, hidden: hidden, layers: 2, from: &initializer)
    let x = try noise([steps, batch, inputs])
    let y = try layer(x)
    #expect(y.shape == [steps, batch, hidden])
    func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }
    var wanted = [Float](repeating: 0, count: steps * batch * hidden)
    let input = try x.values()
    for example in 0..<batch {
      var sequence = (0..<steps).map { step in (0..<inputs).map { input[(step * batch + example) * inputs + $0] } }
      for cell in layer.cells {
        let (wi, wh) = (try cell.weightOfInput.values(), try cell.weightOfState.values())
        let (bi, bh) = (try cell.biasOfInput.values(), try cell.biasOfState.values())
        var (h, c) = ([Float](repeating: 0, count: hidden), [Float](repeating: 0, count: hidden))
        for step in 0..<steps {
          let from = sequence[step]
          let gates = (0..<4 * hidden).map { row in
            bi[row] + bh[row] + (0..<from.count).reduce(Float(0)) { $0 + wi[row * from.count + $1] * from[$1] }
              + (0..<hidden).reduce(Float(0)) { $0 + wh[row * hidden + $1] * h[$1] }
          }
          for unit in 0..<hidden {
            c[unit] = sigmoid(gates[hidden + unit]) * c[unit] + sigmoid(gates[unit]) * tanhf(gates[2 * hidden + unit])
            h[unit] = sigmoid(gates[3 * hidden + unit]) * tanhf(c[unit])
          }
          sequence[step] = h
        }
      }
      for step in 0..<steps {
        for unit in 0..<hidden { wanted[(step * batch + example) * hidden + unit] = sequence[step][unit] }
      }
    }
    #expect(try near(y.values(), wanted))
    #expect(throws: TensorError.self) { try layer(Tensor.zeros([2, 1, 9])) }
  }

  /// Half precision keeps eleven bits of a weight: each of a sum's products of factors up to 1 errs by 2⁻¹² of its
  /// weight at most.
  @Test func inferenceTakesWeightsInHalfPrecision() throws {
    var initializer = Initializer(seed: 8)
    func compare(_ layer: (Tensor) throws -> Tensor, with packed: (Tensor) throws -> Tensor, on x: Tensor) throws {
      #expect(try layer(x).values() == packed(x).values(), "as it is while gradients are recorded")
      let (exact, found) = try withoutGradients { (try layer(x), try packed(x)) }
      #expect(exact.shape == found.shape)
      #expect(try near(exact.values(), found.values(), within: 2e-3))
      #if arch(x86_64)
        #expect(try exact.values() != found.values(), "computed in half precision")
      #endif
    }
    let linear = try Linear(40, to: 7, from: &initializer)
    try compare(linear.callAsFunction, with: linear.forInference().callAsFunction, on: noise([3, 5, 40]))
    let lstm = try LSTM(20, hidden: 12, layers: 2, from: &initializer)
    try compare(lstm.callAsFunction, with: lstm.forInference().callAsFunction, on: noise([2, 3, 20]))
    for (shape, stride) in [([2, 6, 7, 5], 1), ([2, 6, 7, 5], 2), ([1, 6, 4, 5, 3], 2)] {
      let kernel = [Int](repeating: 1, count: shape.count - 2)
      let convolution = try Convolution(6, to: 9, kernel: kernel, stride: stride, from: &initializer)
      try compare(convolution.callAsFunction, with: convolution.forInference().callAsFunction, on: noise(shape))
    }
    #expect(throws: TensorError.self) { try noise([4, 4, 3, 3]).packed() }
    // Elements that half precision does not hold stay as they are.
    for factor in [1e-5, 1e5] {
      let (x, weight) = (try noise([2, 40]), try noise([7, 40], seed: 8) * factor)
      let (exact, found) = try withoutGradients {
        (try x.linear(weight, bias: nil), try x.linear(weight.packed(), bias: nil))
      }
      #expect(try exact.values() == found.values() && exact.values().contains { abs($0) > Float(factor) })
    }
  }

  @Test func theSamplerFollowsAnAffineMap() throws {
    let x = try Tensor((0..<16).map { Float($0) }, shape: [1, 1, 4, 4])
    func seen(_ theta: [Float], repeatsBorder: Bool = false) throws -> [Float] {
      let grid = try Tensor(theta, shape: [1, 2, 3]).affineGrid(size: [1, 1, 4, 4])
      return try x.sampled(at: grid, repeatsBorder: repeatsBorder).values()
    }
    #expect(try seen([1, 0, 0, 0, 1, 0]) == (0..<16).map { Float($0) })
    // One sample is 2/4 of the coordinates' range.
    #expect(try seen([1, 0, 0.5, 0, 1, 0]) == [1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0])
    #expect(try seen([1, 0, 0.5, 0, 1, 0], repeatsBorder: true)[3] == 3)
    #expect(try seen([0, 1, 0, 1, 0, 0]) == [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15])
  }

  @Test func theSameSeedGivesTheSameLayer() throws {
    var (first, second, third) = (Initializer(seed: 9), Initializer(seed: 9), Initializer(seed: 10))
    let weights = try [
      Linear(40, to: 50, from: &first), Linear(40, to: 50, from: &second), Linear(40, to: 50, from: &third),
    ].map { try $0.weight.values() }
    #expect(weights[0] == weights[1] && weights[0] != weights[2])
    let bound = 1 / Float(40).squareRoot()
    let largest = try #require(weights[0].map(abs).max())
    #expect(largest <= bound && largest > 0.98 * bound)
    let normal = try first.normal([10_000], deviation: 2)
    #expect(try abs(normal.variance().value() - 4) < 0.2 && abs(normal.mean().value()) < 0.08)
  }
}
