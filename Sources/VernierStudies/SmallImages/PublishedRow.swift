/// What the small-image paper reports of one method in one table (Ma, Zhao and Cheng 2021, doi:10.3837/tiis.2021.01.010).
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

/// A row of Tables 1, 2, 4 and 5: the paper's name, and our chain of methods.
struct SmallImageMethod: Sendable {
  /// Nil for what the paper does not have.
  var paper: String?
  /// Nil for the learned ones.
  var chain: String?
  /// At most so many pairs; nil where it is fast enough for all.
  var mostPairs: Int?

  static let all = [
    Self(paper: "AKAZE", chain: "akaze"), Self(paper: "ORB", chain: "orb"), Self(paper: "SURF", chain: "surf"),
    Self(paper: "SIFT", chain: "sift"), Self(paper: "FFT", chain: "fft", mostPairs: 300),
    Self(paper: "ResNeXt-50+FC"), Self(paper: "ResNeXt-50+LSTM"), Self(paper: "LSTM"),
    Self(chain: "search+refine"), Self(chain: "phase-correlation"), Self(chain: "fourier-mellin"),
    Self(chain: "fourier-mellin+refine"), Self(chain: "sift+refine"),
  ]

  /// Those that can be measured here, without the rows that only the paper has.
  static var own: [Self] { all.filter { $0.chain != nil } }
}
