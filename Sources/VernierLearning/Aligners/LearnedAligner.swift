import Vernier

/// Alignment by a network: both images are brought to its size, it predicts their motion in one pass.
///
/// The two are seen on one square or cubic lattice about their centres, of as many samples as the network takes, whose step
/// is chosen so that the larger image fits; what lies outside an image or its mask is 0, as in training. The motion that the
/// network predicts in steps of that lattice is then a transform of physical space. A network that regresses proposes one
/// candidate, one that correlates several; a `refine` after it makes them exact.
public struct LearnedAligner: Aligner {
  public let name: String
  public let model: TransformModel
  public let threads: Int
  public var comparesPlaces: Bool { false }
  let network: any RegistrationNetwork
  private let side: Int

  /// - Parameters:
  ///   - network: what predicts; it is not to be trained meanwhile.
  ///   - name: what evidence and errors call it.
  ///   - model: the transforms asked for; they are what the network predicts, or a chain goes on from there.
  ///   - threads: for the evidence; the network runs on one.
  public init(_ network: some RegistrationNetwork, name: String, model: TransformModel = .rigid, threads: Int = 2) {
    self.network = network
    self.name = name
    self.model = model
    self.threads = threads
    side = network.configuration.side
  }

  /// Predicts how the images lie.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: not used: the network needs no start.
  /// - Returns: the network's candidates, best first, written about the fixed image's centre.
  /// - Throws: `AlignmentError.unsupported` for images of another rank than the network's; `AlignmentError.noAnswer` where the
  ///   network gives no finite motion; ``TensorError``.
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let network = network as? any PictureNetwork {
      if let moving = moving as? Image<2>, let fixed = fixed as? Image<2>,
        let found = try self.candidates(by: network, moving, to: fixed) as? [Candidate<rank>]
      {
        return found
      }
      throw AlignmentError.unsupported(method: name, reason: "the network takes pictures, not volumes")
    }
    if let network = network as? any VolumeNetwork, let moving = moving as? Image<3>, let fixed = fixed as? Image<3>,
      let found = try self.candidates(by: network, moving, to: fixed) as? [Candidate<rank>]
    {
      return found
    }
    throw AlignmentError.unsupported(method: name, reason: "the network takes volumes, not pictures")
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
    }.filter { $0.transform.isFinite && $0.transform.inverted() != nil }
    guard !found.isEmpty else {
      throw AlignmentError.noAnswer(method: name, reason: "the network predicts no usable motion")
    }
    return found
  }
}
