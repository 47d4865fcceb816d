import Testing
import Vernier
import VernierFiles

/// The Fourier aligners on published pictures whose answer is known.
@Suite(.enabled(if: filesPluginAvailable && dataFolder != nil, dataNeeded))
struct FourierAlignerTests {
  private func plane(_ name: String) throws -> Image<2> {
    let file = try ImageFile.read(#require(dataFolder) + "/" + name)
    guard case .plane(let image) = file.luminance else { throw Unexpected() }
    return image
  }

  private struct Unexpected: Error {}

  /// imreg_dft's own: turned by −30° and scaled by 0.8, from fixed to moving.
  @Test(arguments: ["fourier-mellin", "fourier-mellin+refine"]) func aTurnedAndScaledSample(method: String) throws {
    let found = try Registration(model: .similarity, stages: MethodChain(named: method).stages)
      .align(plane("imreg_dft/sample3.png"), to: plane("imreg_dft/sample1.png"))
    let parameters = found.linear.parameters
    #expect(abs(parameters.rotation[0] + 30) < 0.15)
    #expect(abs(parameters.scale[0] - 0.8) < 0.002)
    #expect(found.verdict == .aligned)
  }

  @Test(arguments: ["phase-correlation", "fourier-mellin"]) func aShiftedSample(method: String) throws {
    let found = try Registration(model: .translation, stages: MethodChain(named: method).stages)
      .align(plane("imreg_dft/sample2.png"), to: plane("imreg_dft/sample1.png"))
    #expect((found.linear.translation - Vector([19, -79])).length < 0.3)
  }

  @Test func aShiftedBrainSlice() throws {
    let found = try Registration(model: .translation, stages: [PhaseCorrelation()]).align(
      plane("itk_examples/BrainProtonDensitySliceShifted13x17y.png"),
      to: plane("itk_examples/BrainProtonDensitySliceBorder20.png"))
    #expect((found.linear.translation - Vector([13, 17])).length < 0.02)
  }

  @Test(arguments: ["fft", "fourier-mellin"]) func aTurnedBrainSlice(method: String) throws {
    let found = try Registration(model: .rigid, stages: MethodChain(named: method).stages).align(
      plane("itk_examples/BrainProtonDensitySliceRotated10.png"),
      to: plane("itk_examples/BrainProtonDensitySliceBorder20.png"))
    #expect(abs(found.linear.parameters.rotation[0] - 10) < 0.3)
    #expect(found.linear.translation.length < 0.5)
  }
}
