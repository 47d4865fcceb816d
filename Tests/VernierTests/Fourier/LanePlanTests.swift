import Glibc
import Testing

@testable import Vernier

@Suite struct LanePlanTests {
  /// Lines alone, sides below and beyond eight lanes, every radix and their products, primes.
  private static let sides = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 20, 25, 27, 31, 32, 40, 48, 49, 61, 64]
  private static let kinds = [true, false].flatMap { isReal in
    sides.flatMap { width in sides.map { FourierPlans.Kind(isReal: isReal, width: width, height: $0) } }
  }

  /// Samples between −1 and 1, the same for the same kind.
  private static func values(_ kind: FourierPlans.Kind) -> FourierBuffer {
    let count = kind.width * kind.height * (kind.isReal ? 1 : 2)
    var random = SplitMix64(seed: UInt64(1000 * kind.width + kind.height))
    let buffer = FourierBuffer(reals: count)
    for index in 0..<count { buffer.reals[index] = Float.random(in: -1...1, using: &random) }
    return buffer
  }

  private static func spectrum(_ kind: FourierPlans.Kind, by plan: any FourierPlan) -> [Float] {
    let given = values(kind)
    let spectrum = FourierBuffer(complexes: kind.spectrumCount)
    plan.forward(given.reals, into: spectrum.reals)
    return (0..<2 * kind.spectrumCount).map { spectrum.reals[$0] }
  }

  /// The transform by its definition, double precision, one axis after the other.
  private static func definition(_ kind: FourierPlans.Kind) -> [Double] {
    func roots(_ count: Int) -> [SIMD2<Double>] {
      (0..<count).map { [cos(2 * .pi * Double($0) / Double(count)), -sin(2 * .pi * Double($0) / Double(count))] }
    }
    func times(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD2<Double> {
      [a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x]
    }
    let (width, height) = (kind.width, kind.height)
    let (alongX, alongY) = (roots(width), roots(height))
    let given = values(kind)
    let columns = kind.spectrumCount / width
    var rows = [SIMD2<Double>](repeating: .zero, count: width * columns)
    for x in 0..<width {
      for ky in 0..<columns {
        for y in 0..<height {
          let place = y * width + x
          let value: SIMD2<Double> =
            kind.isReal
            ? [Double(given.reals[place]), 0] : [Double(given.reals[2 * place]), Double(given.reals[2 * place + 1])]
          rows[x * columns + ky] += times(value, alongY[ky * y % height])
        }
      }
    }
    return (0..<width).flatMap { kx in
      (0..<columns).flatMap { ky in
        var sum = SIMD2<Double>.zero
        for x in 0..<width { sum += times(rows[x * columns + ky], alongX[kx * x % width]) }
        return [sum.x, sum.y]
      }
    }
  }

  /// What rounding leaves: of n values each step of some log n adds its own, so the whole grows by √n.
  private static func tolerance(_ kind: FourierPlans.Kind) -> Double {
    1e-6 * Double(kind.width * kind.height).squareRoot()
  }

  @Test(arguments: kinds.filter { $0.width * $0.height <= 1024 || $0.width == $0.height })
  func itIsWhatTheDefinitionSays(kind: FourierPlans.Kind) {
    let expected = Self.definition(kind)
    let worst = zip(Self.spectrum(kind, by: LanePlan(kind)), expected).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(worst <= Self.tolerance(kind), "\(worst)")
  }

  @Test(arguments: kinds) func thereAndBackGivesTheSame(kind: FourierPlans.Kind) {
    let plan = LanePlan(kind)
    let given = Self.values(kind)
    let spectrum = FourierBuffer(complexes: kind.spectrumCount)
    let back = FourierBuffer(complexes: kind.width * kind.height)
    plan.forward(given.reals, into: spectrum.reals)
    plan.backward(spectrum.reals, into: back.reals)
    let count = Float(kind.width * kind.height)
    let worst = (0..<kind.width * kind.height * (kind.isReal ? 1 : 2)).reduce(Float(0)) {
      max($0, abs(back.reals[$1] / count - given.reals[$1]))
    }
    #expect(worst <= 1e-6, "\(worst)")
  }

  /// Parseval: the energies of a picture and of its spectrum are the same but for their number. A real picture's other
  /// half counts, too.
  @Test(arguments: kinds) func theEnergyStays(kind: FourierPlans.Kind) {
    let given = Self.values(kind)
    let energy = (0..<kind.width * kind.height * (kind.isReal ? 1 : 2)).reduce(0.0) {
      $0 + Double(given.reals[$1]) * Double(given.reals[$1])
    }
    let columns = kind.spectrumCount / kind.width
    let spectrum = Self.spectrum(kind, by: LanePlan(kind))
    let total = (0..<kind.spectrumCount).reduce(0.0) { sum, place in
      let ky = place % columns
      let once = !kind.isReal || ky == 0 || 2 * ky == kind.height
      let (re, im) = (Double(spectrum[2 * place]), Double(spectrum[2 * place + 1]))
      return sum + (once ? 1 : 2) * (re * re + im * im)
    }
    #expect(abs(total / Double(kind.width * kind.height) / energy - 1) < 1e-5)
  }

  /// A shift of a picture turns its spectrum's phases: the order of the axes and the sign of the exponent.
  @Test func anImpulseIsAWave() {
    let (width, height, x, y) = (12, 20, 3, 2)
    let kind = FourierPlans.Kind(isReal: true, width: width, height: height)
    let picture = FourierBuffer(reals: width * height)
    let spectrum = FourierBuffer(complexes: kind.spectrumCount)
    picture.reals[y * width + x] = 1
    LanePlan(kind).forward(picture.reals, into: spectrum.reals)
    for kx in 0..<width {
      for ky in 0...height / 2 {
        let phase = -2 * Double.pi * (Double(kx * x) / Double(width) + Double(ky * y) / Double(height))
        let place = kx * (height / 2 + 1) + ky
        #expect(abs(Double(spectrum.reals[2 * place]) - cos(phase)) < 1e-6)
        #expect(abs(Double(spectrum.reals[2 * place + 1]) - sin(phase)) < 1e-6)
      }
    }
  }

  #if FFTW
    @Test(arguments: kinds) func itIsWhatFFTWSays(kind: FourierPlans.Kind) {
      let expected = Self.spectrum(kind, by: FFTWPlan(kind))
      let worst = zip(Self.spectrum(kind, by: LanePlan(kind)), expected).map { abs($0 - $1) }.max() ?? 0
      #expect(Double(worst) <= Self.tolerance(kind), "\(worst)")
    }
  #endif
}
