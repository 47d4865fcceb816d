import Testing
import Vernier

@testable import VernierStudies

@Suite struct LabelledVolumesTests {
  @Test func withoutFilesThereAreTheCubes() throws {
    let sets = try LabelledVolumes.all(data: "/nonexistent", seed: 3, count: 2, threads: 2)
    #expect(sets.map(\.title) == ["Synthetic", "Synthetic, 128³"])
    #expect(try sets.map { try $0.pair(0).fixed.size } == [[64, 64, 64], [128, 128, 128]])
    let pair = try sets[0].pair(1)
    func outcome(_ way: VolumeMethod.Way) throws -> VolumeOutcome? {
      try VolumeOutcome(pair, way, deforms: false, methods: Method.classical)
    }
    let none = try #require(try outcome(.none))
    let truth = try #require(try outcome(.truth))
    let found = try #require(try outcome(.chain("search+refine")))
    #expect(none.dice < 0.9 && none.verdict == nil && none.seconds == 0)
    #expect(truth.dice > 0.94 && truth.dice < 1 && truth.hausdorff95 < none.hausdorff95)
    #expect(abs(found.dice - truth.dice) < 0.005 && found.verdict == .aligned && found.seconds > 0)
    #expect(truth.information > none.information && truth.normalizedInformation > none.normalizedInformation)
    // Only the border of the material differs from the label, of which there is one.
    #expect(abs(truth.dice - truth.labelDice) < 0.05)
    #expect(try outcome(.deformed("search+refine")) == nil && outcome(.published) == nil)
  }

  @Test func tablesHaveThePapersFigures() throws {
    let set = try #require(LabelledVolumes.all(data: "/nonexistent", seed: 3, count: 1, threads: 2).first)
    let rows = VolumeMethod.all.map { VolumeTables.Row(method: $0, obstacle: "no model file") }
    let text = VolumeTables.section(set, rows)
    let line = try #require(text.split(separator: "\n").first { $0.contains("stn-separate`)") })
    #expect(line.contains("| 0.937") && line.contains("| 17.68") && line.contains("no model file"))
    #expect(text.contains("| SimpleITK, published") && text.contains("| 0.820"))
    #expect(PublishedVolumes.separate.information(.people) == 0.344)
    #expect(PublishedVolumes.separate.information(.cubes) == nil && PublishedVolumes.none.hausdorff(.twice) == nil)
  }

  private static let folder = dataFolder(with: "mri_oasis_malf")

  private static let isReadable =
    folder.map { folder in
      StudyData(root: folder).files("mri_oasis_malf", ["gz"]).first.map { (try? StudyData.volume($0)) != nil } ?? false
    } ?? false

  @Test(.enabled(if: isReadable, "needs the brains (VERNIER_DATA) and the plug-in for files"))
  func peopleAreNotPairedWithThemselves() throws {
    let sets = try LabelledVolumes.all(data: #require(Self.folder), seed: 1, count: 20, threads: 2)
    #expect(
      sets.map(\.title) == [
        "Synthetic", "Synthetic, 128³", "Rotated", "Translated", "Transl.-rotated", "People", "One person twice",
      ])
    #expect(sets[5].count == 20 && sets[5].deforms && sets[6].count == 4 && !sets[6].deforms)
    let (pair, untouched) = (try sets[4].pair(0), try sets[4].pair(0))
    #expect(pair.moving.samples == untouched.moving.samples && pair.labels.fixed.isPlaced(as: pair.fixed))
  }
}
