/// Normal numbers, eight at a time: Box and Muller 1958 on integers hashed from a counter.
///
/// A picture's noise depends on its seed alone, and costs a tenth of what as many numbers drawn one by one cost
/// (``Degradation/applied(to:using:)``). Numbers have single precision and reach 5.6 standard deviations.
struct GaussianNoise {
  private typealias Lanes = SIMD8<Float>
  private typealias Words = SIMD8<UInt32>

  private let keys: (UInt32, UInt32)

  init(seed: UInt64) {
    keys = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// Adds noise of the given standard deviation to each sample.
  func add(deviation: Float, to samples: UnsafeMutablePointer<Float>, count: Int) {
    let blocks = count / 16
    for block in 0..<blocks {
      let (left, right) = normals(block: UInt32(truncatingIfNeeded: block))
      let place = UnsafeMutableRawPointer(samples + 16 * block)
      place.storeBytes(of: place.loadUnaligned(as: Lanes.self) + deviation * left, as: Lanes.self)
      let next = place + 32
      next.storeBytes(of: next.loadUnaligned(as: Lanes.self) + deviation * right, as: Lanes.self)
    }
    let (left, right) = normals(block: UInt32(truncatingIfNeeded: blocks))
    for index in 0..<(count - 16 * blocks) {
      samples[16 * blocks + index] += deviation * (index < 8 ? left[index] : right[index - 8])
    }
  }

  /// Sixteen independent normal numbers of a block.
  @inline(__always)
  private func normals(block: UInt32) -> (Lanes, Lanes) {
    let counter = Words(0, 1, 2, 3, 4, 5, 6, 7) &+ (block &* 8)
    let radius = Self.radius(hashed(counter &* 2))
    let (sine, cosine) = Self.direction(hashed(counter &* 2 &+ 1))
    return (radius * cosine, radius * sine)
  }

  /// Well mixed words of a counter (the multipliers of Wellons 2018, "Prospecting for hash functions"), with a key
  /// before and within.
  @inline(__always)
  private func hashed(_ counter: Words) -> Words {
    var x = counter &* 0x9E37_79B9 &+ keys.0
    x = (x ^ (x &>> 16)) &* 0x7FEB_352D
    x = (x ^ (x &>> 15)) &* 0x846C_A68B
    x = (x ^ (x &>> 16)) &+ keys.1
    x = (x ^ (x &>> 16)) &* 0x7FEB_352D
    x = (x ^ (x &>> 15)) &* 0x846C_A68B
    return x ^ (x &>> 16)
  }

  /// √(−2 ln u) of a word as u in 2⁻²³…1.
  @inline(__always)
  private static func radius(_ word: Words) -> Lanes {
    // [1, 2) has 2²³ equal steps; 2 − that lies in (0, 1].
    let u = 2 - Lanes(bits: (word &>> 9) | 0x3F80_0000)
    // u = m · 2^e with m in [√½, √2); ln m by the first terms of 2 artanh((m − 1) / (m + 1)).
    let bits = u.bits &+ (0x3F80_0000 &- 0x3F35_04F3)
    // 0x4B000000 is 2²³, whose last place is 1: the sum holds the exponent as a number.
    let exponent = Lanes(bits: (bits &>> 23) | 0x4B00_0000) - (8_388_608 + 127)
    let mantissa = Lanes(bits: (bits & 0x007F_FFFF) &+ 0x3F35_04F3)
    let z = (mantissa - 1) / (mantissa + 1)
    let series = polynomial(z * z, 2, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9)
    let logarithm = exponent * 0.693_147_18 + z * series
    // Rounding may leave −10⁻⁸ where u is 1.
    let argument = -2 * logarithm
    return squareRoot(argument.replacing(with: 0, where: argument .< 0))
  }

  /// Newton's iteration for 1 / √x from its exponent, to single precision; the library's root goes lane by lane.
  @inline(__always)
  private static func squareRoot(_ x: Lanes) -> Lanes {
    var inverse = Lanes(bits: 0x5F37_59DF &- (x.bits &>> 1))
    for _ in 0..<3 { inverse *= 1.5 - 0.5 * x * inverse * inverse }
    return x * inverse
  }

  /// Sine and cosine of an angle that is even over the circle: two bits for the quadrant, the others for the angle
  /// within ±45°.
  @inline(__always)
  private static func direction(_ word: Words) -> (sine: Lanes, cosine: Lanes) {
    let angle = (Lanes(bits: ((word & 0x3FFF_FFFF) &>> 7) | 0x3F80_0000) - 1.5) * (.pi / 2)
    let square = angle * angle
    let sine = angle * polynomial(square, 1, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 0)
    let cosine = polynomial(square, 1, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320)
    let quadrant = word &>> 30
    // All bits set where the quadrant is odd: there sine and cosine change places. (A choice by a mask of lanes goes
    // lane by lane.)
    let swap = (sine.bits ^ cosine.bits) & (0 &- (quadrant & 1))
    // Quadrants 0…3: (c, s), (−s, c), (−c, −s), (s, −c).
    let firstSign = ((quadrant ^ (quadrant &>> 1)) & 1) &<< 31
    let secondSign = (quadrant &>> 1) &<< 31
    return (Lanes(bits: sine.bits ^ swap ^ secondSign), Lanes(bits: cosine.bits ^ swap ^ firstSign))
  }

  /// a + b x + c x² + d x³ + e x⁴.
  @inline(__always)
  private static func polynomial(_ x: Lanes, _ a: Float, _ b: Float, _ c: Float, _ d: Float, _ e: Float) -> Lanes {
    var sum = x * e + d
    sum = sum * x + c
    sum = sum * x + b
    return sum * x + a
  }
}

extension SIMD8<Float> {
  @inline(__always)
  fileprivate init(bits: SIMD8<UInt32>) { self = unsafeBitCast(bits, to: Self.self) }

  @inline(__always)
  fileprivate var bits: SIMD8<UInt32> { unsafeBitCast(self, to: SIMD8<UInt32>.self) }
}
