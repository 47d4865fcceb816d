import Glibc

/// Fourier–Mellin registration (Reddy and Chatterji 1996, doi:10.1109/83.506761): any rotation, a scale, and the shift.
///
/// 1. Both pictures lose their mean and fade out towards their borders under Hann's window. The magnitudes of their spectra, with
///    high frequencies emphasised, are sampled by angle and by the logarithm of the radius.
/// 2. Phase correlation of these gives rotation and scale, to 1/100 of a sample there: some 0.005° and 0.01 % at 256 samples. The best
///    few peaks are kept, each as it is and turned by a further 180°, which magnitudes cannot tell apart.
/// 3. The moving picture is seen through each, and ``PhaseCorrelation`` finds the shift to 1/100 of a sample.
///
/// The candidates are ranked by the normalized cross-correlation that they reach over what overlaps, weighed with the share that does.
/// Scales lie in 0.4…2.5: beyond, too little of one spectrum is left in the other. A ``TransformModel/rigid`` search holds the scale
/// at 1, a ``TransformModel/translation`` one the rotation at 0 too. Pictures of which half or less shows the same have spectra too unlike.
///
/// Where a side has more than ``longestSide`` samples both pictures are reduced first, and the fractions are of the reduced samples.
public struct FourierMellin: Aligner {
  public var name: String { "fourier-mellin" }
  /// An affine transform is searched as a similarity.
  public let model: TransformModel
  /// The most samples along an axis: 512, at which an alignment takes about half a second.
  public var longestSide = 512
  public var threads: Int
  /// The factors among which the scale is searched.
  public static let scales = 0.4...2.5
  /// Peaks of rotation and scale that are followed: eight, as the right one is often not the first where frames differ.
  private let peaks = 8

  public init(model: TransformModel = .rigid, threads: Int = 2) {
    self.model = model == .affine ? .similarity : model
    self.threads = threads
  }

  /// - Returns: the best few transforms; none where the pictures have no structure in common.
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for volumes.
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>,
      let found = run(plane, to: still) as? [Candidate<rank>]
    {
      return found
    }
    throw AlignmentError.unsupported(method: name, reason: "only pictures can be aligned, not images of rank \(rank)")
  }

  private func run(_ moving: Image<2>, to fixed: Image<2>) -> [Candidate<2>] {
    let frame = SharedFrame(fixed: fixed.grid, moving: moving.grid, longest: longestSide, turning: true)
    guard let still = frame.view(of: fixed, threads: threads), let other = frame.view(of: moving, threads: threads)
    else { return [] }
    let search = ShiftSearch(fixed: still)
    let faded = Taper.apply(to: other)
    let turns = model == .translation ? [(radians: 0.0, scale: 1.0)] : turns(from: search.faded, to: faded)
    var found = [[Candidate<2>]](repeating: [], count: turns.count)
    found.withUnsafeMutableBufferPointer { found in
      let places = found.baseAddress!
      forEachChunk(turns.count, threads: threads) { index in
        let linear = frame.linear(radians: turns[index].radians, scale: turns[index].scale)
        guard let view = frame.view(of: other, through: linear, threads: 1),
          let fadedView = frame.view(of: faded, through: linear, threads: 1)
        else { return }
        places[index] = search.shifts(of: view, faded: fadedView, atMost: 2).map { shift in
          Candidate(
            transform: frame.transform(
              linear: linear, shift: shift.offset, fixed: (fixed.grid, still.size), moving: (moving.grid, view.size)),
            score: shift.score)
        }
      }
    }
    return found.flatMap { $0 }.ranked(on: fixed.grid, atMost: 8)
  }

  /// The rotations and scales at which the magnitudes of the spectra agree best, each with its opposite.
  private func turns(from fixed: Image<2>, to moving: Image<2>) -> [(radians: Double, scale: Double)] {
    let lattice = LogPolarLattice(longest: max(fixed.size.max() ?? 1, moving.size.max() ?? 1))
    let spectrum = CrossPowerSpectrum(
      fixed: lattice.magnitudes(of: fixed), moving: lattice.magnitudes(of: moving),
      transform: .of(width: lattice.count, height: lattice.count), damping: CrossPowerSpectrum.searching)
    let reach = model == .rigid ? 0 : Int(log(Self.scales.upperBound) / lattice.radiusStep)
    return spectrum.highest(peaks, within: reach).flatMap { place -> [(radians: Double, scale: Double)] in
      let peak = spectrum.peak(near: [Double(place.x), Double(place.y)], alongY: model != .rigid)
      let radians = peak[0] * lattice.angleStep
      let scale = exp(-peak[1] * lattice.radiusStep)
      guard Self.scales.contains(scale) else { return [] }
      return [(radians, scale), (radians + .pi, scale)]
    }
  }
}
