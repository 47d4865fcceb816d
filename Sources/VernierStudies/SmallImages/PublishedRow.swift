import VernierText

/// What the small-image paper reports of one method in one table (Ma, Zhao and Cheng 2021,
/// doi:10.3837/tiis.2021.01.010).
struct PublishedRow: Sendable {
  struct Measured: Sendable {
    var mean: Double
    var deviation: Double

    init(_ mean: Double, _ deviation: Double) {
      self.mean = mean
      self.deviation = deviation
    }

    func text(_ decimals: Int) -> String { "\(mean.fixed(decimals)) ± \(deviation.fixed(decimals))" }
  }

  /// The share of pairs with too few keypoints; nil for methods without keypoints.
  var noAnswer: Double?
  /// Nil where the paper says "N.A.".
  var translation: Measured?
  var rotation: Measured?
  var seconds: Measured?

  init(noAnswer: Double) { self.noAnswer = noAnswer }

  init(noAnswer: Double? = nil, _ translation: Measured, _ rotation: Measured, _ seconds: Measured) {
    self.noAnswer = noAnswer
    self.translation = translation
    self.rotation = rotation
    self.seconds = seconds
  }
}
