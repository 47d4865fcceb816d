import Vernier

/// Alignment by a network: both pictures are brought to its size, it predicts their motion in one pass.
///
/// The two are seen on one square lattice about their centres, of as many samples as the network takes, whose step is chosen so that the larger picture fits; what lies outside a
/// picture or its mask is 0, as in training. The motion that the network predicts in steps of that lattice is then a transform of physical
/// space. There is one candidate; a `refine` after it makes it exact.
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

  /// Predicts how the pictures lie.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: not used: the network needs no start.
  /// - Returns: one candidate, written about the fixed image's centre.
  /// - Throws: `AlignmentError.unsupported` for volumes; `AlignmentError.noAnswer` where the network gives no finite motion; ``TensorError``.
  public func candidates<let rank: Int>(
    aligning moving: Image<rank>, to fixed: Image<rank>, from candidates: [Candidate<rank>]
  ) throws -> [Candidate<rank>] {
    if let plane = moving as? Image<2>, let still = fixed as? Image<2>,
      let found = try self.plane(aligning: plane, to: still) as? [Candidate<rank>]
    {
      return found
    }
    throw AlignmentError.unsupported(method: name, reason: "the network takes pictures, not volumes")
  }

  private func plane(aligning moving: Image<2>, to fixed: Image<2>) throws -> [Candidate<2>] {
    let frame = SharedFrame(fixed: fixed.grid, moving: moving.grid, longest: side - 1, turning: true)
    let shape = [1, 1, side, side]
    let motions = try withoutGradients {
      try network.motions(
        fixed: Tensor(picture(of: fixed, in: frame), shape: shape),
        moving: Tensor(picture(of: moving, in: frame), shape: shape))[0]
    }
    // From lattice steps about the middles to physical space about the centres.
    guard let back = frame.steps.inverted() else { preconditionFailure("a grid's directions are independent") }
    let found = motions.map { prediction in
      let motion = prediction.motion
      let transform = Affine<2>(
        linear: frame.steps * motion.linear * back,
        translation: frame.steps * motion.translation + moving.grid.center - fixed.grid.center,
        center: fixed.grid.center)
      return Candidate(
        transform: transform, score: prediction.score,
        cornerDeviation: prediction.cornerDeviation.map { $0 * abs(frame.steps.determinant).squareRoot() })
    }.filter { $0.transform.isFinite && $0.transform.inverted() != nil }
    guard !found.isEmpty else {
      throw AlignmentError.noAnswer(method: name, reason: "the network predicts no usable motion")
    }
    return found
  }

  /// What the network is shown of an image.
  private func picture(of image: Image<2>, in frame: SharedFrame) throws -> [Float] {
    let own = image.grid.direction * .diagonal(image.grid.spacing)
    let isOnLattice = image.size == [side, side] && own == frame.steps
    guard let view = isOnLattice ? image : frame.view(of: image, size: [side, side], threads: 1) else {
      throw AlignmentError.unsupported(method: name, reason: "the image's samples do not lie on a usable grid")
    }
    guard let mask = view.mask else { return view.samples }
    return zip(view.samples, mask).map { $1 == 0 ? 0 : $0 }
  }
}
