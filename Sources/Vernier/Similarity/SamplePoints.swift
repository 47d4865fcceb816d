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
    let rows = size.dropFirst().reduce(1, *)
    let reserve = count > total / 2 ? total : count * 2
    values.reserveCapacity(reserve)
    offsets.reserveCapacity(reserve)
    let depth = rank == 3 ? size[2] : 1
    let stepZ = rank == 3 ? step[2] : 1
    _ = rows
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

  /// Where a point falls in the moving image, or nil outside its samples.
  @inline(__always)
  func position(
    _ index: Int, through map: IndexMap<rank>, inside size: [Int]
  ) -> (x: Double, y: Double, z: Double)? {
    let offset = offsets[index]
    var at = InlineArray<3, Double>(repeating: 0)
    for axis in 0..<rank {
      var sum = map.offset[axis]
      for column in 0..<rank { sum += map.linear[axis, column] * (Double(offset[column]) + origin[column]) }
      guard sum >= -1e-6, sum <= Double(size[axis] - 1) + 1e-6 else { return nil }
      at[axis] = sum
    }
    return (at[0], at[1], at[2])
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
