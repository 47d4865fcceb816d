/// Transforms pictures of one size there and back, single precision, unscaled in both directions:
///
///     forward    S(kx, ky) = Σ v(x, y) exp(−2πi (kx x / width + ky y / height))
///     backward   v(x, y) = Σ S(kx, ky) exp(+2πi (kx x / width + ky y / height))
///
/// A picture stands row after row, x fastest; complex values as real and imaginary part in turns. A spectrum stands
/// column after column, **ky fastest**: all height of them for a complex picture, those from 0 to height / 2 for a real
/// one, whose S(−kx, −ky) is the conjugate of S(kx, ky). In this order a picture needs one transposition, not two.
///
/// Plans do not change: all threads may use one at once, and the same values give the same bits.
protocol FourierPlan: AnyObject, Sendable {
  init(_ kind: FourierPlans.Kind)

  /// - Parameters:
  ///   - values: stay as they are.
  ///   - spectrum: other memory than the values'.
  func forward(_ values: UnsafePointer<Float>, into spectrum: UnsafeMutablePointer<Float>)

  /// - Parameters:
  ///   - spectrum: destroyed.
  ///   - values: other memory than the spectrum's.
  func backward(_ spectrum: UnsafeMutablePointer<Float>, into values: UnsafeMutablePointer<Float>)
}

/// The plans that are in use, for all threads.
enum FourierPlans {
  /// What is transformed.
  struct Kind: Hashable, Sendable {
    var isReal: Bool
    var width: Int
    var height: Int
    /// Complex values of a spectrum.
    var spectrumCount: Int { width * (isReal ? height / 2 + 1 : height) }
  }

  /// Room for the sizes that one alignment needs, some ten, several times over.
  static let cache = BoundedCache<Kind, any FourierPlan>(limit: 64)

  /// The plan of a kind, made on first use.
  static func of(_ kind: Kind) -> any FourierPlan {
    cache.value(for: kind) {
      #if FFTW
        FFTWPlan(kind)
      #else
        LanePlan(kind)
      #endif
    }
  }
}
