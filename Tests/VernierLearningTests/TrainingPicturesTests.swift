import Testing
import Vernier

@testable import VernierLearning

struct TrainingPicturesTests {
  private let folder = TemporaryFolder()

  /// Records of CIFAR-10's layout, the pixel (x, y) of picture n being n · 40 + 4 · x + y.
  private func writeRecords(_ count: Int) throws -> String {
    var records: [UInt8] = []
    for number in 0..<count {
      let channel = (0..<1024).map { UInt8(number * 40 + $0 % 32 * 4 + $0 / 32) }
      records += [0] + channel + channel + channel
    }
    try folder.write("a.bin", records)
    return folder("a.bin")
  }

  private func recipe(side: Int) -> SyntheticPairs.Recipe {
    RotationNetwork.Configuration(side: side, widths: [4], hidden: 4, range: 20, loss: .meanAbsolute).usualRecipe
  }

  /// At a side of half the picture's, a tile is a part of the picture as it is.
  @Test func tilesLieSideBySide() throws {
    let pictures = try TrainingPictures([writeRecords(2)], for: recipe(side: 16), tiling: true)
    let (training, validation) = pictures.parted(holdingOut: 1, seed: 3)
    #expect(training.count == 5 && validation.count == 1)
    let first: Float = training[1].samples[0]
    for (tile, place) in zip(training.dropFirst(), [(0, 0), (16, 0), (0, 16), (16, 16)]) {
      #expect(tile.size == [16, 16])
      #expect(tile.samples[5 * 16 + 3] == first + Float(4 * (place.0 + 3) + place.1 + 5))
    }
  }

  @Test func tilesAreNoSmallerThanTheSide() throws {
    let path = try writeRecords(2)
    func count(_ side: Int, tiling: Bool) throws -> Int {
      try TrainingPictures([path], for: recipe(side: side), tiling: tiling).parted(holdingOut: 1, seed: 3).training
        .count
    }
    #expect(try count(8, tiling: true) == 1 + 4 + 16)
    #expect(try count(10, tiling: true) == 1 + 4)
    #expect(try count(17, tiling: true) == 1)
    #expect(try count(8, tiling: false) == 1)
  }
}
