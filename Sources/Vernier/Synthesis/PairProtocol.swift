/// How the two pictures of a synthetic pair come out of one scene.
public enum PairProtocol: String, Sendable, Codable, CaseIterable {
  /// The moving picture is the fixed one itself, moved: bilinear, zeros where it looks outside (Ma, Zhao and Cheng
  /// 2021, section 3.1). The border of zeros moves with the picture, and so helps whoever looks at it. What changes a
  /// scene's looks, another modality or the negative, comes before the motion: the border stays zero.
  case published
  /// Both pictures are cut from one larger scene through its cubic spline, so that no border betrays the answer.
  case strict
}
