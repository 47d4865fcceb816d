/// Where an image has data: half a sample beyond the centres of its outermost samples, as in ITK.
///
/// A sample stands for the cell around its centre, so that an image of n samples reaches from −½ to n − ½ along an axis. Between the outermost
/// centre and the edge of its cell a value is the outermost sample's; cubic splines go on mirrored. Resampling, similarities, overlap and masks all
/// follow this one rule.
@usableFromInline
enum Border {
  /// In samples.
  @usableFromInline static let reach = 0.5
  /// A position may exceed the edge by so much for rounding, in samples.
  static let tolerance = 1e-6
}
