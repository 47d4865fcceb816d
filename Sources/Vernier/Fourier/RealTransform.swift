/// A real Fourier transform of a fixed 2D size, single precision; ``FourierPlan`` says in what order.
struct RealTransform: Sendable {
  let width: Int
  let height: Int
  /// Complex values that a spectrum has: width × (height / 2 + 1).
  let spectrumCount: Int
  private let plan: any FourierPlan

  /// The transform of a size; its plan is made on first use.
  static func of(width: Int, height: Int) -> RealTransform {
    let kind = FourierPlans.Kind(isReal: true, width: width, height: height)
    return RealTransform(width: width, height: height, spectrumCount: kind.spectrumCount, plan: FourierPlans.of(kind))
  }

  func forward(_ real: borrowing FourierBuffer, into spectrum: borrowing FourierBuffer) {
    plan.forward(real.reals, into: spectrum.reals)
  }

  /// The unscaled inverse; destroys the spectrum.
  func backward(_ spectrum: borrowing FourierBuffer, into real: borrowing FourierBuffer) {
    plan.backward(spectrum.reals, into: real.reals)
  }

  /// The cyclic correlation of two images of these spectra: Σ a(p) b(p + k) at each shift k.
  ///
  /// - Parameter scratch: of a spectrum's size; overwritten.
  func correlate(
    _ left: borrowing FourierBuffer, _ right: borrowing FourierBuffer, scratch: borrowing FourierBuffer,
    into map: borrowing FourierBuffer
  ) {
    let (a, b, out) = (left.reals, right.reals, scratch.reals)
    let scale = 1 / Float(width * height)
    for index in 0..<spectrumCount {
      let (ar, ai) = (a[2 * index] * scale, -a[2 * index + 1] * scale)
      let (br, bi) = (b[2 * index], b[2 * index + 1])
      out[2 * index] = ar * br - ai * bi
      out[2 * index + 1] = ar * bi + ai * br
    }
    backward(scratch, into: map)
  }

  /// The least size not below `count` whose only factors are 2, 3 and 5, and which is a multiple of 8.
  static func fastSize(atLeast count: Int) -> Int {
    var size = (max(count, 8) + 7) / 8 * 8
    while true {
      var rest = size
      for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
      if rest == 1 { return size }
      size += 8
    }
  }
}
