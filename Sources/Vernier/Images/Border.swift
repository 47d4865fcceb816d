/// Where an image has data: half a sample beyond the centres of its outermost samples, as in ITK.
///
/// A sample stands for the cell around its centre, so that an image of n samples reaches from −½ to n − ½ along an
/// axis. Between the outermost centre and the edge of its cell a value is the outermost sample's; cubic splines go on
/// mirrored. Resampling, overlap, evidence and masks follow this one rule. What is estimated rests on positions between
/// the centres alone, where values are interpolated and not continued.
@usableFromInline
enum Border {
  /// In samples.
  @usableFromInline static let reach = 0.5
  /// A position may exceed the edge by so much for rounding, in samples.
  static let tolerance = 1e-6
}
