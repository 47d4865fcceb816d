import Foundation
import Testing
import Vernier

@testable import VernierStudies

/// The study of shifts, and the plates themselves where they are.
@Suite struct ShiftsTests {
  private static let folder = dataFolder(with: "plates")

  private static let isReadable =
    folder.map { folder in
      StudyData(root: folder).files("plates", ["jpg"]).first.map { (try? StudyData.plane($0)) != nil } ?? false
    } ?? false

  @Test(.enabled(if: isReadable, "needs the plates (VERNIER_DATA) and the plug-in for files"))
  func everyPlateIsAlignedToItsCheckedShift() throws {
    let files = StudyData(root: try #require(Self.folder)).files("plates", ["jpg"])
    for file in files {
      let name = try #require(file.split(separator: "/").last?.split(separator: ".").first.map(String.init))
      let plate = try OwnPlate(name, StudyData.plane(file))
      #expect(
        plate.mapped.verdict == .aligned && plate.shifted.verdict == .aligned, "\(name): \(plate.mapped.objections)")
      #expect(plate.errors.allSatisfy { $0 <= 0.25 }, "\(name): \(plate.errors)")
      for (shifted, mapped) in zip(plate.shifted.alignments, plate.mapped.alignments) {
        #expect(mapped.agreementAfter > shifted.agreementAfter - 0.01 && mapped.agreementAfter > mapped.agreementBefore)
      }
    }
  }

  @Test(.enabled(if: isReadable, "needs the plates (VERNIER_DATA) and the plug-in for files"))
  func thePublishedSearchAgreesWithTheCheckedShifts() throws {
    let folder = try #require(Self.folder)
    for name in ShiftsStudy.published {
      let plate = try ShiftPlate(name: name, plate: StudyData.plane("\(folder)/plates/\(name).jpg"))
      let checked = try #require(CheckedShifts.all[name])
      // Thirds have the cut's step between them, so that only the horizontal shift compares.
      for (found, truth) in zip(plate.answers[.crossCorrelation] ?? [], [checked.blue, checked.red]) {
        #expect(abs(found[0] - truth[0]) < 0.6, "\(name): \(found) \(truth)")
      }
    }
  }

  @Test func thePublishedCutLeavesThirds() throws {
    // White paper of 5 samples around three grey bands.
    let (width, height) = (50, 100)
    let samples = (0..<width * height).map { index -> Float in
      let (x, y) = (index % width, index / width)
      return x < 5 || y < 5 || x >= 45 || y >= 95 ? 255 : 60
    }
    let exposures = try PublishedCut(Image(width: width, height: height, samples: samples)).exposures
    #expect(exposures.count == 3 && exposures.allSatisfy { $0.size == [39, 29] })
    #expect(abs(exposures[0].samples[0] - 60 / 255) < 1e-6)
  }
}
