/// Points of a fixed image at which a similarity is sampled: grid samples chosen on a jittered lattice.
struct SamplePoints<let rank: Int>: Sendable {
  /// The fixed image's values at the points.
  private(set) var values: [Float] = []
  /// Fixed indices relative to `origin`, filled up to a multiple of four by ones far outside.
  private var xs: [Float] = []
  private var ys: [Float] = []
  private var zs: [Float] = []
  /// The index about which offsets are taken: the grid's centre.
  let origin: Vector<rank>

  /// About `count` of the image's valid samples, one from each cell of a lattice at a place drawn by `seed`; all where
  /// there are no more than that.
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
    xs.reserveCapacity(reserve)
    ys.reserveCapacity(reserve)
    zs.reserveCapacity(reserve)
    let depth = rank == 3 ? size[rank - 1] : 1
    let stepZ = rank == 3 ? step[rank - 1] : 1
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
          xs.append(Float(Double(px) - origin[0]))
          ys.append(Float(Double(py) - origin[1]))
          zs.append(rank == 3 ? Float(Double(pz) - origin[rank - 1]) : 0)
        }
      }
    }
    while xs.count % 4 != 0 {
      xs.append(1e9)
      ys.append(1e9)
      zs.append(1e9)
    }
  }

  /// The number of groups of four points, the last of which may be filled up.
  var groups: Int { xs.count / 4 }

  /// The offset of a point from `origin` along each axis, with 1 in the last place.
  @inline(__always)
  func offset(_ index: Int) -> SIMD4<Double> { SIMD4(Double(xs[index]), Double(ys[index]), Double(zs[index]), 1) }

  /// The points as the moving image sees them through a map, for a loop over many.
  func withLocator<Result>(
    _ map: IndexMap<rank>, inside size: Size<rank>, _ body: (Locator) throws -> Result
  ) rethrows -> Result {
    try xs.withUnsafeBufferPointer { xs in
      try ys.withUnsafeBufferPointer { ys in
        try zs.withUnsafeBufferPointer { zs in
          try body(Locator(offsets: (xs.baseAddress, ys.baseAddress, zs.baseAddress), map, origin: origin, size: size))
        }
      }
    }
  }

  /// Sends points through an affine map. Valid inside ``SamplePoints/withLocator(_:inside:_:)`` only.
  struct Locator {
    private let offsets: (x: UnsafePointer<Float>?, y: UnsafePointer<Float>?, z: UnsafePointer<Float>?)
    private let linear: Matrix<rank>
    /// Where the origin goes.
    private let base: Vector<rank>
    private let most: Vector<rank>

    fileprivate init(
      offsets: (x: UnsafePointer<Float>?, y: UnsafePointer<Float>?, z: UnsafePointer<Float>?), _ map: IndexMap<rank>,
      origin: Vector<rank>, size: Size<rank>
    ) {
      self.offsets = offsets
      linear = map.linear
      base = map.linear * origin + map.offset
      most = Vector { Double(size[$0] - 1) + Border.tolerance }
    }

    /// How far the points of a group of four are from the origin, along each axis.
    @_transparent
    func offsets(ofGroup group: Int) -> (x: SIMD4<Double>, y: SIMD4<Double>, z: SIMD4<Double>) {
      (
        Self.load(offsets.x.unsafelyUnwrapped + 4 * group), Self.load(offsets.y.unsafelyUnwrapped + 4 * group),
        Self.load(offsets.z.unsafelyUnwrapped + 4 * group)
      )
    }

    /// Where the points of a group of four fall in the moving image, and which of them fall between its outermost
    /// centres; by at most 10⁻⁶ outside still counts. The others are put at the origin.
    @_transparent
    func positions(
      ofGroup group: Int
    ) -> (x: SIMD4<Double>, y: SIMD4<Double>, z: SIMD4<Double>, inside: SIMDMask<SIMD4<Int64>>) {
      let offset = offsets(ofGroup: group)
      let zero = SIMD4<Double>(repeating: 0)
      let x = place(0, offset)
      let y = place(1, offset)
      let z = rank == 3 ? place(rank - 1, offset) : zero
      // A position that is no number is not inside either, hence the comparisons from within.
      var inside = isInside(x, 0) .& isInside(y, 1)
      if rank == 3 { inside .&= isInside(z, rank - 1) }
      return (
        zero.replacing(with: x, where: inside), zero.replacing(with: y, where: inside),
        zero.replacing(with: z, where: inside), inside
      )
    }

    @_transparent
    private func place(_ axis: Int, _ offset: (x: SIMD4<Double>, y: SIMD4<Double>, z: SIMD4<Double>)) -> SIMD4<Double> {
      let plane = base[axis] + linear[axis, 0] * offset.x + linear[axis, 1] * offset.y
      return rank == 3 ? plane + linear[axis, rank - 1] * offset.z : plane
    }

    @_transparent
    private func isInside(_ position: SIMD4<Double>, _ axis: Int) -> SIMDMask<SIMD4<Int64>> {
      (position .>= SIMD4(repeating: -Border.tolerance)) .& (position .<= SIMD4(repeating: most[axis]))
    }

    @_transparent
    private static func load(_ pointer: UnsafePointer<Float>) -> SIMD4<Double> {
      SIMD4<Double>(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self))
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
