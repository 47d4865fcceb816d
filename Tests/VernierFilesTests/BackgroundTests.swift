import Testing
import Vernier
import VernierFiles

/// What is written where a moved image has no sample.
struct BackgroundTests {
  /// A picture of one value at its border, within 3 of it, and of many in its middle.
  private func framed(_ border: Float, middle: (Int) -> Float) throws -> Image<2> {
    try Image(
      width: 20, height: 20,
      samples: (0..<400).map { place in
        let (x, y) = (place % 20, place / 20)
        return (4..<16).contains(x) && (4..<16).contains(y) ? middle(place) : border + Float(place % 3 - 1)
      })
  }

  private func usual(
    _ channels: [Image<2>], _ type: SampleType, layout: ChannelLayout? = nil, nodata: Float? = nil,
    interpolation: Interpolation = .linear
  ) -> [Background] {
    var file = ImageFile(channels, layout: layout, sampleType: type)
    file.nodata = nodata
    return file.backgrounds(.usual, interpolation: interpolation)
  }

  @Test func aSlideGetsItsOwnWhite() throws {
    let slide = try framed(241) { Float(40 + $0 % 180) }
    #expect(usual([slide], .uint8) == [241])
    let colors = [slide, try framed(236) { Float($0 % 200) }, try framed(239) { Float(100 + $0 % 90) }]
    #expect(usual(colors, .uint8) == [241, 236, 239])
  }

  @Test func aDarkGroundIsBlack() throws {
    #expect(usual([try framed(4) { Float(50 + $0 % 200) }], .uint8) == [0])
    // With negative values 0 is no bound, and the ground is what it is.
    #expect(usual([try framed(-2) { Float($0 % 300) - 100 }], .float32) == [-2])
  }

  @Test func aPictureWithoutAGroundIsBlackOutside() throws {
    let picture = try Image(width: 30, height: 30, samples: (0..<900).map { Float($0 * 37 % 251) })
    #expect(usual([picture], .uint8) == [0])
    let slide = try framed(241) { Float(40 + $0 % 180) }
    #expect(usual([slide, try picture.cropped(to: slide)], .uint8, layout: ChannelLayout(isColor: false)) == [0, 0])
  }

  @Test func tomographyGetsItsPaddingOrAir() throws {
    let air = try framed(-1000) { Float($0 * 5 % 2000) - 300 }
    #expect(usual([air], .int16) == [-1001])
    // A streak is no padding.
    var samples = air.samples
    samples[210] = -1900
    #expect(usual([try Image(width: 20, height: 20, samples: samples)], .int16) == [-1024])
    let corners = [0, 1, 20, 19, 18, 39, 380, 360, 399, 379]
    for place in corners { samples[place] = -3024 }
    #expect(usual([try Image(width: 20, height: 20, samples: samples)], .int16) == [-3024])
  }

  @Test func labelsGetNone() throws {
    let labels = try framed(241) { Float($0 % 200) }
    #expect(usual([labels], .uint8, interpolation: .nearest) == [0])
    #expect(usual([labels], .uint8, interpolation: .linear) == [241])
    #expect(usual([labels.mapSamples { $0 + 0.5 }], .float32, interpolation: .nearest) == [241.5])
  }

  @Test func opacityIsNoneAndSoIsWhatTheFileSaysIsNone() throws {
    let slide = try framed(241) { Float(40 + $0 % 180) }
    let opaque = slide.mapSamples { _ in 255 }
    #expect(usual([slide, opaque], .uint8) == [241, 0])
    var file = ImageFile([slide, opaque], sampleType: .uint8)
    #expect(file.backgrounds(.value(9), interpolation: .linear) == [9, 0])
    #expect(file.backgrounds(.nearest, interpolation: .linear) == [.nearest(otherwise: 241), 0])
    #expect(file.backgrounds(.edge, interpolation: .linear) == [241, 0])
    file.layout.isAlphaAssociated = true
    #expect(file.backgrounds(.value(9), interpolation: .linear) == [0, 0])
    #expect(usual([slide], .float32, nodata: -9999) == [-9999])
    // What is transparent says nothing of the ground.
    let clear = try Image(width: 20, height: 20, samples: (0..<400).map { Float($0 % 20 < 3 ? 0 : 255) })
    let black = try Image(
      width: 20, height: 20, samples: (0..<400).map { $0 % 20 < 3 ? 0 : slide.samples[$0] })
    #expect(usual([black, clear], .uint8) == [241, 0])
  }

  @Test(arguments: SampleType.allCases) func aTypeHoldsWhatItCan(_ type: SampleType) {
    #expect(type.holds(0) && type.holds(127))
    let isFloat = type == .float32 || type == .float64
    #expect(type.holds(0.5) == isFloat && type.holds(.nan) == isFloat)
    #expect(type.holds(-1) == !type.rawValue.hasPrefix("u"))
    #expect(type.holds(300) == !type.rawValue.hasSuffix("int8"))
  }
}

extension Image where rank == 2 {
  fileprivate func cropped(to other: Self) throws -> Self {
    try Image(
      grid: other.grid,
      samples: (0..<other.grid.count).map { self[$0 % other.width, $0 / other.width] })
  }
}
