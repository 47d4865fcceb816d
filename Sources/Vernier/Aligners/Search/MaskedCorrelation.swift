/// Normalized cross-correlation of two masked images for every shift, by Fourier transforms (Padfield 2012).
///
/// NCC at each shift is taken over the samples that both images hold there. The fixed image's spectra are made once and
/// serve all rotations of the moving image.
final class MaskedCorrelation {
  let transform: RealTransform
  private let fixed: FourierBuffer
  private let fixedSquared: FourierBuffer
  private let fixedMask: FourierBuffer
  /// The fixed image's valid samples.
  let fixedCount: Float

  /// - Parameters:
  ///   - fixed: samples, zero where the mask is zero and of zero mean elsewhere.
  ///   - mask: 1 where the image holds data, else 0.
  init(fixed samples: [Float], mask: [Float], width: Int, height: Int, paddedWidth: Int, paddedHeight: Int) {
    transform = .of(width: paddedWidth, height: paddedHeight)
    fixed = FourierBuffer(complexes: transform.spectrumCount)
    fixedSquared = FourierBuffer(complexes: transform.spectrumCount)
    fixedMask = FourierBuffer(complexes: transform.spectrumCount)
    fixedCount = mask.reduce(0, +)
    func spectrum(_ into: borrowing FourierBuffer, _ value: (Int) -> Float) {
      let real = FourierBuffer(reals: paddedWidth * paddedHeight)
      for y in 0..<height { for x in 0..<width { real.reals[y * paddedWidth + x] = value(y * width + x) } }
      transform.forward(real, into: into)
    }
    spectrum(fixed) { samples[$0] * mask[$0] }
    spectrum(fixedSquared) { samples[$0] * samples[$0] * mask[$0] }
    spectrum(fixedMask) { mask[$0] }
  }

  /// Memory for one thread's correlations.
  struct Workspace: ~Copyable {
    let moving: FourierBuffer
    let movingSquared: FourierBuffer
    let movingMask: FourierBuffer
    let movingSpectrum: FourierBuffer
    let movingSquaredSpectrum: FourierBuffer
    let movingMaskSpectrum: FourierBuffer
    let product: FourierBuffer
    /// Over the overlap at each shift: the number of samples and the sums of f, m, f², m² and f·m.
    let counts: FourierBuffer
    let fixedSums: FourierBuffer
    let movingSums: FourierBuffer
    let fixedSquares: FourierBuffer
    let movingSquares: FourierBuffer
    let products: FourierBuffer

    init(_ transform: RealTransform) {
      let count = transform.width * transform.height
      func real() -> FourierBuffer { FourierBuffer(reals: count) }
      func complex() -> FourierBuffer { FourierBuffer(complexes: transform.spectrumCount) }
      moving = real()
      movingSquared = real()
      movingMask = real()
      movingSpectrum = complex()
      movingSquaredSpectrum = complex()
      movingMaskSpectrum = complex()
      product = complex()
      counts = real()
      fixedSums = real()
      movingSums = real()
      fixedSquares = real()
      movingSquares = real()
      products = real()
    }
  }

  /// Computes the sums for every cyclic shift k of the image in `workspace.moving`: f(p) against m(p + k).
  func correlate(_ workspace: borrowing Workspace) {
    transform.forward(workspace.moving, into: workspace.movingSpectrum)
    transform.forward(workspace.movingSquared, into: workspace.movingSquaredSpectrum)
    transform.forward(workspace.movingMask, into: workspace.movingMaskSpectrum)
    transform.correlate(fixedMask, workspace.movingMaskSpectrum, scratch: workspace.product, into: workspace.counts)
    transform.correlate(fixed, workspace.movingMaskSpectrum, scratch: workspace.product, into: workspace.fixedSums)
    transform.correlate(fixedMask, workspace.movingSpectrum, scratch: workspace.product, into: workspace.movingSums)
    transform.correlate(
      fixedSquared, workspace.movingMaskSpectrum, scratch: workspace.product, into: workspace.fixedSquares)
    transform.correlate(
      fixedMask, workspace.movingSquaredSpectrum, scratch: workspace.product, into: workspace.movingSquares)
    transform.correlate(fixed, workspace.movingSpectrum, scratch: workspace.product, into: workspace.products)
  }

  /// NCC and overlap count at a shift given as an index into the cyclic maps.
  @inline(__always)
  static func correlation(_ workspace: borrowing Workspace, at index: Int, least: Float) -> (value: Float, count: Float)
  {
    let n = workspace.counts.reals[index]
    guard n >= least else { return (0, n) }
    let (f, m) = (workspace.fixedSums.reals[index], workspace.movingSums.reals[index])
    let inverse = 1 / n
    let ff = workspace.fixedSquares.reals[index] * inverse - f * f * inverse * inverse
    let mm = workspace.movingSquares.reals[index] * inverse - m * m * inverse * inverse
    let fm = workspace.products.reals[index] * inverse - f * m * inverse * inverse
    // Both images have unit variance over all of their samples; far less than that in an overlap is rounding.
    guard ff > 0.01, mm > 0.01 else { return (0, n) }
    return (fm / (ff * mm).squareRoot(), n)
  }
}
