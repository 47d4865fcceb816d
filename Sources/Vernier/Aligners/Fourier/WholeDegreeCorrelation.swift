/// The classic Fourier approach that published comparisons run: one image is turned by each whole degree, and
/// correlated with the other for every whole shift at once.
///
/// The correlation is Lewis's normalized cross-correlation (Lewis 1995, *Fast template matching*), with the turned
/// moving image t as the template, on the support S that its frame covers, and the fixed image f, zero outside of its
/// frame, searched:
///
///     γ(u) = Σ f(p) (t(p + u) − t̄) / √( (Σ f(p)² − (Σ f(p))² / |S|) · Σ (t − t̄)² ),   sums over p + u in S.
///
/// "The normalized cross-correlation metric" has several readings. Products over the norms of both whole images, with
/// or without their means, were tried too, and the fixed image as the template: they often end at a wrong angle. This
/// reading models the published pairs exactly, in which a picture is turned, shifted and filled with zeros: where the
/// moving picture's frame reaches beyond the fixed one's, both are zero. It is not robust beyond. A zero outside
/// counts as a measured zero, so that an offset of the intensities changes the answer, and two pictures cut from a
/// larger scene are held against each other's missing surroundings.
///
/// Degrees are whole, and samples on the turned image's lattice; the image is turned with linear interpolation, and
/// nothing is refined: the best to expect is a mean error of ¼° and of ½ sample as |Δx| + |Δy|. Masked samples are
/// zero. Where a side has more than ``longestSide`` samples both images are reduced first; where the fixed image's
/// lattice is not square, both are resampled onto one that is.
public struct WholeDegreeCorrelation: PictureAligner {
  public var name: String { "fft" }
  public var models: [TransformModel] { [.translation, .rigid] }
  /// The most samples along an axis: 256, at which the 360 turns take seconds. The time grows with its square.
  public var longestSide = 256
  /// False: the published method takes the zeros that surround a turned picture for samples.
  public var leavesOutPadding: Bool { false }

  public init() {}

  /// Models with a scale or shears are searched as rigid.
  ///
  /// - Returns: the best degree and shift, then the best of up to four other places at least 5° away.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    let (model, threads) = (task.model, task.threads)
    let frame = SharedFrame(fixed: fixed.grid, moving: moving.grid, longest: longestSide, turning: true)
    guard let still = frame.view(of: fixed, interpolation: .linear, threads: threads),
      let template = frame.view(of: moving, interpolation: .linear, threads: threads)
    else { return [] }
    let degrees = model == .translation ? [0] : Array(0..<360)
    let linears = degrees.map { frame.linear(radians: Double($0) * .pi / 180, scale: 1) }
    let diagonal = Vector<2> { Double(template.size[$0] - 1) }.length
    // Two sizes of one parity leave whole samples between the images' middles.
    let size =
      model == .translation
      ? template.size
      : Size<2> { axis in
        let side = template.size[axis]
        return side + 2 * max(0, Int(((diagonal + 1 - Double(side)) / 2).rounded(.up)))
      }
    let correlation = TemplateCorrelation(searched: still, templateSize: size)
    var peaks = [TemplateCorrelation.Peak?](repeating: nil, count: degrees.count)
    peaks.withUnsafeMutableBufferPointer { peaks in
      let places = peaks.baseAddress!
      let shares = chunkRanges(degrees.count, chunks: max(1, threads))
      forEachChunk(shares.count, threads: threads) { share in
        let workspace = TemplateCorrelation.Workspace(correlation.transform)
        for index in shares[share] {
          guard
            let turned = frame.view(
              of: template, through: linears[index], size: size, interpolation: .linear, threads: 1)
          else { continue }
          places[index] = correlation.peak(of: turned, workspace)
        }
      }
    }
    return separate(peaks).map { index, peak in
      Candidate(
        transform: frame.transform(
          linear: linears[index], shift: peak.shift, fixed: (fixed.grid, still.size), moving: (moving.grid, size)),
        score: Double(peak.value))
    }
  }

  /// The highest peaks no two of which are within 5° of each other, best first.
  private func separate(_ peaks: [TemplateCorrelation.Peak?]) -> [(index: Int, peak: TemplateCorrelation.Peak)] {
    var kept: [(index: Int, peak: TemplateCorrelation.Peak)] = []
    let found = peaks.enumerated().compactMap { item in item.element.map { (index: item.offset, peak: $0) } }
    for item in found.sorted(by: { ($1.peak.value, $0.index) < ($0.peak.value, $1.index) }) {
      let near = kept.contains { other in
        let apart = abs(other.index - item.index)
        return min(apart, 360 - apart) < 5
      }
      if !near { kept.append(item) }
      if kept.count == 5 { break }
    }
    return kept
  }
}
