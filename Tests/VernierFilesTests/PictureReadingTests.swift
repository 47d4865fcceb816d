import Foundation
import Testing
import Vernier
import VernierFiles

/// Files of 3×2 samples, as base64.
private enum SmallPictures {
  static let webP = "UklGRjAAAABXRUJQVlA4TCMAAAAvAkAAAC8gFkwkdufvmcQVPOox/8kaato2YEOdfzk1ov8xvQA="
  static let turnedWebP = """
    UklGRmQAAABXRUJQVlA4WAoAAAAIAAAAAgAAAQAAVlA4TCMAAAAvAkAAAC8gFkwkdufvmcQVPOox/8kaato2YEOdfzk1ov8xvQBFWElGGgAAAE1N\
    ACoAAAAIAAEBEgADAAAAAQAGAAAAAAAA
    """
  static let clearWebP = """
    UklGRkYAAABXRUJQVlA4TDkAAAAvAkAAEC8gECBjJ0pE6CAUQGMmkbSDSSBAxk6UKJGATNomdw3N/bRFRQ34P4AKAhIyJR8sEtH/mAQA
    """
  static let movingWebP = """
    UklGRqwAAABXRUJQVlA4WAoAAAACAAAAAgAAAQAAQU5JTQYAAAAAAAAAAABBTk1GPAAAAAAAAAAAAAIAAAEAAAAAAAJWUDhMIwAAAC8CQAAALyAW\
    TCR25++ZxBU86jH/yRpq2jZgQ51/OTWi/zG9AEFOTUY8AAAAAAAAAAAAAgAAAQAAAAAAAFZQOEwjAAAALwJAAAAvIBZMJHbn75nEFTzqMf/JGmra\
    NmBDnX85NaL/8U4A
    """
  static let movingGIF = """
    R0lGODdhAwACAIIAABQUFCgoKDw8PFBQUGRkZHh4eAAAAAAAACwAAAAAAwACAAAICQABBBAwgECBgAAh+QQBAAAGACwAAAAAAwACAIIUFBQoKCg8\
    PDxQUFBkZGR4eHgAAAAAAAAICQALEBggIACAgAA7
    """
  static let codestream = """
    /0//UQAvAAAAAAADAAAAAgAAAAAAAAAAAAAAAwAAAAIAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAQQEAAH/XAAHQEBISFD/ZAAlAAFDcmVh\
    dGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAA0AAH/k8+0DAcYq8fUBAa1x9QGBkjfo+0DAAJLf6PtAwACS3+j7QMAAkt//9k=
    """
  static let wideJPEG2000 = """
    AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAAgAAAAMAAQ8HAAAAAAAPY29scgEAAAAAABEAAACkanAy\
    Y/9P/1EAKQAAAAAAAwAAAAIAAAAAAAAAAAAAAAMAAAACAAAAAAAAAAAAAQ8BAf9SAAwAAAABAAEEBAAB/1wAB0CAiIiQ/2QAJQABQ3JlYXRlZCBi\
    eSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAALwAB/5Pf+JAoBv4/DifD/wMBz/xIGh/4YBgJgDcLRL1hln8JgDf/2Q==
    """
  /// What the colour pictures among them hold.
  static let colors: [[Float]] = [
    [10, 40, 70, 100, 130, 160], [20, 50, 80, 110, 140, 170], [30, 60, 90, 120, 150, 180],
  ]
}

