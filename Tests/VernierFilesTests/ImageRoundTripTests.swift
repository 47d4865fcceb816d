import Testing
import Vernier
import VernierFiles

@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct ImageRoundTripTests {
  let folder = TemporaryFolder()

  struct Case: CustomTestStringConvertible {
    var name: String
    var type: SampleType
    var channels: Int
    var rank: Int
    var testDescription: String { "\(name) \(type.rawValue) ×\(channels), rank \(rank)" }
  }

  static let lossless: [Case] = ["a.png", "a.tif", "a.bmp", "a.nii", "a.nii.gz", "a.nrrd", "a.mha"].flatMap { name in
    let format = ImageFormat(path: name)!
    return format.writableTypes.flatMap { type in
      [1, 2, 3, 4].flatMap { channels in
        [2, 3].compactMap { rank in
          let isBMP = format == .bmp && channels % 2 == 0
          let isFlat = rank == 3 && (format == .png || format == .bmp)
          return isBMP || isFlat ? nil : Case(name: name, type: type, channels: channels, rank: rank)
        }
      }
    }
  }

  @Test(arguments: lossless)
  func keepsSamplesAndGrid(_ test: Case) throws {
    let path = folder(test.name)
    if test.rank == 2 {
      let grid = try Grid<2>(
        size: [13, 7], spacing: [0.5, 1.25], origin: [-3.5, 8],
        direction: Matrix(rowMajor: [0.6, -0.8, 0.8, 0.6]))
      let channels = try (0..<test.channels).map {
        try Image(grid: grid, samples: samples(test.type, count: grid.count, seed: UInt64($0 + 1)))
      }
      try ImageFile(channels, sampleType: test.type).write(to: path)
      let back = try ImageFile.read(path)
      #expect(back.planes.map(\.samples) == channels.map(\.samples))
      try check(back, test, grid: grid, found: #require(back.planes.first).grid)
    } else {
      let grid = try Grid<3>(
        size: [7, 5, 4], spacing: [0.5, 1.25, 2], origin: [-3.5, 8, 40.25],
        direction: Matrix(rowMajor: [0, 0, 1, 0.6, -0.8, 0, 0.8, 0.6, 0]))
      let channels = try (0..<test.channels).map {
        try Image(grid: grid, samples: samples(test.type, count: grid.count, seed: UInt64($0 + 1)))
      }
      try ImageFile(channels, sampleType: test.type).write(to: path)
      let back = try ImageFile.read(path)
      #expect(back.volume.map(\.samples) == channels.map(\.samples))
      try check(back, test, grid: grid, found: #require(back.volume.first).grid)
    }
    #expect(folder.names == [test.name])
  }

  private func check<let rank: Int>(_ file: ImageFile, _ test: Case, grid: Grid<rank>, found: Grid<rank>) throws {
    #expect(file.sampleType == test.type)
    #expect(file.format == ImageFormat(path: test.name))
    if ImageFormat(path: test.name)!.isPlainPicture {
      #expect(found == (try Grid(size: grid.size)))
      return
    }
    if file.format == .tiff {
      #expect(found == (try Grid(size: grid.size, spacing: grid.spacing)) && file.source?.unit == "mm")
      return
    }
    let tolerance = test.name.contains(".nii") ? 1e-5 : 1e-12
    #expect(found.size == grid.size)
    for (here, there) in zip(found.corners, grid.corners) { #expect((here - there).length < tolerance) }
  }

  @Test func jpegIsCloseAndEightBit() throws {
    let image = try Image(width: 64, height: 48, samples: (0..<64 * 48).map { Float($0 % 64 * 3) })
    try ImageFile([image], sampleType: .uint8).write(to: folder("a.jpg"))
    let back = try ImageFile.read(folder("a.jpg"))
    let error = zip(back.planes[0].samples, image.samples).map { abs($0 - $1) }.max()
    #expect(try #require(error) < 8)
    #expect(back.sampleType == .uint8)
  }

  @Test func integersAreRoundedAndClamped() throws {
    let image = try Image(width: 6, height: 1, samples: [-7, 0.4, 0.6, 254.5, 300, .nan])
    try ImageFile([image], sampleType: .uint8).write(to: folder("a.png"))
    #expect(try ImageFile.read(folder("a.png")).planes[0].samples == [0, 0, 1, 254, 255, 0])
    try ImageFile([image], sampleType: .int8).write(to: folder("a.mha"))
    #expect(try ImageFile.read(folder("a.mha")).planes[0].samples == [-7, 0, 1, 127, 127, 0])
  }

  @Test func largestIntegersDoNotOverflow() throws {
    let image = try Image(width: 2, height: 1, samples: [-3e10, 3e10])
    try ImageFile([image], sampleType: .int32).write(to: folder("a.nrrd"))
    #expect(try ImageFile.read(folder("a.nrrd")).planes[0].samples == [-2_147_483_648, 2_147_483_648])
  }

  @Test(arguments: ["a.nii.gz", "a.nrrd", "a.mha"])
  func isCompressed(_ name: String) throws {
    let grid = try Grid<3>(size: [64, 64, 64])
    let image = try Image(grid: grid, samples: [Float](repeating: 7, count: grid.count))
    try ImageFile([image], sampleType: .int16).write(to: folder(name))
    #expect(bytes(of: folder(name)).count < grid.count / 10)
  }

  @Test func oneSliceIsAPicture() throws {
    let grid = try Grid<3>(size: [5, 4, 1], spacing: [2, 3, 4], origin: [1, 2, 3])
    let image = try Image(grid: grid, samples: samples(.uint8, count: 20))
    try ImageFile([image], sampleType: .uint8).write(to: folder("a.nrrd"))
    let back = try ImageFile.read(folder("a.nrrd"))
    #expect(back.planes[0].grid == (try Grid(size: [5, 4], spacing: [2, 3], origin: [1, 2])))
    #expect(back.planes[0].samples == image.samples)
  }

  @Test func sliceAcrossTheVolumeHasNoDirection() throws {
    let sagittal = Matrix<3>(rowMajor: [0, 0, 1, 1, 0, 0, 0, 1, 0])
    let grid = try Grid<3>(size: [5, 4, 1], direction: sagittal)
    let image = try Image(grid: grid, samples: samples(.uint8, count: 20))
    try ImageFile([image], sampleType: .uint8).write(to: folder("a.mha"))
    #expect(try ImageFile.read(folder("a.mha")).planes[0].grid.direction == .identity)
  }

  @Test func channelsAreReplacedInTheSameType() throws {
    let image = try Image(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6])
    try ImageFile([image], sampleType: .uint16).write(to: folder("a.png"))
    let moved = try ImageFile.read(folder("a.png")).replacingChannels(by: [image.mapSamples { $0 * 2 }])
    #expect(moved.sampleType == .uint16)
    #expect(moved.planes[0].samples == [2, 4, 6, 8, 10, 12])
  }

  @Test func luminanceWeighsColoursAndLeavesAlphaOut() throws {
    func image(_ value: Float) throws -> Image<2> { try Image(width: 1, height: 1, samples: [value]) }
    func luminance(_ values: [Float]) throws -> Float? {
      guard case .plane(let plane) = ImageFile(try values.map(image)).luminance else { return nil }
      return plane.samples[0]
    }
    #expect(try luminance([9]) == 9)
    #expect(try luminance([9, 0]) == 9)
    #expect(abs(try #require(try luminance([100, 50, 10])) - 60.39) < 1e-4)
    #expect(abs(try #require(try luminance([100, 50, 10, 0])) - 60.39) < 1e-4)
  }
}
