import CFFTW
import Synchronization

/// A real Fourier transform of a fixed 2D size, single precision, by FFTW.
///
/// Plans are made once a size and shared; making them is the only step of FFTW that is not thread-safe. They are
/// estimated, not measured: measuring may choose another algorithm, and so other last bits, on each run.
final class RealTransform: @unchecked Sendable {
  let width: Int
  let height: Int
  /// Complex values a spectrum has: height × (width / 2 + 1).
  let spectrumCount: Int
  private let forwardPlan: fftwf_plan
  private let backwardPlan: fftwf_plan

  private static let cache = Mutex<[SIMD2<Int>: RealTransform]>([:])

  private static let planner = Mutex(())

  /// Makes a plan while no other is being made: FFTW's planner is one for the process.
  static func planning(_ make: () -> fftwf_plan) -> fftwf_plan {
    nonisolated(unsafe) var plan: fftwf_plan?
    planner.withLock { _ in plan = make() }
    guard let plan else { preconditionFailure("FFTW plans every positive size") }
    return plan
  }

  /// The transform of a size, made on first use.
  static func of(width: Int, height: Int) -> RealTransform {
    cache.withLock { cache in
      if let known = cache[SIMD2(width, height)] { return known }
      let made = RealTransform(width: width, height: height)
      cache[SIMD2(width, height)] = made
      return made
    }
  }

  private init(width: Int, height: Int) {
    self.width = width
    self.height = height
    spectrumCount = height * (width / 2 + 1)
    let real = FourierBuffer(reals: width * height)
    let spectrum = FourierBuffer(complexes: spectrumCount)
    let (rows, columns) = (Int32(height), Int32(width))
    forwardPlan = Self.planning {
      fftwf_plan_dft_r2c_2d(rows, columns, real.reals, spectrum.complexes, FFTW_ESTIMATE)
    }
    backwardPlan = Self.planning {
      fftwf_plan_dft_c2r_2d(rows, columns, spectrum.complexes, real.reals, FFTW_ESTIMATE)
    }
  }

  func forward(_ real: borrowing FourierBuffer, into spectrum: borrowing FourierBuffer) {
    fftwf_execute_dft_r2c(forwardPlan, real.reals, spectrum.complexes)
  }

  /// The unscaled inverse; destroys the spectrum.
  func backward(_ spectrum: borrowing FourierBuffer, into real: borrowing FourierBuffer) {
    fftwf_execute_dft_c2r(backwardPlan, spectrum.complexes, real.reals)
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
