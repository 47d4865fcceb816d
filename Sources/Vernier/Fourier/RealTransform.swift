import CFFTW

/// A real Fourier transform of a fixed 2D size, single precision, by FFTW.
struct RealTransform: Sendable {
  let width: Int
  let height: Int
  /// Complex values a spectrum has: height × (width / 2 + 1).
  let spectrumCount: Int
  private let plans: FourierPlans

  /// The transform of a size; its plans are made on first use.
  static func of(width: Int, height: Int) -> RealTransform {
    RealTransform(
      width: width, height: height, spectrumCount: height * (width / 2 + 1),
      plans: .of(.init(isReal: true, width: width, height: height)))
  }

  func forward(_ real: borrowing FourierBuffer, into spectrum: borrowing FourierBuffer) {
    let (reals, complexes) = (real.reals, spectrum.complexes)
    plans.withForward { fftwf_execute_dft_r2c($0, reals, complexes) }
  }

  /// The unscaled inverse; destroys the spectrum.
  func backward(_ spectrum: borrowing FourierBuffer, into real: borrowing FourierBuffer) {
    let (reals, complexes) = (real.reals, spectrum.complexes)
    plans.withBackward { fftwf_execute_dft_c2r($0, complexes, reals) }
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

/// Aligned memory for FFTW, zero at first.
struct FourierBuffer: ~Copyable {
  let reals: UnsafeMutablePointer<Float>
  var complexes: UnsafeMutablePointer<fftwf_complex> {
    UnsafeMutableRawPointer(reals).assumingMemoryBound(to: fftwf_complex.self)
  }

  init(reals count: Int) {
    let memory = fftwf_malloc(count * MemoryLayout<Float>.stride)!
    reals = memory.bindMemory(to: Float.self, capacity: count)
    reals.initialize(repeating: 0, count: count)
  }

  init(complexes count: Int) { self.init(reals: 2 * count) }

  deinit { fftwf_free(reals) }
}
