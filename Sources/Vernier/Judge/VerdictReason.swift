/// What speaks against an alignment.
public enum VerdictReason: Sendable, Equatable {
  /// The moving image matches when it is mirrored along x.
  case mirrored
  /// The parts of the images, each by itself, do not bear the transform out.
  case partsDisagree
  /// So many of the parts, 0…1, lie where the transform puts them: too few.
  case fewPartsAgree(share: Double)
  /// The parts lie beside their places by so much at the corners, in physical units, in such a way.
  case remainder(BlockAgreement.Remainder, error: Double)
  /// The parts speak for another place, too.
  case anotherPlace
  /// Of the small parts so many, 0…1, are unlike: something moved by itself, or is in one image alone.
  case unlikeParts(share: Double)
  /// The edges agreed better where the alignment started.
  case worseThanStart
  /// So few samples are in both images that they fit each other by chance.
  case fewSamples
  /// Pictures share a frame and are alike wherever they lie.
  case sharedFrame
  /// Several transforms, or a whole range of them, explain the images as well.
  case ambiguous
  /// The deformation folds at a share of the samples.
  case folding(share: Double)
  /// The deformation makes the images no more alike.
  case idleDeformation
  /// All in all the images are not alike enough to be sure.
  case weak

  /// What the confidence cannot exceed where this speaks against an alignment.
  var ceiling: Double {
    switch self {
    case .mirrored, .partsDisagree: 0.45
    case .fewPartsAgree, .remainder, .anotherPlace, .worseThanStart, .unlikeParts, .fewSamples, .sharedFrame:
      0.9
    case .ambiguous, .folding, .idleDeformation, .weak: 1
    }
  }
}

extension VerdictReason: CustomStringConvertible {
  public var description: String {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
    return switch self {
    case .mirrored: "the moving image matches when it is mirrored along x"
    case .partsDisagree: "the parts of the images do not bear it out"
    case .fewPartsAgree(let share): "no more than \(percent(share)) of the parts lie where it puts them"
    case .remainder(let remainder, _): remainder.description
    case .anotherPlace: "the parts speak for another place, too"
    case .unlikeParts(let share):
      "\(percent(share)) of the small parts are unlike: something else moved, or is in one image alone"
    case .worseThanStart: "the edges agreed better at the start"
    case .fewSamples: "too few samples are in both images"
    case .sharedFrame: "the pictures share a frame and are alike wherever they lie"
    case .ambiguous: "the images match in more than one way"
    case .folding(let share): "the deformation folds at \(percent(max(share, 0.01))) of the samples"
    case .idleDeformation: "the deformation makes the images no more alike"
    case .weak: "the images are not alike enough to be sure"
    }
  }
}

extension BlockAgreement {
  /// How the parts lie beside the places that a transform gives them.
  public enum Remainder: String, Sendable, CustomStringConvertible {
    /// All alike.
    case shift
    /// By a linear map: a turn, a scale, a shear.
    case linear
    /// By a map of the second degree, such as a perspective or a lens's distortion.
    case curved
    /// Each by itself.
    case local

    public var description: String {
      switch self {
      case .shift: "what is left is a shift"
      case .linear: "what is left looks like a turn, a scale or a shear"
      case .curved: "what is left looks like perspective or a bend"
      case .local: "what is left is local"
      }
    }
  }
}
