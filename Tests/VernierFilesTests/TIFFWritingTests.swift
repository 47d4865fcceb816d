import Foundation
import Testing
import Vernier
import VernierFiles

/// What a TIFF file keeps of the one that its samples came from.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct TIFFWritingTests {
  private let folder = TemporaryFolder()

  private func read(_ file: SmallTIFF, _ part: String = "") throws -> ImageFile {
    write(file.bytes, to: folder("a.tif"))
    return try ImageFile.read(folder("a.tif") + part)
  }

  private func written(_ file: ImageFile) throws -> (ImageFile, text: String) {
    try file.write(to: folder("b.tif"))
    return (try ImageFile.read(folder("b.tif")), String(decoding: bytes(of: folder("b.tif")), as: UTF8.self))
  }

  @Test func theTagsOfAPlainPicture() throws {
    var tags = SmallTIFF.tags(width: 2, height: 1, bits: 12, samples: 2, description: "first line\nsecond line")
    tags.merge([
      338: .shorts([1]), 282: .rationals([(300, 1)]), 283: .rationals([(300, 1)]), 296: .shorts([2]),
      315: .text("a person"), 42113: .text("4095"),
    ]) { $1 }
    let image = try read(SmallTIFF(pages: [.init(tags: tags, parts: [[0, 0x10, 0x02, 0xff, 0xf0, 0x04]])]))
    let (back, text) = try written(image)
    #expect(back.planes.map(\.samples) == image.planes.map(\.samples) && back.sampleType == .uint16)
    #expect(back.layout == ChannelLayout(isColor: false, alpha: 1, isAlphaAssociated: true) && back.nodata == 4095)
    #expect(text.contains("first line\nsecond line") && text.contains("a person"))
  }

  @Test func thePixelSizeOfImageJ() throws {
    let description = "ImageJ=1.53t\nimages=4\nchannels=2\nslices=2\nunit=micron\nspacing=3\nmin=1.0\nmax=9.0\n"
    let pages = (0..<4).map { number in
      var tags = SmallTIFF.tags(width: 2, height: 2, description: number == 0 ? description : nil)
      tags.merge([282: .rationals([(20, 13)]), 283: .rationals([(20, 13)])]) { $1 }
      return SmallTIFF.Page(tags: tags, parts: [[UInt8](repeating: UInt8(number), count: 4)])
    }
    let image = try read(SmallTIFF(pages: pages))
    let (back, text) = try written(image)
    #expect(back.volume.map(\.samples) == image.volume.map(\.samples))
    #expect((try #require(back.volume.first).grid.spacing - [0.00065, 0.00065, 0.003]).length < 1e-9)
    #expect(back.source?.unit == "µm" && text.contains("unit=micron\nspacing=3\nmin=1.0\nmax=9.0\n"))
    // The grid of another image is written in that one's unit.
    var other = SmallTIFF.tags(width: 2, height: 2, description: "ImageJ=1.53t\nunit=mm\n")
    other.merge([282: .rationals([(2, 1)]), 283: .rationals([(2, 1)])]) { $1 }
    let fixed = try read(SmallTIFF(pages: [.init(tags: other, parts: [[1, 2, 3, 4]])]))
    let moved = try Image(grid: #require(fixed.planes.first).grid, samples: [5, 6, 7, 8])
    let channel = try read(SmallTIFF(pages: pages), "[c=1,z=0]").replacingChannels(by: [moved])
    let (placed, _) = try written(channel.placed(like: fixed))
    #expect(placed.source?.unit == "mm" && placed.planes[0].grid.spacing == [0.5, 0.5])
  }

  @Test func omeStaysOME() throws {
    let description = """
      <?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0" Name="cells">\
      <Description>a &lt;b&gt;</Description><Pixels ID="Pixels:0" Type="uint8" DimensionOrder="XYCZT" SizeX="2" SizeY="1" \
      SizeC="2" SizeZ="2" SizeT="1" PhysicalSizeX="0.5" PhysicalSizeY="0.5" PhysicalSizeZ="2"><Channel ID="C:0" Name="DAPI"/>\
      <Channel ID="C:1" Name="GFP"/></Pixels></Image></OME>
      """
    let pages = (0..<4).map { number in
      SmallTIFF.Page(
        tags: SmallTIFF.tags(width: 2, height: 1, description: number == 0 ? description : nil),
        parts: [[UInt8(number), 9]])
    }
    let image = try read(SmallTIFF(pages: pages))
    let (back, text) = try written(image)
    #expect(back.volume.map(\.samples) == image.volume.map(\.samples))
    #expect(back.volume[0].grid == image.volume[0].grid && back.source?.unit == "µm")
    #expect(text.contains("Name=\"DAPI\"") && text.contains("Name=\"cells\"") && text.contains("a &lt;b&gt;"))
  }

  /// ImageJ reads the planes of a stack behind the first page's samples, whatever the pages say.
  @Test(arguments: [(2, 1), (1, 2), (2, 3)]) func theSamplesOfAllPagesLieOneAfterAnother(channels: Int, slices: Int)
    throws
  {
    let grid = try Grid<3>(size: [9, 7, slices])
    let images = try (0..<channels).map { channel in
      try Image(grid: grid, samples: (0..<grid.count).map { Float(($0 * 31 + channel * 101) % 256) })
    }
    let file = ImageFile(images, layout: ChannelLayout(isColor: false), sampleType: .uint8)
    let (back, _) = try written(file)
    #expect(back.channels.map(\.samples) == images.map(\.samples))
    // Channels fastest, then slices.
    let planes = (0..<slices).flatMap { slice in
      images.flatMap { image in image.samples[(63 * slice)..<(63 * slice + 63)].map { UInt8($0) } }
    }
    #expect(Data(bytes(of: folder("b.tif"))).range(of: Data(planes)) != nil)
  }

  @Test func channelsThatAreNoOpacityMakeNoPNG() throws {
    let plane = try Image(grid: Grid<2>(size: [4, 4]), samples: (0..<16).map(Float.init))
    for count in [2, 4] {
      let file = ImageFile(
        [Image<2>](repeating: plane, count: count), layout: ChannelLayout(isColor: false), sampleType: .uint8)
      #expect { try file.write(to: folder("c.png")) } throws: { "\($0)".contains("would be opacity there") }
    }
  }
}
