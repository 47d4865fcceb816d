import Vernier

/// What a page of many pairs shows of one: small pictures of the fixed image, of the moved one, and of both.
public struct PairPreview: Sendable {
  /// Width and height of each picture.
  let size: [Int]
  /// Each picture's name with its file.
  let files: [(name: String, picture: EncodedPicture)]

  /// Pictures of so few samples come without loss: enlarged, each of them is seen.
  private static let fewSamples = 64 * 64

  /// - Parameters:
  ///   - fixed: the fixed image; of a volume the middle slice across its third axis is shown.
  ///   - moved: the moving image on the same grid.
  ///   - side: the most samples along a side.
  ///   - encoder: makes the picture files.
  /// - Throws: what the encoder throws.
  public init<let rank: Int>(
    fixed: Image<rank>, moved: Image<rank>, side: Int, encodedBy encoder: some PictureEncoder
  ) throws {
    precondition(moved.grid.size == fixed.grid.size, "moved lies on the fixed grid")
    let layout = Layout(shown: fixed.grid, side: side, volumeSide: side)
    let (still, other) = (
      layout.middle(fixed.samples, mask: fixed.mask), layout.middle(moved.samples, mask: moved.mask)
    )
    size = [still.size[0], still.size[1]]
    let isExact = still.bytes.count <= Self.fewSamples
    func file(_ name: String, _ planes: [Plane]) throws -> (name: String, picture: EncodedPicture) {
      (name, try encoder.encode(try planes.map { try $0.picture() }, isExact: isExact))
    }
    // What coincides is grey; what is in the fixed image alone is green, in the moved one magenta.
    files = [
      try file("fixed", [still]), try file("moved", [other]), try file("both", [other, still, other]),
    ]
  }
}

extension Layout {
  /// The middle slice as displayed, from black to white between the quantiles of its own.
  fileprivate func middle(_ samples: [Float], mask: [UInt8]?) -> Plane {
    let whole = plane(samples, mask: mask, window: Window(samples, mask: mask))
    let count = whole.size[0] * whole.size[1]
    let start = whole.size[2] / 2 * count
    return Plane(size: [whole.size[0], whole.size[1], 1], bytes: Array(whole.bytes[start..<start + count]))
  }
}

extension Plane {
  fileprivate func picture() throws -> Image<2> {
    try Image(width: size[0], height: size[1], samples: bytes.map(Float.init))
  }
}
