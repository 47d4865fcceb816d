/// Points of a fixed image at which a similarity is sampled: grid samples chosen on a jittered lattice.
struct SamplePoints<let rank: Int>: Sendable {
  /// The fixed image's values at the points.
  private(set) var values: [Float] = []
  /// Fixed indices relative to `origin`, with 1 in the last place.
  private var offsets: [SIMD4<Float>] = []
  /// The index about which offsets are taken: the grid's centre.
  let origin: Vector<rank>

  /// About `count` of the image's valid samples, one from each cell of a lattice at a place drawn by `seed`; all where there are
  /// no more than that.
  init(on image: Image<rank>, count: Int, seed: UInt64) {
    let size = image.size
    origin = Vector { Double(size[$0] - 1) / 2 }
    let total = image.mask.map { $0.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } } ?? image.samples.count
    // The largest cell, in samples, whose lattice still has `count` points.
    var cell = 1
    let spacing = image.grid.spacing
    let finest = spacing.elements.min() ?? 1
    func steps(_ cell: Int) -> [Int] { (0..<rank).map { max(1, Int(Double(cell) * finest / spacing[$0] + 0.5)) } }
    while total / steps(cell + 1).reduce(1, *) >= count { cell += 1 }
    let step = steps(cell)
    let whole = step.allSatisfy { $0 == 1 }
    var random = SplitMix64(seed: seed)
    let reserve = count > total / 2 ? total : count * 2
    values.reserveCapacity(reserve)
    offsets.reserveCapacity(reserve)
    let depth = rank == 3 ? size[2] : 1
    let stepZ = rank == 3 ? step[2] : 1
    for z in stride(from: 0, to: depth, by: stepZ) {
      for y in stride(from: 0, to: size[1], by: step[1]) {
        for x in stride(from: 0, to: size[0], by: step[0]) {
          let draw = whole ? 0 : random.next()
          let px = x + (whole ? 0 : (Int(draw & 0xFFFF) * step[0]) >> 16)
          let py = y + (whole ? 0 : (Int(draw >> 16 & 0xFFFF) * step[1]) >> 16)
          let pz = z + (whole ? 0 : (Int(draw >> 32 & 0xFFFF) * stepZ) >> 16)
          guard px < size[0], py < size[1], pz < depth else { continue }
          let index = (pz * size[1] + py) * size[0] + px
          if let mask = image.mask, mask[index] == 0 { continue }
          values.append(image.samples[index])
          offsets.append(
            SIMD4(
              Float(Double(px) - origin[0]), Float(Double(py) - origin[1]),
              rank == 3 ? Float(Double(pz) - origin[rank - 1]) : 0, 1))
        }
      }
    }
  }

  /// The offset of a point from `origin` along each axis, with 1 in the last place.
  @inline(__always)
  func offset(_ index: Int) -> SIMD4<Double> { SIMD4<Double>(offsets[index]) }

  /// The points as the moving image sees them through a map, for a loop over many.
  func withLocator<Result>(
    _ map: IndexMap<rank>, inside size: [Int], _ body: (Locator) throws -> Result
  ) rethrows -> Result {
    try offsets.withUnsafeBufferPointer { offsets in
      try body(Locator(offsets: offsets.baseAddress, map: map, origin: origin, size: size))
    }
  }

  /// Sends points through an affine map. Valid inside ``SamplePoints/withLocator(_:inside:_:)`` only.
  struct Locator {
    private let offsets: UnsafePointer<SIMD4<Float>>?
    /// The map's columns, and where the origin goes; unused places are 0.
    private var x = SIMD4<Double>.zero
    private var y = SIMD4<Double>.zero
    private var z = SIMD4<Double>.zero
    private var base = SIMD4<Double>.zero
    private var most = SIMD4<Double>.zero

    fileprivate init(
      offsets: UnsafePointer<SIMD4<Float>>?, map: IndexMap<rank>, origin: Vector<rank>, size: [Int]
    ) {
      self.offsets = offsets
      let middle = map.linear * origin + map.offset
      for axis in 0..<rank {
        x[axis] = map.linear[axis, 0]
        y[axis] = map.linear[axis, 1]
        if rank == 3 { z[axis] = map.linear[axis, 2] }
        base[axis] = middle[axis]
        most[axis] = Double(size[axis] - 1)
      }
      // A position that is no number is not inside either, hence the comparison from within.
      most += 1e-6
    }

    /// Where a point falls in the moving image, or nil outside its samples; by at most 10⁻⁶ outside still counts.
    @inline(__always)
    func position(_ index: Int) -> (x: Double, y: Double, z: Double)? {
      let offset = SIMD4<Double>(offsets.unsafelyUnwrapped[index])
      let at = base + x * offset.x + y * offset.y + z * offset.z
      guard all((at .>= -1e-6) .& (at .<= most)) else { return nil }
      return (at.x, at.y, at.z)
    }
  }
}

/// A small, fast generator with a fixed seed (Steele, Lea and Flood 2014): the same numbers on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
