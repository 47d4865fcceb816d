import Testing
import Vernier
import VernierFiles

/// TIFF files as microscopes, scanners and NumPy write them.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct TIFFReadingTests {
  private let folder = TemporaryFolder()
  private let width = 5
  private let height = 4

  private func read(_ file: SmallTIFF, _ part: String = "") throws -> ImageFile {
    write(file.bytes, to: folder("a.tif"))
    return try ImageFile.read(folder("a.tif") + part)
  }

  private func reason(_ file: SmallTIFF, _ part: String = "") -> String? {
    write(file.bytes, to: folder("a.tif"))
    do throws(FileError) {
      _ = try ImageFile.read(folder("a.tif") + part)
      return nil
    } catch { return "\(error.reason)" }
  }

  /// Numbers in rows whose bits are packed, the first bit the most significant.
  private func packed(_ numbers: [Int], bits: Int, perRow: Int) -> [UInt8] {
    stride(from: 0, to: numbers.count, by: perRow).flatMap { start -> [UInt8] in
      let row = numbers[start..<start + perRow].flatMap { number in (0..<bits).reversed().map { number >> $0 & 1 } }
      return stride(from: 0, to: row.count, by: 8).map { at in
        (0..<8).reduce(0) { $0 << 1 | (at + $1 < row.count ? UInt8(row[at + $1]) : 0) }
      }
    }
  }

  private func numbers(_ bits: Int) -> [Int] { (0..<20).map { ($0 * 997 + 13) % (1 << min(bits, 20)) } }

  @Test(arguments: [1, 2, 3, 4, 6, 7, 8, 10, 12, 14, 15, 16, 17, 24, 31, 32, 64], [false, true])
  func anyNumberOfBits(_ bits: Int, isBigEndian: Bool) throws {
    let numbers = numbers(bits)
    var file = SmallTIFF(pages: [], isBigEndian: isBigEndian)
    let isOfBytes = [8, 16, 24, 32, 64].contains(bits)
    let data = isOfBytes ? numbers.flatMap { file.number($0, bits / 8) } : packed(numbers, bits: bits, perRow: width)
    file.pages = [.init(tags: SmallTIFF.tags(width: width, height: height, bits: bits), parts: [data])]
    let image = try read(file)
    #expect(image.planes[0].samples == numbers.map(Float.init))
    let expected: SampleType = bits <= 8 ? .uint8 : bits <= 16 ? .uint16 : bits <= 32 ? .uint32 : .uint64
    #expect(image.sampleType == expected)
  }

  @Test(arguments: [5, 8, 12, 16, 32])
  func integersWithASign(_ bits: Int) throws {
    let numbers = numbers(bits).map { $0 - (1 << min(bits, 20)) / 2 }
    var file = SmallTIFF(pages: [])
    let data =
      [8, 16, 32].contains(bits)
      ? numbers.flatMap { file.number($0, bits / 8) }
      : packed(numbers.map { $0 & ((1 << bits) - 1) }, bits: bits, perRow: width)
    file.pages = [.init(tags: SmallTIFF.tags(width: width, height: height, bits: bits, format: 2), parts: [data])]
    #expect(try read(file).planes[0].samples == numbers.map(Float.init))
  }

  @Test func shortFloats() throws {
    let file = SmallTIFF(pages: [])
    let halves: [(UInt16, Float)] = [(0x3c00, 1), (0xc000, -2), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8)]
    let half = SmallTIFF(pages: [
      .init(
        tags: SmallTIFF.tags(width: 4, height: 1, bits: 16, format: 3),
        parts: [halves.flatMap { file.number(Int($0.0), 2) }])
    ])
    #expect(try read(half).planes[0].samples == halves.map(\.1))
    let triples: [(Int, Float)] = [(0x3f0000, 1), (0xc00000, -2), (0x3e8000, 0.75)]
    let triple = SmallTIFF(pages: [
      .init(
        tags: SmallTIFF.tags(width: 3, height: 1, bits: 24, format: 3),
        parts: [triples.flatMap { file.number($0.0, 3) }])
    ])
    #expect(try read(triple).planes[0].samples == triples.map(\.1))
    #expect(try read(triple).sampleType == .float32)
  }

  @Test func tilesAndAbsentTiles() throws {
    // 20×18 in tiles of 16×16; the second was never written.
    func tile(_ value: UInt8) -> [UInt8] { [UInt8](repeating: value, count: 256) }
    var tags = SmallTIFF.tags(width: 20, height: 18)
    tags[278] = nil
    tags.merge([322: .shorts([16]), 323: .shorts([16]), 42113: .text("9")]) { $1 }
    let file = SmallTIFF(pages: [.init(tags: tags, parts: [tile(1), nil, tile(3), tile(4)], isTiled: true)])
    let image = try read(file)
    let plane = image.planes[0]
    #expect([plane[0, 0], plane[19, 0], plane[0, 17], plane[19, 17]] == [1, 9, 3, 4])
    // What is not there does not count.
    #expect(image.nodata == 9 && plane.mask?[19] == 0 && plane.mask?[0] == 1)
  }

  @Test func samplesInPlanes() throws {
    var tags = SmallTIFF.tags(width: 2, height: 2, samples: 3, photometric: 2)
    tags[284] = .shorts([2])
    let file = SmallTIFF(pages: [.init(tags: tags, parts: [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])])
    let image = try read(file)
    #expect(image.planes.map(\.samples) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    #expect(image.layout == ChannelLayout(isColor: true))
  }

  @Test func whiteAsZeroIsTurnedRound() throws {
    var file = SmallTIFF(pages: [
      .init(tags: SmallTIFF.tags(width: 3, height: 1, photometric: 0), parts: [[0, 100, 255]])
    ])
    #expect(try read(file).planes[0].samples == [255, 155, 0])
    file.pages = [
      .init(tags: SmallTIFF.tags(width: 3, height: 1, bits: 4, photometric: 0), parts: [[0x0f, 0x30]])
    ]
    #expect(try read(file).planes[0].samples == [15, 0, 12])
  }

  @Test func palettesAndInksAreColours() throws {
    var tags = SmallTIFF.tags(width: 2, height: 1, bits: 1, photometric: 3)
    tags[320] = .shorts([0x0100, 0xff00, 0x0200, 0x8000, 0x0300, 0x4000])
    let palette = try read(SmallTIFF(pages: [.init(tags: tags, parts: [[0x40]])]))
    #expect(palette.planes.map(\.samples) == [[1, 255], [2, 128], [3, 64]] && palette.layout.isColor)
    let inks = try read(
      SmallTIFF(pages: [
        .init(
          tags: SmallTIFF.tags(width: 2, height: 1, samples: 4, photometric: 5),
          parts: [[0, 255, 0, 0, 51, 0, 0, 255]])
      ]))
    #expect(inks.planes.map(\.samples) == [[255, 0], [0, 0], [255, 0]])
  }

  @Test func opacityIsToldFromFurtherChannels() throws {
    func layout(_ extras: [Int]) throws -> ChannelLayout {
      let samples = 3 + extras.count
      var tags = SmallTIFF.tags(width: 1, height: 1, samples: samples, photometric: 2)
      tags[338] = .shorts(extras)
      return try read(
        SmallTIFF(pages: [.init(tags: tags, parts: [[UInt8](repeating: 7, count: samples)])])
      ).layout
    }
    #expect(try layout([0]) == ChannelLayout(isColor: true))
    #expect(try layout([2]) == ChannelLayout(isColor: true, alpha: 3))
    #expect(try layout([1]) == ChannelLayout(isColor: true, alpha: 3, isAlphaAssociated: true))
    #expect(try layout([0, 2]) == ChannelLayout(isColor: true, alpha: 4))
  }

  @Test func opacityIsAMask() throws {
    var tags = SmallTIFF.tags(width: 4, height: 1, samples: 2)
    tags[338] = .shorts([1])
    let file = SmallTIFF(pages: [.init(tags: tags, parts: [[100, 255, 40, 204, 9, 127, 0, 0]])])
    guard case .plane(let image) = try read(file).luminance else { return }
    #expect(image.mask == [1, 1, 0, 0])
    // Associated: what was multiplied by the opacity is as before.
    #expect(image.samples[0] == 100 && image.samples[1] == 50)
  }

  @Test(arguments: 1...8)
  func samplesComeUpright(_ orientation: Int) throws {
    // 3×2 upright: 1 2 3 / 4 5 6; what is stored under each tag (TIFF 6.0, Orientation).
    let stored: [[UInt8]] = [
      [1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4], [6, 5, 4, 3, 2, 1], [4, 5, 6, 1, 2, 3],
      [1, 4, 2, 5, 3, 6], [3, 6, 2, 5, 1, 4], [6, 3, 5, 2, 4, 1], [4, 1, 5, 2, 6, 3],
    ]
    let isTurned = orientation > 4
    var tags = SmallTIFF.tags(width: isTurned ? 2 : 3, height: isTurned ? 3 : 2)
    tags[274] = .shorts([orientation])
    let image = try read(SmallTIFF(pages: [.init(tags: tags, parts: [stored[orientation - 1]])]))
    #expect(image.size == [3, 2] && image.planes[0].samples == [1, 2, 3, 4, 5, 6])
    #expect(image.source?.orientation == orientation)
  }

  @Test func whatCannotBeReadIsNamed() {
    func page(_ change: (inout [Int: SmallTIFF.Value]) -> Void) -> SmallTIFF {
      var tags = SmallTIFF.tags(width: 4, height: 4, bits: 16)
      change(&tags)
      return SmallTIFF(pages: [.init(tags: tags, parts: [[UInt8](repeating: 0, count: 256)])])
    }
    #expect(reason(page { $0[339] = .shorts([5]) })?.contains("complex numbers") == true)
    #expect(reason(page { $0[262] = .shorts([32803]) })?.contains("raw mosaic") == true)
    #expect(reason(page { $0[259] = .shorts([50002]) })?.contains("JPEG XL") == true)
    #expect(
      reason(
        page {
          $0[259] = .shorts([34676])
          $0[262] = .shorts([32845])
        })?.contains("LogLuv") == true)
    #expect(reason(page { $0[50706] = .bytes([1, 4, 0, 0]) })?.contains("DNG") == true)
    #expect(reason(page { $0[258] = .shorts([48]) })?.contains("48 bits") == true)
  }

  @Test func onlyWhatEndsTooEarlyIsCutShort() throws {
    let file = SmallTIFF(pages: [
      .init(tags: SmallTIFF.tags(width: 4, height: 4), parts: [[UInt8](repeating: 5, count: 16)])
    ])
    // The strip claims more than the file has.
    var longer = file
    longer.pages[0].tags[257] = .longs([400])
    longer.pages[0].tags[278] = .longs([400])
    #expect(reason(longer)?.contains("cut short") == true)
    // The strips that there are do not make the picture.
    var fewer = file
    fewer.pages[0].tags[278] = .longs([2])
    let words = try #require(reason(fewer))
    #expect(words.contains("1 of the 2 parts") && !words.contains("cut short"))
  }
}
