import Glibc

/// Fourier–Mellin registration (Reddy and Chatterji 1996, doi:10.1109/83.506761): any rotation, a scale, and the shift.
///
/// 1. Both pictures lose their mean and fade out towards their borders under Hann's window. The magnitudes of their
///    spectra, with high frequencies emphasised, are sampled by angle and by the logarithm of the radius.
/// 2. Phase correlation of these gives rotation and scale, in steps of 1/100 of a sample there: 0.007° and 0.01 % at
///    256 samples. The best few peaks are kept, each as it is and turned by a further 180°, which magnitudes cannot
///    tell apart.
/// 3. The moving picture is seen through each, and the shift is found as by ``PhaseCorrelation``.
///
/// The candidates are ranked by the normalized cross-correlation that they reach over what overlaps, weighed with the
/// share that does. A ``TransformModel/rigid`` search holds the scale at 1, a ``TransformModel/translation`` one the
/// rotation at 0 too.
///
/// Scales lie in 0.4…2.5, and not all of them are found alike: the spectra agree as far as both frames show the same.
/// Of 30 pairs each, drawn with 192 × 192 samples, shifted by up to 15 % of the side, with noise of σ = 5 of 255, the
/// first candidate was right for 28 with a scale of 0.7…1.4, for 25 with 0.4…0.5, where the moving picture shows more,
/// but for 16 with 1.4…2 and 8 with 2…2.5, where it shows less and blurred. Exchange the pictures then.
///
/// Where a side has more than ``longestSide`` samples both pictures are reduced first, and the fractions are of the
/// reduced samples.
public struct FourierMellin: PictureAligner {
  public var name: String { "fourier-mellin" }
  public var models: [TransformModel] { [.translation, .rigid, .similarity] }
  /// The most samples along an axis: 256, which show enough structure; a refinement reaches from there.
  public var longestSide = 256
  /// The factors among which the scale is searched.
  public static let scales = 0.4...2.5
  /// Peaks of rotation and scale that are followed for each pair of windows, as the right one is often not the first
  /// where frames differ.
  private let peaks = 6

  public init() {}

  /// An affine transform is searched as a similarity.
  ///
  /// - Returns: the best few transforms; none where the pictures have no structure in common.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    let (model, threads) = (task.model == .affine ? .similarity : task.model, task.threads)
    let frame = SharedFrame(fixed: fixed.grid, moving: moving.grid, longest: longestSide, turning: true)
    guard let still = frame.view(of: fixed, threads: threads), let other = frame.view(of: moving, threads: threads)
    else { return [] }
    let search = ShiftSearch(fixed: still)
    let faded = ShiftSearch.tapers.map { $0.applied(to: other) }
    let turns = model == .translation ? [Turn(radians: 0, scale: 1)] : turns(from: still, to: other, model)
    var found = [[Candidate<2>]](repeating: [], count: turns.count)
    found.withUnsafeMutableBufferPointer { found in
      let places = found.baseAddress!
      forEachChunk(turns.count, threads: threads) { index in
        let linear = frame.linear(radians: turns[index].radians, scale: turns[index].scale)
        guard let view = frame.view(of: other, through: linear, threads: 1) else { return }
        let views = faded.compactMap { frame.view(of: $0, through: linear, interpolation: .linear, threads: 1) }
        places[index] = search.shifts(of: view, faded: views, atMost: 2).map { shift in
          Candidate(
            transform: frame.transform(
              linear: linear, shift: shift.offset, fixed: (fixed.grid, still.size), moving: (moving.grid, view.size)),
            score: shift.score)
        }
      }
    }
    return found.flatMap { $0 }.ranked(on: fixed.grid, atMost: 8)
  }

  private struct Turn {
    var radians: Double
    var scale: Double
  }

  /// The rotations and scales at which the magnitudes of the spectra agree best, each with its opposite.
  ///
  /// Where one picture magnifies the other, it shows the other's middle alone: for similarities the middle of each is
  /// held against all of the other, too.
  private func turns(from fixed: Image<2>, to moving: Image<2>, _ model: TransformModel) -> [Turn] {
    let lattice = LogPolarLattice(longest: max(fixed.size.max() ?? 1, moving.size.max() ?? 1))
    let transform = RealTransform.of(width: lattice.count, height: lattice.count)
    let reach = model == .rigid ? 0 : Int(log(Self.scales.upperBound) / lattice.radiusStep)
    let pairs: [(Taper, Taper)] =
      model == .rigid ? [(.hann, .hann)] : [(.hann, .hann), (.central, .hann), (.hann, .central)]
    let found = pairs.flatMap { pair -> [Turn] in
      let spectrum = CrossPowerSpectrum(
        fixed: lattice.magnitudes(of: pair.0.applied(to: fixed)),
        moving: lattice.magnitudes(of: pair.1.applied(to: moving)), transform: transform,
        damping: CrossPowerSpectrum.searching)
      return spectrum.highest(peaks, within: reach).map { place in
        let peak = spectrum.peak(near: [Double(place.x), Double(place.y)], alongY: model != .rigid)
        return Turn(radians: peak[0] * lattice.angleStep, scale: exp(-peak[1] * lattice.radiusStep))
      }
    }
    var turns: [Turn] = []
    for turn in found where Self.scales.contains(turn.scale) {
      let known = turns.contains { other in
        abs(remainder(other.radians - turn.radians, .pi)) < lattice.angleStep
          && abs(log(other.scale / turn.scale)) < lattice.radiusStep
      }
      if !known { turns += [turn, Turn(radians: turn.radians + .pi, scale: turn.scale)] }
    }
    return turns
  }
}
