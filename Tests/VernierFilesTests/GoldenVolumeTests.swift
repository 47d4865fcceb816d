import Foundation
import Testing
import Vernier
import VernierFiles

/// Volumes in any direction lie where ITK has them, and move as ITK moves them.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct GoldenVolumeTests {
  private let folder = TemporaryFolder()

  private func read(_ golden: GoldenVolume) throws -> Image<3> {
    let path = folder("a.\(golden.ending)")
    write(try #require(Data(base64Encoded: golden.content)), to: path)
    return try #require(try ImageFile.read(path).volume.first)
  }

  @Test(arguments: goldenVolumes) func cornersLieWhereITKHasThem(golden: GoldenVolume) throws {
    let corners = try read(golden).grid.corners
    // NIfTI holds single precision.
    let tolerance = golden.ending == "nii" ? 1e-4 : 1e-7
    for (here, there) in zip(corners, golden.corners) { #expect((here - Vector(there)).length < tolerance) }
  }

  @Test(arguments: goldenVolumes) func samplesMoveAsITKMovesThem(golden: GoldenVolume) throws {
    let volume = try read(golden)
    let grid = try Grid<3>(
      size: goldenVolumeGrid.size, spacing: Vector(goldenVolumeGrid.spacing), origin: Vector(golden.origin),
      direction: Matrix(rowMajor: goldenVolumeGrid.direction))
    let motion = Affine<3>(
      linear: Matrix(rowMajor: goldenVolumeMotion.linear), translation: Vector(goldenVolumeMotion.translation),
      center: Vector(golden.center))
    let moved = volume.resampled(onto: grid, through: motion)
    let mask = try #require(moved.mask)
    #expect(mask.map { $0 != 0 } == golden.moved.map { $0 != -1 })
    for index in mask.indices where mask[index] != 0 {
      // A sample changes by up to 255 from one to the next, a millimetre or more apart.
      #expect(abs(moved.samples[index] - golden.moved[index]) < (golden.ending == "nii" ? 0.03 : 0.002))
    }
    #expect(mask.count { $0 != 0 } > 60)
  }

  @Test(arguments: goldenVolumes) func whatIsWrittenLiesThereToo(golden: GoldenVolume) throws {
    let volume = try read(golden)
    for ending in ["nii.gz", "nrrd", "mha"] {
      let path = folder("b.\(ending)")
      try ImageFile([volume], sampleType: .uint8).write(to: path)
      let back = try #require(try ImageFile.read(path).volume.first)
      #expect(back.samples == volume.samples)
      for (here, there) in zip(back.grid.corners, golden.corners) { #expect((here - Vector(there)).length < 1e-4) }
    }
  }
}
