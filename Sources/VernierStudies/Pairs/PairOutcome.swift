import Vernier
import VernierText

/// What a method made of a pair.
struct PairOutcome: Sendable {
  struct Answer: Sendable {
    var transform: Affine<2>
    var error: RigidError
    var verdict: Verdict
    var seconds: Double
  }

  var truth: Affine<2>
  /// Nil where the method gave none, such as for too few keypoints.
  var answer: Answer?

  /// Registers a pair on one thread.
  ///
  /// - Throws: what is not about this pair, such as a plug-in that is missing or a method that does not exist.
  init(
    of pair: RegisteredPair, by chain: String, model: TransformModel = .rigid, metric: Metric? = nil,
    methods: [Method], prepare: [any PrepareStep] = []
  ) throws {
    truth = pair.truth
    let registration = try Registration(chain: chain, of: methods, model: model, metric: metric, prepare: prepare)
    do {
      let alignment = try registration.align(pair.moving, to: pair.fixed)
      answer = Answer(
        transform: alignment.linear,
        error: RigidError(of: alignment.linear, from: pair.truth, on: pair.fixed.grid),
        verdict: alignment.verdict, seconds: alignment.seconds)
    } catch {
      switch error {
      case .unsupported, .failed, .cancelled: throw error
      case .noOverlap, .unusableStart, .fixedUnusable, .movingUnusable, .noAnswer: answer = nil
      }
    }
  }

  init(truth: Affine<2>, answer: Answer?) {
    self.truth = truth
    self.answer = answer
  }
}

/// What a table says of many outcomes of one method.
struct PairSummary: Sendable {
  let count: Int
  /// Shares of all pairs: without an answer, with one that is off, see ``RigidError/isOff``.
  let noAnswer: Double
  let off: Double
  /// Of the pairs with an answer.
  let translation: Statistics
  let rotation: Statistics
  let corner: Statistics
  let seconds: Statistics
  let verdicts: [Verdict: Int]
  /// The share of all pairs whose answer is off and is called aligned all the same.
  let wronglyAligned: Double

  init(_ outcomes: [PairOutcome]) {
    let answers = outcomes.compactMap(\.answer)
    func share(_ part: Int) -> Double { Double(part) / Double(max(outcomes.count, 1)) }
    count = outcomes.count
    noAnswer = share(outcomes.count - answers.count)
    off = share(answers.count { $0.error.isOff })
    wronglyAligned = share(answers.count { $0.error.isOff && $0.verdict == .aligned })
    translation = Statistics(answers.map(\.error.translation))
    rotation = Statistics(answers.map(\.error.rotation))
    corner = Statistics(answers.map(\.error.corner))
    seconds = Statistics(answers.map(\.seconds))
    verdicts = Dictionary(answers.map { ($0.verdict, 1) }, uniquingKeysWith: +)
  }
}

extension Statistics {
  /// Mean and standard deviation as the paper prints them.
  func spread(_ decimals: Int) -> String {
    count == 0 ? "–" : "\(mean.fixed(decimals)) ± \(deviation.fixed(decimals))"
  }
}
