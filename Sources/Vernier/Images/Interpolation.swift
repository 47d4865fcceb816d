/// How a value between samples is found.
public enum Interpolation: String, Sendable, CaseIterable {
  /// The nearest sample: for labels and masks.
  case nearest
  /// Linear along each axis.
  case linear
  /// Cubic B-spline with prefilter (Unser, Aldroubi and Eden 1993): third-order smooth, passes through the samples.
  case cubic
}
