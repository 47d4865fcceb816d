/// Normalized cross-correlation of templates with one image, zero outside, for every whole shift (Lewis 1995).
///
/// A template may leave samples out; its mean and the image's local mean and energy are taken over those that it
/// holds. The image's spectra are made once and serve all templates. Works on unsafe pointers into the transforms'
/// buffers.
final class TemplateCorrelation {
  struct Peak {
    /// The image at i shows what the template shows at i + shift.
    var shift: Vector<2>
    var value: Float
  }

  let transform: RealTransform
  private let image: FourierBuffer
  private let squares: FourierBuffer
  private let imageSize: Size<2>
  private let energy: Float

  /// - Parameters:
  ///   - searched: the image; masked samples count as zero.
  ///   - templateSize: the size of all templates.
  init(searched: Image<2>, templateSize: Size<2>) {
    let (width, height) = (searched.width, searched.height)
    transform = .of(
      width: RealTransform.fastSize(atLeast: width + templateSize[0] - 1),
      height: RealTransform.fastSize(atLeast: height + templateSize[1] - 1))
    image = FourierBuffer(complexes: transform.spectrumCount)
    squares = FourierBuffer(complexes: transform.spectrumCount)
    imageSize = [width, height]
    // Scaled to at most 1, so that squares stay within single precision whatever the unit is.
    let most = searched.samples.indices.reduce(Float(0)) { result, index in
      searched.mask?[index] == 0 ? result : max(result, abs(searched.samples[index]))
    }
    let scale = most > 0 ? 1 / most : 0
    let values = FourierBuffer(reals: transform.width * transform.height)
    let products = FourierBuffer(reals: transform.width * transform.height)
    var sum = 0.0
    for y in 0..<height {
      for x in 0..<width where searched.mask?[y * width + x] != 0 {
        let value = searched.samples[y * width + x] * scale
        values.reals[y * transform.width + x] = value
        products.reals[y * transform.width + x] = value * value
        sum += Double(value * value)
      }
    }
    energy = Float(sum)
    transform.forward(values, into: image)
    transform.forward(products, into: squares)
  }

  /// Memory for one thread.
  struct Workspace: ~Copyable {
    let template: FourierBuffer
    let support: FourierBuffer
    let templateSpectrum: FourierBuffer
    let supportSpectrum: FourierBuffer
    let product: FourierBuffer
    /// At each shift: Σ f (t − t̄), Σ f and Σ f² over the template's support.
    let products: FourierBuffer
    let sums: FourierBuffer
    let squares: FourierBuffer

    init(_ transform: RealTransform) {
      let count = transform.width * transform.height
      template = FourierBuffer(reals: count)
      support = FourierBuffer(reals: count)
      templateSpectrum = FourierBuffer(complexes: transform.spectrumCount)
      supportSpectrum = FourierBuffer(complexes: transform.spectrumCount)
      product = FourierBuffer(complexes: transform.spectrumCount)
      products = FourierBuffer(reals: count)
      sums = FourierBuffer(reals: count)
      squares = FourierBuffer(reals: count)
    }
  }

  /// The shift at which a template correlates best; nil where it is constant or the image is.
  func peak(of template: Image<2>, _ workspace: borrowing Workspace) -> Peak? {
    guard let count = place(template, workspace) else { return nil }
    transform.forward(workspace.template, into: workspace.templateSpectrum)
    transform.forward(workspace.support, into: workspace.supportSpectrum)
    transform.correlate(image, workspace.templateSpectrum, scratch: workspace.product, into: workspace.products)
    transform.correlate(image, workspace.supportSpectrum, scratch: workspace.product, into: workspace.sums)
    transform.correlate(squares, workspace.supportSpectrum, scratch: workspace.product, into: workspace.squares)
    // Below this share of the image's energy a variance is rounding.
    let floor = 1e-5 * energy
    let inverse = 1 / count
    var best: Peak?
    for y in 0..<transform.height {
      let shiftY = y < template.height ? y : y - transform.height
      guard shiftY > -imageSize[1] else { continue }
      for x in 0..<transform.width {
        let shiftX = x < template.width ? x : x - transform.width
        guard shiftX > -imageSize[0] else { continue }
        let index = y * transform.width + x
        let sum = workspace.sums.reals[index]
        let variance = workspace.squares.reals[index] - sum * sum * inverse
        guard variance > floor else { continue }
        let value = workspace.products.reals[index] / variance.squareRoot()
        if value > best?.value ?? 0 { best = Peak(shift: [Double(shiftX), Double(shiftY)], value: value) }
      }
    }
    return best
  }

  /// Writes a template less its mean, with norm 1, and its support; returns how many samples it has.
  private func place(_ template: Image<2>, _ workspace: borrowing Workspace) -> Float? {
    var (count, sum, squared) = (0.0, 0.0, 0.0)
    for (index, sample) in template.samples.enumerated() where template.mask?[index] != 0 {
      count += 1
      sum += Double(sample)
      squared += Double(sample) * Double(sample)
    }
    let variance = count > 0 ? squared - sum * sum / count : 0
    guard variance > 1e-9 * squared else { return nil }
    let mean = Float(sum / count)
    let norm = Float(variance.squareRoot())
    let total = transform.width * transform.height
    workspace.template.reals.update(repeating: 0, count: total)
    workspace.support.reals.update(repeating: 0, count: total)
    for y in 0..<template.height {
      for x in 0..<template.width where template.mask?[y * template.width + x] != 0 {
        let index = y * transform.width + x
        workspace.template.reals[index] = (template.samples[y * template.width + x] - mean) / norm
        workspace.support.reals[index] = 1
      }
    }
    return Float(count)
  }
}
