import Vernier

/// One image of a page: its samples as bytes, in the order in which they are displayed.
struct Layer: Sendable {
  /// One plane, or red, green and blue.
  var planes: [Plane]
  /// The brightness, by which images are compared.
  var brightness: Plane
  /// Whether it is to be embedded without loss.
  var isExact: Bool

  /// So many samples cost little without loss, and are seen enlarged.
  private static var fewSamples: Int { 1 << 16 }
  /// So many levels or fewer make a label map, a mask or a drawing: JPEG would blur them.
  private static var fewLevels: Int { 32 }

  init<let rank: Int>(_ image: ShownImage<rank>, on layout: Layout, window: Window) {
    let mask = image.brightness.mask
    brightness = layout.plane(image.brightness.samples, mask: mask, window: window)
    planes =
      image.colors.isEmpty
      ? [brightness] : image.colors.map { layout.plane($0.samples, mask: mask, window: window) }
    isExact = brightness.bytes.count <= Self.fewSamples || brightness.levels <= Self.fewLevels
  }

  /// The layer as picture files: its samples, and where some are missing, which hold data. The slices of a volume lie
  /// side by side, as the mosaic says.
  func encoded(
    as mosaic: Mosaic, by encoder: some PictureEncoder
  ) throws -> (picture: EncodedPicture, mask: EncodedPicture?) {
    let picture = try encoder.encode(planes.map { mosaic.picture($0.withoutGaps) }, isExact: isExact)
    guard brightness.bytes.contains(0) else { return (picture, nil) }
    let covered = Plane(size: brightness.size, bytes: brightness.bytes.map { $0 == 0 ? 0 : 255 })
    return (picture, try encoder.encode([mosaic.picture(covered)], isExact: true))
  }
}

extension Plane {
  /// The number of different bytes.
  fileprivate var levels: Int {
    var found = [Bool](repeating: false, count: 256)
    for byte in bytes { found[Int(byte)] = true }
    return found.count { $0 }
  }

  /// Samples that are not there take the value of the last one before them, so that nothing rings at their borders when
  /// the picture is compressed.
  fileprivate var withoutGaps: Self {
    var filled = self
    var last = bytes.first { $0 != 0 } ?? 128
    for index in bytes.indices {
      if bytes[index] == 0 { filled.bytes[index] = last } else { last = bytes[index] }
    }
    return filled
  }
}

/// How the slices of a volume lie in one picture: row by row, in tiles whose sides are multiples of JPEG's blocks, so
/// that no slice bleeds into the next. A picture is one tile of its own size.
struct Mosaic: Sendable, Equatable {
  private let size: [Int]
  let tile: [Int]
  let columns: Int
  private let rows: Int

  init(_ size: [Int]) {
    self.size = size
    let block = size[2] > 1 ? 8 : 1
    let tile = size.prefix(2).map { ($0 + block - 1) / block * block }
    self.tile = tile
    // As square as it goes, since the sides of JPEG files are bounded.
    columns = (1...size[2]).first { $0 * tile[0] >= (size[2] + $0 - 1) / $0 * tile[1] } ?? size[2]
    rows = (size[2] + columns - 1) / columns
  }

  func picture(_ plane: Plane) -> Image<2> {
    let width = columns * tile[0]
    guard size[2] > 1 else { return picture(width, plane.bytes.map(Float.init)) }
    var samples = [Float](repeating: 0, count: width * rows * tile[1])
    for slice in 0..<size[2] {
      let (row, column) = slice.quotientAndRemainder(dividingBy: columns)
      for y in 0..<tile[1] {
        let source = (slice * size[1] + min(y, size[1] - 1)) * size[0]
        let target = (row * tile[1] + y) * width + column * tile[0]
        for x in 0..<tile[0] { samples[target + x] = Float(plane.bytes[source + min(x, size[0] - 1)]) }
      }
    }
    return picture(width, samples)
  }

  private func picture(_ width: Int, _ samples: [Float]) -> Image<2> {
    guard let picture = try? Image(width: width, height: samples.count / width, samples: samples) else {
      preconditionFailure("a mosaic has as many samples as it says")
    }
    return picture
  }
}
