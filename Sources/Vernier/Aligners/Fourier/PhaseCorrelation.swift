/// Phase correlation (Kuglin and Hines 1975): the shift between two pictures from the phases of their spectra, to 1/100
/// of a sample (Guizar-Sicairos, Thurman and Fienup 2008, doi:10.1364/OL.33.000156).
///
/// Both pictures are brought to the fixed image's lattice, lose their mean, fade out towards their borders, and are
/// correlated by
///
///     IFFT( conj(F) M / (|F| |M| + ε) ).
///
/// ε is a tenth of the mean of |F| |M| while the shift is searched and all of it while it is measured: pure phases
/// give the sharpest peak, and give the noise of weak frequencies as much say as the structure of strong ones.
///
/// The sizes need not agree, and masked samples count as the mean. Each peak stands for up to four shifts, which
/// differ by the size of the transform; the one with the highest normalized cross-correlation over what overlaps
/// comes first. A candidate that it is given keeps its linear part: the moving image is seen through it. The shift is
/// searched among all.
///
/// Where a side has more than 4096 samples both pictures are reduced first, and hundredths are of the reduced samples.
public struct PhaseCorrelation: PictureAligner {
  public var name: String { "phase-correlation" }
  /// Shifts alone.
  public var models: [TransformModel] { [.translation] }

  public init() {}

  /// - Returns: the best few shifts; none where the pictures have no structure in common.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from starts: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    let frame = SharedFrame(fixed: fixed.grid, moving: moving.grid, longest: 4096, turning: false)
    guard let still = frame.view(of: fixed, threads: task.threads) else { return [] }
    let search = ShiftSearch(fixed: still)
    var linears: [Matrix<2>] = []
    for linear in starts.map(\.linear.linear) where !linears.contains(where: { $0.rowMajor == linear.rowMajor }) {
      linears.append(linear)
    }
    if linears.isEmpty { linears = [.identity] }
    let found = linears.flatMap { linear -> [Candidate<2>] in
      guard let view = frame.view(of: moving, through: linear, threads: task.threads) else { return [] }
      let faded = ShiftSearch.tapers.compactMap { taper in
        linear == .identity
          ? taper.applied(to: view)
          : frame.view(of: taper.applied(to: moving), through: linear, interpolation: .linear, threads: task.threads)
      }
      return search.shifts(of: view, faded: faded, atMost: 3).map { shift in
        Candidate(
          transform: frame.transform(
            linear: linear, shift: shift.offset, fixed: (fixed.grid, still.size), moving: (moving.grid, view.size)),
          score: shift.score)
      }
    }
    return found.ranked(on: fixed.grid, atMost: 8)
  }
}
