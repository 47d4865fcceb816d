import Testing

@testable import Vernier

/// A mask that holds a block is the image cut down to the block, in every stage.
@Suite struct MaskTests {
  static let truth = Affine<2>(
    .init(rotation: [35], scale: [1, 1], shear: [0], translation: [6, -5], center: [95.5, 95.5]))

  @Test(arguments: [Metric.crossCorrelation, .mutualInformation, .gradientFields], [true, false])
  func aMaskedPictureIsACroppedOne(metric: Metric, masksFixed: Bool) throws {
    let (fixed, moving) = cutPair(side: 192, truth: Self.truth, seed: 61)
    let (corner, size) = ([40, 32], [112, 128])
    let registration = Registration(model: .rigid, metric: metric)
    let masked = try registration.align(
      masksFixed ? moving : moving.maskedBlock(corner: corner, size: size),
      to: masksFixed ? fixed.maskedBlock(corner: corner, size: size) : fixed)
    let cropped = try registration.align(
      masksFixed ? moving : moving.cropped(corner: corner, size: size),
      to: masksFixed ? fixed.cropped(corner: corner, size: size) : fixed)
    let between = cornerError(masked.linear, cropped.linear, on: fixed.grid)
    let error = cornerError(masked.linear, Self.truth, on: fixed.grid)
    // Gradient fields see the border of the block: the weakest of the three.
    #expect(between < (metric == .gradientFields ? 0.05 : 0.012))
    #expect(error < (metric == .gradientFields ? 0.2 : 0.03))
  }

  @Test(arguments: [true, false]) func aMaskedVolumeIsACroppedOne(masksFixed: Bool) throws {
    let grid = try Grid<3>(size: [48, 52, 44])
    let truth: Affine<3> = motion(.rigid, on: grid, strength: 3)
    let (fixed, moving) = try SmoothField<3>.filling(side: 52, seed: 62).pair(truth: truth, on: grid)
    let (corner, size) = ([8, 6, 7], [34, 40, 32])
    let registration = Registration(model: .rigid)
    let masked = try registration.align(
      masksFixed ? moving : moving.maskedBlock(corner: corner, size: size),
      to: masksFixed ? fixed.maskedBlock(corner: corner, size: size) : fixed)
    let cropped = try registration.align(
      masksFixed ? moving : moving.cropped(corner: corner, size: size),
      to: masksFixed ? fixed.cropped(corner: corner, size: size) : fixed)
    let between = cornerError(masked.linear, cropped.linear, on: grid)
    let error = cornerError(masked.linear, truth, on: grid)
    #expect(between < 0.001)
    #expect(error < 0.02)
  }

  @Test func whatTheMaskLeavesOutMayBeAnything() throws {
    let (fixed, moving) = cutPair(side: 128, truth: InvarianceTests.truth, seed: 63)
    let masked = try fixed.maskedBlock(corner: [20, 10], size: [90, 100])
    let spoilt = { (value: Float) in
      Image(
        unchecked: masked.grid,
        samples: zip(masked.samples, masked.mask ?? []).map { $1 == 0 ? value : $0 }, mask: masked.mask)
    }
    let registration = Registration(model: .rigid)
    let plain = try registration.align(moving, to: masked)
    for value in [0, 1e6, Float.nan, .infinity] {
      let other = try registration.align(moving, to: spoilt(value))
      let error = cornerError(other.linear, plain.linear, on: fixed.grid)
      #expect(error < 1e-9, "\(value) outside the mask")
      #expect(other.verdict == plain.verdict)
    }
  }

  @Test func aMaskOfOnesIsNoMask() throws {
    let (fixed, moving) = cutPair(side: 128, truth: InvarianceTests.truth, seed: 64)
    let registration = Registration(model: .rigid)
    let plain = try registration.align(moving, to: fixed)
    let marked = try registration.align(
      moving.maskedBlock(corner: [0, 0], size: [128, 128]), to: fixed.maskedBlock(corner: [0, 0], size: [128, 128]))
    #expect(cornerError(marked.linear, plain.linear, on: fixed.grid) < 1e-6)
  }

  @Test func aBrightPatchOutsideTheMaskMisleadsNobody() throws {
    // A label that stands still on the glass while the scene moves: without the mask it is what a search would match.
    let (fixed, moving) = cutPair(side: 160, truth: Affine(translation: [22, 14]), seed: 65)
    func labelled(_ image: Image<2>) throws -> Image<2> {
      var samples = image.samples
      var mask = [UInt8](repeating: 1, count: samples.count)
      for y in 60..<100 {
        for x in 40..<120 {
          samples[y * 160 + x] = (x / 8 + y / 8) % 2 == 0 ? 2000 : -2000
          mask[y * 160 + x] = 0
        }
      }
      return try Image(width: 160, height: 160, samples: samples, mask: mask)
    }
    let found = try Registration(model: .rigid).align(labelled(moving), to: labelled(fixed))
    let error = cornerError(found.linear, Affine(translation: [22, 14]), on: fixed.grid)
    #expect(error < 0.001)
  }
}
