import Vernier

/// Alignment by a network: both images are brought to its size, it predicts their motion in one pass.
///
/// The two are seen on one square or cubic lattice about their centres, of as many samples as the network takes, whose
/// step is chosen so that the larger image fits; what lies outside an image or its mask is 0, as in training. The
/// motion that the network predicts in steps of that lattice is then a transform of physical space. A network that
/// regresses proposes one candidate, one that correlates several; a `refine` after it makes them exact.
public struct LearnedAligner: Aligner {
  public let name: String
  /// What the network predicts; a chain may go on from there.
  public var models: [TransformModel] { [network.configuration.model] }
  public var comparesPlaces: Bool { false }
  let network: any RegistrationNetwork
  private let side: Int

  /// - Parameters:
  ///   - network: what predicts; it is not to be trained meanwhile.
  ///   - name: what evidence and errors call it.
  public init(_ network: some RegistrationNetwork, name: String) {
    self.network = network
    self.name = name
    side = network.configuration.side
  }

  /// Predicts how the images lie.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: not used: the network needs no start.
  ///   - task: what the registration asks of all its methods.
  /// - Returns: the network's candidates, best first, written about the fixed image's centre.
  /// - Throws: `AlignmentError.unsupported` for images of another rank than the network's; `AlignmentError.noAnswer`
  ///   where the network gives no finite motion; ``TensorError``.
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>], as task: AlignmentTask
  ) throws -> [Candidate<rank>] {
    let takes = network.configuration.rank
    guard rank == takes else {
      let (mine, given) = takes == 2 ? ("pictures", "volumes") : ("volumes", "pictures")
      throw AlignmentError.unsupported(method: name, reason: "the network takes \(mine), not \(given)")
    }
    return try Ranks.open(rank, (moving, fixed)) { (pair: (Image<2>, Image<2>)) throws -> [Candidate<2>] in
      guard let network = network as? any PictureNetwork else { return [] }
      return try self.candidates(by: network, pair.0, to: pair.1)
    } space: { (pair: (Image<3>, Image<3>)) throws -> [Candidate<3>] in
      guard let network = network as? any VolumeNetwork else { return [] }
      return try self.candidates(by: network, pair.0, to: pair.1)
    }
  }

  private func candidates<Network: RegistrationNetwork, let rank: Int>(
    by network: Network, _ moving: Image<rank>, to fixed: Image<rank>
  ) throws -> [Candidate<rank>] where Network.Motion == Affine<rank> {
    let view = NetworkView(fixed: fixed.grid, moving: moving.grid, side: side)
    let shape = [1, 1] + [Int](repeating: side, count: rank)
    guard let still = view.samples(of: view.reduced(fixed), center: fixed.grid.center),
      let other = view.samples(of: view.reduced(moving), center: moving.grid.center)
    else {
      throw AlignmentError.unsupported(method: name, reason: "the image's samples do not lie on a usable grid")
    }
    let motions = try withTensorThreads(1) {
      try withoutGradients {
        try network.motions(fixed: Tensor(still, shape: shape), moving: Tensor(other, shape: shape))[0]
      }
    }
    let found = motions.map { prediction in
      Candidate(
        transform: view.transform(prediction.motion, fixed: fixed.grid, moving: moving.grid), score: prediction.score,
        cornerDeviation: prediction.cornerDeviation.map { $0 * view.step })
    }.filter { $0.linear.isFinite && $0.linear.inverted() != nil }
    guard !found.isEmpty else {
      throw AlignmentError.noAnswer(method: name, reason: "the network predicts no usable motion")
    }
    return found
  }
}