/// PNG, JPEG, BMP, WebP, GIF and JPEG 2000 as other programs write them.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct PictureReadingTests {
  private let folder = TemporaryFolder()

  private func read(_ bytes: [UInt8], _ part: String = "") throws -> ImageFile {
    write(bytes, to: folder("a"))
    return try ImageFile.read(folder("a") + part)
  }

  private func read(_ base64: String, _ part: String = "") throws -> ImageFile {
    try read([UInt8](try #require(Data(base64Encoded: base64))), part)
  }

  private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func big(_ value: Int, _ count: Int) -> [UInt8] { little(value, count).reversed() }

  /// EXIF with an orientation and nothing else.
  private func exif(_ orientation: Int) -> [UInt8] {
    Array("MM".utf8) + big(42, 2) + big(8, 4) + big(1, 2) + big(0x0112, 2) + big(3, 2) + big(1, 4)
      + big(orientation, 2) + big(0, 2) + big(0, 4)
  }

  private func checksum(_ bytes: [UInt8]) -> Int {
    let sum = bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    return Int(~sum)
  }

  /// What an orientation makes of the stored rows 1 2 3 / 4 5 6.
  static let upright: [(Int, size: [Int], [Float])] = [
    (1, [3, 2], [1, 2, 3, 4, 5, 6]), (2, [3, 2], [3, 2, 1, 6, 5, 4]), (3, [3, 2], [6, 5, 4, 3, 2, 1]),
    (4, [3, 2], [4, 5, 6, 1, 2, 3]), (5, [2, 3], [1, 4, 2, 5, 3, 6]), (6, [2, 3], [4, 1, 5, 2, 6, 3]),
    (7, [2, 3], [6, 3, 5, 2, 4, 1]), (8, [2, 3], [3, 6, 2, 5, 1, 4]),
  ]

  @Test func theOrientationOfPNG() throws {
    let image = try Image(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6])
    try ImageFile([image], sampleType: .uint8).write(to: folder("b.png"))
    let plain = bytes(of: folder("b.png"))
    #expect(try read(plain).source?.orientation == nil)
    for (orientation, size, samples) in Self.upright {
      let chunk = Array("eXIf".utf8) + exif(orientation)
      // Behind the header, which takes 33 bytes.
      var tagged = Array(plain[..<33])
      tagged += big(chunk.count - 4, 4) + chunk
      tagged += big(checksum(chunk), 4) + plain[33...]
      let file = try read(tagged)
      #expect(file.size == size && file.planes[0].samples == samples, "\(orientation)")
      #expect(file.source?.orientation == orientation)
    }
  }

  @Test func theOrientationOfJPEG() throws {
    let image = try Image(width: 48, height: 32, samples: (0..<1536).map { Float($0 % 48 * 4 + $0 / 48) })
    try ImageFile([image], sampleType: .uint8).write(to: folder("b.jpg"), quality: 100)
    let plain = bytes(of: folder("b.jpg"))
    let stored = try read(plain).planes[0]
    for orientation in 1...8 {
      let block = Array("Exif".utf8) + [0, 0] + exif(orientation)
      var tagged = Array(plain[..<2]) + [0xff, 0xe1]
      tagged += big(block.count + 2, 2) + block
      tagged += plain[2...]
      let file = try read(tagged)
      #expect(file.size == (orientation > 4 ? [32, 48] : [48, 32]))
      let first = [stored[0, 0], stored[47, 0], stored[47, 31], stored[0, 31]]
      let corner = [0, 1, 2, 3, 0, 3, 2, 1][orientation - 1]
      #expect(file.planes[0].samples[0] == first[corner], "\(orientation)")
    }
  }

  /// A BMP file of 3×2 pixels with BITMAPINFOHEADER or a longer header, its rows from the top.
  private func bitmap(
    bits: Int, packing: Int = 0, masks: [Int] = [], palette: [[UInt8]] = [], rows: [[UInt8]], headerSize: Int = 40
  ) -> [UInt8] {
    let padded = rows.reversed().flatMap { $0 + [UInt8](repeating: 0, count: (4 - $0.count % 4) % 4) }
    var header =
      little(headerSize, 4) + little(3, 4) + little(2, 4) + little(1, 2) + little(bits, 2) + little(packing, 4)
      + little(padded.count, 4) + little(0, 8) + little(palette.count, 4) + little(0, 4)
    let numbers = masks.flatMap { little($0, 4) }
    header += headerSize > 40 ? numbers + [UInt8](repeating: 0, count: headerSize - 40 - numbers.count) : numbers
    header += palette.flatMap { $0 + [0] }
    let start = 14 + header.count
    return Array("BM".utf8) + little(start + padded.count, 4) + little(0, 4) + little(start, 4) + header + padded
  }

  @Test func masksOfBMP() throws {
    // 32 bits without masks are blue, green, red, and a byte that is not used.
    let plain = try read(
      bitmap(bits: 32, rows: [[3, 2, 1, 9, 6, 5, 4, 9, 9, 8, 7, 9], [12, 11, 10, 9, 15, 14, 13, 9, 18, 17, 16, 9]]))
    #expect(plain.planes.map(\.samples) == [[1, 4, 7, 10, 13, 16], [2, 5, 8, 11, 14, 17], [3, 6, 9, 12, 15, 18]])
    let row: [UInt8] = [1, 2, 3, 200, 4, 5, 6, 0, 7, 8, 9, 255]
    let masked = try read(
      bitmap(bits: 32, packing: 3, masks: [0xff, 0xff00, 0xff0000, 0xff00_0000], rows: [row, row], headerSize: 108))
    #expect(
      masked.planes.map(\.samples) == [
        [1, 4, 7, 1, 4, 7], [2, 5, 8, 2, 5, 8], [3, 6, 9, 3, 6, 9], [200, 0, 255, 200, 0, 255],
      ])
    #expect(masked.layout.alpha == 3)
    let short = try read(
      bitmap(
        bits: 16, packing: 3, masks: [0xf800, 0x07e0, 0x001f],
        rows: [[0, 0xf8, 0xe0, 0x07, 0x1f, 0], [0xff, 0xff, 0, 0, 0, 0]]))
    #expect(
      short.planes.map { Array($0.samples.prefix(4)) } == [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]])
  }

  @Test func palettesAndRunsOfBMP() throws {
    let grey = (0..<4).map { [UInt8](repeating: UInt8($0 * 10), count: 3) }
    let image = try read(bitmap(bits: 8, palette: grey, rows: [[0, 1, 2], [3, 2, 1]]))
    #expect(image.channels.count == 1 && image.planes[0].samples == [0, 10, 20, 30, 20, 10])
    // Two runs of the lower row, then plain indices of the upper one.
    let runs: [UInt8] = [2, 3, 1, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1]
    var file = bitmap(bits: 8, packing: 1, palette: grey, rows: [])
    file += runs
    #expect(try read(file).planes[0].samples == [10, 20, 30, 30, 30, 10])
  }

  @Test func webP() throws {
    #expect(try read(SmallPictures.webP).planes.map(\.samples) == SmallPictures.colors)
    let turned = try read(SmallPictures.turnedWebP)
    #expect(turned.size == [2, 3] && turned.planes[0].samples == [100, 10, 130, 40, 160, 70])
    let clear = try read(SmallPictures.clearWebP)
    #expect(clear.layout.alpha == 3 && clear.planes[3].samples == [255, 255, 0, 255, 10, 200])
    let moving = try read(SmallPictures.movingWebP)
    #expect(moving.source?.frames == 2 && moving.source?.remarks.count == 1)
    #expect(try read(SmallPictures.movingWebP, "[1]").planes[0].samples == [100, 130, 160, 10, 40, 70])
  }

  @Test func gif() throws {
    let first = try read(SmallPictures.movingGIF)
    #expect(first.source?.frames == 2 && first.channels.count == 1)
    #expect(first.planes[0].samples == [20, 40, 60, 80, 100, 120])
    #expect(try read(SmallPictures.movingGIF, "[t=1]").planes[0].samples == [120, 100, 80, 60, 40, 20])
  }

  @Test func jpeg2000() throws {
    #expect(try read(SmallPictures.codestream).planes.map(\.samples) == SmallPictures.colors)
    let wide = try read(SmallPictures.wideJPEG2000)
    #expect(wide.sampleType == .uint16 && wide.planes[0].samples == [1, 2, 3, 4, 5, 60000])
  }

  @Test(arguments: [SmallPictures.webP, SmallPictures.movingGIF])
  func whatEndsTooEarlyIsCutShort(_ base64: String) throws {
    let whole = [UInt8](try #require(Data(base64Encoded: base64)))
    for count in [30, whole.count / 2, whole.count - 8] {
      write(Array(whole.prefix(count)), to: folder("a"))
      do throws(FileError) {
        _ = try ImageFile.read(folder("a"))
        Issue.record("\(count) bytes were read")
      } catch {
        guard case .truncated = error.reason else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test func formatsThatAreNotReadAreNamed() throws {
    func words(_ bytes: [UInt8]) -> String {
      write(bytes, to: folder("a"))
      do throws(FileError) {
        _ = try ImageFile.read(folder("a"))
        return ""
      } catch { return error.description }
    }
    #expect(words([0, 0, 0, 24] + Array("ftypheic".utf8)).contains("HEIF, which is not read; save it as TIFF or PNG"))
    #expect(words(Array("ZISRAWFILE".utf8)).contains("Zeiss CZI"))
    #expect(words([0x89] + Array("HDF\r\n\u{1a}\n".utf8)).contains("HDF5"))
  }
}
