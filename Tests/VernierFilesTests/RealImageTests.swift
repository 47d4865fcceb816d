import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable && dataFolder != nil, dataNeeded))
struct RealImageTests {
  func read(_ name: String) throws -> ImageFile { try ImageFile.read(#require(dataFolder) + "/" + name) }

  @Test func headersBesideSamples() throws {
    let meta = try read("itk_examples/BrainProtonDensitySliceBorder20.mhd")
    let nrrd = try read("itk_examples/BrainProtonDensitySliceBorder20.nhdr")
    let png = try read("itk_examples/BrainProtonDensitySliceBorder20.png")
    #expect(meta.size == [221, 257])
    #expect(meta.planes[0].samples == nrrd.planes[0].samples && meta.planes[0].samples == png.planes[0].samples)
    // The moving image is the fixed one shifted by a known amount.
    let shifted = try read("itk_examples/BrainProtonDensitySliceShifted13x17y.mhd")
    let (width, fixed, moving) = (221, meta.planes[0].samples, shifted.planes[0].samples)
    #expect(fixed[100 * width + 90] == moving[117 * width + 103])
  }

  @Test func pagesAreAVolume() throws {
    let stack = try read("pystackreg/pc12-unreg.tif")
    #expect(stack.rank == 3 && stack.size[2] == 5 && stack.sampleType == .uint16)
    #expect(stack.volume[0].grid.spacing == [1, 1, 1])
  }

  @Test func templatesKeepMillimetres() throws {
    let file = try read("mri_spm_templates/canonical__avg152T1.nii")
    #expect(file.size == [91, 109, 91])
    #expect(file.volume[0].grid.spacing == [2, 2, 2])
  }
}
