import Testing
import Vernier
import VernierFiles

/// Which page of a TIFF file is which channel, slice and frame, and how large a pixel is.
@Suite(.enabled(if: filesPluginAvailable, pluginNeeded))
struct TIFFAxesTests {
  private let folder = TemporaryFolder()

  /// Pages of 2×1 samples that hold their number, the first with a description.
  private func pages(_ count: Int, description: String, resolution: Int? = nil) -> SmallTIFF {
    SmallTIFF(
      pages: (0..<count).map { number in
        var tags = SmallTIFF.tags(width: 2, height: 1, description: number == 0 ? description : nil)
        if let resolution {
          tags.merge([282: .rationals([(resolution, 1)]), 283: .rationals([(resolution, 1)])]) { $1 }
        }
        return SmallTIFF.Page(tags: tags, parts: [[UInt8(number), UInt8(number)]])
      })
  }

  private func read(_ file: SmallTIFF, _ part: String = "") throws -> ImageFile {
    write(file.bytes, to: folder("a.tif"))
    return try ImageFile.read(folder("a.tif") + part)
  }

  private func ome(_ pixels: String, _ inner: String = "") -> String {
    """
    <?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:1">\
    <Image ID="Image:0"><Pixels ID="Pixels:0" Type="uint8" SizeX="2" SizeY="1" \(pixels)>\(inner)</Pixels></Image></OME>
    """
  }

  /// The first sample of each slice of a channel.
  private func slices(_ image: ImageFile, _ channel: Int = 0) -> [Float] {
    let count = image.size[0] * image.size[1]
    let samples = image.channels[channel].samples
    return stride(from: 0, to: samples.count, by: count).map { samples[$0] }
  }

  @Test func dimensionOrderSaysWhichPageIsWhich() throws {
    let sizes = #"SizeC="2" SizeZ="3" SizeT="2""#
    // The number of the page of [t, c, z].
    let places: [(String, (Int, Int, Int) -> Int)] = [
      ("XYZCT", { t, c, z in z + 3 * c + 6 * t }), ("XYCZT", { t, c, z in c + 2 * z + 6 * t }),
      ("XYZTC", { t, c, z in z + 3 * t + 6 * c }), ("XYCTZ", { t, c, z in c + 2 * t + 4 * z }),
      ("XYTCZ", { t, c, z in t + 2 * c + 4 * z }), ("XYTZC", { t, c, z in t + 2 * z + 6 * c }),
    ]
    for (order, place) in places {
      let file = pages(12, description: ome("DimensionOrder=\"\(order)\" \(sizes)"))
      let whole = try read(file)
      #expect(whole.size == [2, 1, 3] && whole.source?.frames == 2 && whole.channels.count == 2, "\(order)")
      for time in 0..<2 {
        let frame = try read(file, "[t=\(time)]")
        for channel in 0..<2 {
          #expect(slices(frame, channel) == (0..<3).map { Float(place(time, channel, $0)) }, "\(order)")
        }
      }
      #expect(slices(try read(file, "[t=1,c=1,z=2]")) == [Float(place(1, 1, 2))])
    }
  }

