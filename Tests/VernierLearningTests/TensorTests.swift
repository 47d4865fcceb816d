import CTensorsPlugin
import Testing
import VernierPlugin

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct TensorTests {
  @Test func namesItsLibrary() throws {
    #expect(try TensorsPlugin.load().hasPrefix("libtorch "))
  }

  @Test func versionOfTheBoundaryIsChecked() {
    #expect { try Plugin(name: "tensors", version: 9999).load() } throws: { error in
      if case PluginError.wrongVersion(_, found: VERNIER_TENSORS_ABI, needed: 9999) = error { true } else { false }
    }
  }

  @Test func elementsComeBackInRowMajorOrder() throws {
    let matrix = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(matrix.shape == [2, 3] && matrix.count == 6 && matrix.device == .cpu && matrix.elementType == .float32)
    #expect(try matrix.values() == [1, 2, 3, 4, 5, 6])
    #expect(try matrix.transposed().values() == [1, 4, 2, 5, 3, 6])
    #expect(try matrix.part(1..<3, along: 1).values() == [2, 3, 5, 6])
    #expect(try matrix.element(1, along: 0).shape == [3])
    #expect(try matrix.permuted([1, 0]).reshaped([6]).values() == [1, 4, 2, 5, 3, 6])
    #expect(try Tensor([Float](), shape: [0, 3]).values() == [])
    #expect(try Tensor([1.5, 2.5], shape: [2]).elementType == .float64)
    #expect(try matrix.converted(to: .int64).elementType == .int64)
  }

  @Test func arithmeticFollowsTheFormulas() throws {
    let a = try Tensor([1, -2, 3, 4] as [Float], shape: [2, 2])
    let b = try Tensor([2, 4] as [Float])
    #expect(try (a + b).values() == [3, 2, 5, 8])
    #expect(try (a - b).values() == [-1, -6, 1, 0])
    #expect(try (a * b).values() == [2, -8, 6, 16])
    #expect(try (a / b).values() == [0.5, -0.5, 1.5, 1])
    #expect(try (1 - a).values() == [0, 3, -2, -3])
    #expect(try a.matmul(a).values() == [-5, -10, 15, 10])
    #expect(try (-a).relu().values() == [0, 2, 0, 0])
    #expect(try a.remainder(dividingBy: 3).values() == [1, 1, 0, 1])
    #expect(try a.clamped(to: -1...3).values() == [1, -1, 3, 3])
    #expect(try near(a.sigmoid().values(), [0.7310586, 0.1192029, 0.9525741, 0.9820138]))
    #expect(try near(a.gelu().values(), [0.8413447, -0.0455003, 2.9959502, 3.9998734]))
    #expect(try near(a.arctangent(over: b).values(), [0.4636476, -0.4636476, 0.9827937, 0.7853982]))
    #expect(try a.maximum(b).values() == [2, 4, 3, 4])
  }

  @Test func reductionsTakeTheirAxes() throws {
    let a = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(try a.sum().value() == 21)
    #expect(try a.mean([0]).values() == [2.5, 3.5, 4.5])
    #expect(try a.sum([1], keepingAxes: true).shape == [2, 1])
    #expect(try a.largest([1]).values() == [3, 6])
    #expect(try near(a.variance([1]).values(), [2 / 3, 2 / 3]))
    #expect(try near(a.softmax(along: 1).sum([1]).values(), [1, 1]))
    #expect(try near(a.logSoftmax(along: 1).values(), a.softmax(along: 1).logarithm().values()))
    let standard = try a.standardized()
    #expect(
      try near(standard.mean([1]).values(), [0, 0]) && near(standard.variance([1]).values(), [1, 1], within: 1e-4))
    #expect(throws: TensorError.self) { try Tensor([1, 2] as [Float]).standardized() }
    #expect(try Tensor.filled(3, [2, 4]).standardized().values() == [Float](repeating: 0, count: 8))
  }

  @Test func joiningAndCutting() throws {
    let a = try Tensor([1, 2] as [Float])
    let b = try Tensor([3, 4] as [Float])
    #expect(try Tensor.concatenated([a, b], along: 0).values() == [1, 2, 3, 4])
    #expect(try Tensor.stacked([a, b], along: 1).values() == [1, 3, 2, 4])
    #expect(try a.reshaped([2, 1]).expanded([2, 3]).values() == [1, 1, 1, 2, 2, 2])
  }

  @Test func wrongShapesAreNamed() throws {
    let a = try Tensor.zeros([2, 3])
    let b = try Tensor.zeros([4, 5])
    #expect { try a.matmul(b) } throws: { error in
      let text = "\(error)"
      return text.hasPrefix("matmul of [2, 3] and [4, 5]: ") && !text.contains("\n")
    }
    #expect(throws: TensorError.self) { try a + b }
    #expect(throws: TensorError.self) { try a.value() }
    #expect(throws: TensorError.self) { try a.element(0, along: 2) }
    #expect(throws: TensorError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
    #expect(throws: TensorError.self) { try a.meanAbsoluteError(Tensor.zeros([3])) }
    var initializer = Initializer(seed: 1)
    let convolution = try Convolution(3, to: 4, kernel: [3, 3], from: &initializer)
    #expect { try convolution(Tensor.zeros([1, 2, 8, 8])) } throws: { error in
      "\(error)" == "convolution of [1, 2, 8, 8] and [4, 3, 3, 3]: the input has 2 channels, 3 are needed"
    }
    #expect(throws: TensorError.self) { try Convolution(3, to: 4, kernel: [3, 3], groups: 2, from: &initializer) }
  }

  @Test func noDeviceIsAnError() throws {
    guard try !TensorsPlugin.hasCUDA else { return }
    #expect { try Tensor.zeros([2], on: .cuda) } throws: { "\($0)".contains("no CUDA device") }
  }
}
