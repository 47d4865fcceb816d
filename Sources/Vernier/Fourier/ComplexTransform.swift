import CFFTW

/// A complex Fourier transform of a fixed 2D size, single precision, in place, by FFTW.
///
/// At the sizes of small pictures it takes a third of the time of two real ones, which it can carry: one as the real
/// part, one as the imaginary part.
struct ComplexTransform: Sendable {
  let width: Int
  let height: Int
  private let plans: FourierPlans

  /// The transform of a size; its plans are made on first use.
  static func of(width: Int, height: Int) -> ComplexTransform {
    ComplexTransform(
      width: width, height: height, plans: .of(.init(isReal: false, width: width, height: height)))
  }

  func forward(_ values: borrowing FourierBuffer) {
    let complexes = values.complexes
    plans.withForward { fftwf_execute_dft($0, complexes, complexes) }
  }

  /// The unscaled inverse.
  func backward(_ values: borrowing FourierBuffer) {
    let complexes = values.complexes
    plans.withBackward { fftwf_execute_dft($0, complexes, complexes) }
  }
}