  @Test func tiffDataSaysWhichPageIsWhich() throws {
    let sizes = #"DimensionOrder="XYZCT" SizeC="2" SizeZ="1" SizeT="1""#
    let swapped = #"<TiffData IFD="1" FirstC="0"/><TiffData IFD="0" FirstC="1"/>"#
    #expect(try read(pages(2, description: ome(sizes, swapped))).channels.map(\.samples[0]) == [1, 0])
    // A plane that no page holds is missing, and not a page at random.
    let half = pages(2, description: ome(sizes, #"<TiffData IFD="1" FirstC="1"/>"#))
    #expect(try read(half, "[c=1]").channels[0].samples[0] == 1)
    #expect(throws: FileError.self) { try read(half) }
  }

  @Test func planesInOtherFilesAreRefusedByTheirNames() throws {
    let sizes = #"DimensionOrder="XYZCT" SizeC="1" SizeZ="2" SizeT="1""#
    let spread = """
      <TiffData IFD="0" FirstZ="0"><UUID FileName="a.tif">urn:uuid:1</UUID></TiffData>\
      <TiffData IFD="0" FirstZ="1"><UUID FileName="b.tif">urn:uuid:2</UUID></TiffData>
      """
    let file = pages(1, description: ome(sizes, spread))
    #expect(throws: FileError.self) { try read(file) }
    do { _ = try read(file) } catch { #expect("\(error)".contains("several files, b.tif")) }
    #expect(try read(file, "[0]").size == [2, 1])
  }

  @Test func physicalSizesAreMillimetres() throws {
    let sizes = """
      DimensionOrder="XYZCT" SizeC="1" SizeZ="2" SizeT="1" PhysicalSizeX="0.2" PhysicalSizeY="300" \
      PhysicalSizeYUnit="nm" PhysicalSizeZ="0.0015" PhysicalSizeZUnit="mm"
      """
    let image = try read(pages(2, description: ome(sizes)))
    let spacing = try #require(image.volume.first).grid.spacing
    #expect((spacing - [0.0002, 0.0003, 0.0015]).length < 1e-12 && image.source?.unit == "µm")
    let pixels = try read(
      pages(2, description: ome(sizes.replacing("PhysicalSizeY=", with: "PhysicalSizeXUnit=\"pixel\" PhysicalSizeY="))))
    #expect(pixels.volume[0].grid == (try Grid(size: [2, 1, 2])) && pixels.source?.unit == nil)
  }

  @Test func imageJsHyperstacks() throws {
    let description = "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nunit=\\u00B5m\nspacing=1.5\n"
    let file = pages(12, description: description, resolution: 5)
    let image = try read(file, "[t=1]")
    #expect(slices(image, 1) == [7, 9, 11] && image.source?.frames == 2 && image.source?.unit == "µm")
    #expect((try #require(image.volume.first).grid.spacing - [0.0002, 0.0002, 0.0015]).length < 1e-9)
    #expect(try read(file).source?.remarks.count == 1)
    #expect(try read(file, "[1]").channels[0].samples == image.channels[0].samples)
  }

  @Test func oneDirectoryOfManyImages() throws {
    var file = pages(1, description: "ImageJ=1.53t\nimages=4\nframes=4\n")
    file.pages[0].parts = [[0, 0, 1, 1, 2, 2, 3, 3]]
    for frame in 0..<4 {
      let image = try read(file, "[t=\(frame)]")
      #expect(image.size == [2, 1] && image.channels[0].samples == [Float(frame), Float(frame)])
    }
  }

  @Test func aDescriptionThatDoesNotFitIsTold() throws {
    let image = try read(pages(3, description: "ImageJ=1.53t\nimages=9\nchannels=9\n"))
    #expect(image.size == [2, 1, 3])
    #expect(try #require(image.source?.remarks.first).contains("ImageJ description is of 9 images"))
    let broken = try read(pages(2, description: ome("SizeC=\"many\"")))
    #expect(broken.size == [2, 1, 2])
    #expect(try #require(broken.source?.remarks.first).contains("OME-XML cannot be used"))
  }

  @Test func arraysWithNamedAxes() throws {
    let file = pages(6, description: #"{"shape": [2, 3, 1, 2], "axes": "CTYX"}"#)
    let image = try read(file, "[t=2]")
    #expect(image.channels.map(\.samples[0]) == [2, 5] && image.source?.frames == 3)
    #expect(try read(pages(3, description: #"{"shape": [3, 1, 2]}"#)).size == [2, 1, 3])
  }

  @Test func pyramids() throws {
    func page(_ side: Int, _ value: UInt8) -> SmallTIFF.Page {
      .init(
        tags: SmallTIFF.tags(width: side, height: side), parts: [[UInt8](repeating: value, count: side * side)])
    }
    var whole = page(8, 1)
    whole.tags[270] = .text(
      ome(#"DimensionOrder="XYZCT" PhysicalSizeX="1" PhysicalSizeY="1""#)
        .replacing(#"SizeX="2" SizeY="1""#, with: #"SizeX="8" SizeY="8""#))
    whole.children = [page(4, 2), page(2, 3)].map {
      var copy = $0
      copy.tags[254] = .longs([1])
      return copy
    }
    let file = SmallTIFF(pages: [whole])
    #expect(try read(file).source?.levels == 3)
    let level = try read(file, "[level=2]")
    // The samples of a copy lie in the middle of those that they stand for.
    let grid = try #require(level.planes.first).grid
    #expect(grid.size == [2, 2] && level.planes[0].samples == [3, 3, 3, 3])
    #expect((grid.spacing - [0.004, 0.004]).length < 1e-12 && (grid.origin - [0.0015, 0.0015]).length < 1e-12)
    do { _ = try read(file, "[level=3]") } catch { #expect("\(error)".contains("3 levels")) }
  }

  @Test func pagesOfSeveralSizesAreNamed() throws {
    var file = pages(2, description: "")
    file.pages[1] = .init(tags: SmallTIFF.tags(width: 3, height: 3), parts: [[UInt8](repeating: 9, count: 9)])
    do { _ = try read(file) } catch { #expect("\(error)".contains("[0] is 2×1, [1] 3×3; choose a page")) }
    #expect(try read(file, "[1]").channels[0].samples.count == 9)
    #expect(try read(pages(3, description: ""), "[2]").channels[0].samples == [2, 2])
  }

  @Test func dotsPerInchAreNoPixelSize() throws {
    let image = try read(pages(1, description: "", resolution: 300))
    #expect(image.planes[0].grid.spacing == [1, 1] && image.source?.unit == nil)
  }

  @Test func sizesInNoLengthAreProportions() throws {
    let sizes =
      #"SizeC="1" SizeZ="3" SizeT="1" DimensionOrder="XYZCT" PhysicalSizeX="2" PhysicalSizeY="3" PhysicalSizeZ="4""#
    let units = #"PhysicalSizeXUnit="pixel" PhysicalSizeYUnit="pixel" PhysicalSizeZUnit="pixel""#
    for (description, expected) in [
      (ome("\(sizes) \(units)"), [1, 1.5, 2]),
      ("ImageJ=1.53t\nimages=3\nslices=3\nunit=pixel\nspacing=3.0\n", [1, 1, 3]),
    ] {
      let image = try read(pages(3, description: description))
      #expect(image.volume[0].grid.spacing.elements == expected && image.source?.unit == nil, "\(description)")
    }
    // Dots per inch are those of a print.
    let printed = try read(pages(3, description: "ImageJ=1.53t\nimages=3\nslices=3\nspacing=3.0\n", resolution: 300))
    #expect(printed.volume[0].grid.spacing == [1, 1, 1])
  }

  @Test func elementsOfOMEMayHaveAPrefix() throws {
    let plain = ome(#"SizeC="1" SizeZ="3" SizeT="1" DimensionOrder="XYZCT" PhysicalSizeX="2" PhysicalSizeY="2""#)
    let prefixed = plain.replacing("xmlns=", with: "xmlns:ome=").replacing("</", with: "</ome:").replacing(
      "<OME", with: "<ome:OME"
    ).replacing("<Image", with: "<ome:Image").replacing("<Pixels", with: "<ome:Pixels")
    let (first, second) = (try read(pages(3, description: plain)), try read(pages(3, description: prefixed)))
    #expect(second.size == [2, 1, 3] && second.volume[0].grid == first.volume[0].grid && second.source?.unit == "µm")
  }
}
