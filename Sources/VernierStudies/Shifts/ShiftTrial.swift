import Vernier

/// One published setting on one exposure of one plate.
struct ShiftTrial: Sendable {
  struct Setting: Sendable, Hashable {
    var metric: ShiftMetric
    var learningRate: Double
    var steps: Int

    /// The paper's: three learning rates, two numbers of steps, two metrics.
    static let all = [ShiftMetric.meanSquares, .crossCorrelation].flatMap { metric in
      [30, 100].flatMap { steps in
        [0.1, 0.01, 0.001].map { Setting(metric: metric, learningRate: $0, steps: steps) }
      }
    }
  }

  var setting: Setting
  /// The loss where each step began.
  var losses: [Double]
  /// To where the exhaustive search with the same metric ends, by its parabola, in samples.
  var distance: Double
  /// The descent alone.
  var seconds: Double
}

/// A plate's exposures for the published methods, intensities from 0 to 1, with the exhaustive answers.
struct ShiftPlate: Sendable {
  let name: String
  let green: Image<2>
  /// Blue and red.
  let others: [Image<2>]
  /// For each metric the shifts of blue and red.
  let answers: [ShiftMetric: [Vector<2>]]
  /// For each metric both searches' seconds.
  let searchSeconds: [ShiftMetric: Double]

  init(name: String, plate: Image<2>) throws {
    self.name = name
    let exposures = try PublishedCut(plate).exposures
    let (green, others) = (exposures[1], [exposures[0], exposures[2]])
    self.green = green
    self.others = others
    var answers: [ShiftMetric: [Vector<2>]] = [:]
    var seconds: [ShiftMetric: Double] = [:]
    for metric in ShiftMetric.allCases {
      let search = ExhaustiveShift(metric: metric, threads: 1)
      let clock = ContinuousClock()
      let start = clock.now
      _ = others.map { search.shift(aligning: $0, to: green) }
      seconds[metric] = start.duration(to: clock.now).inSeconds
      answers[metric] = others.map { search.vertex(aligning: $0, to: green) }
    }
    self.answers = answers
    searchSeconds = seconds
  }

  /// A setting on both exposures, one thread.
  func run(_ setting: ShiftTrial.Setting) -> [ShiftTrial] {
    let descent = GradientShift(
      metric: setting.metric, learningRate: setting.learningRate, steps: setting.steps, threads: 1)
    return zip(others, answers[setting.metric] ?? []).map { moving, answer in
      let clock = ContinuousClock()
      let start = clock.now
      let found = descent.descend(aligning: moving, to: green)
      return ShiftTrial(
        setting: setting, losses: found.trace.map(\.loss), distance: (found.shift - answer).length,
        seconds: start.duration(to: clock.now).inSeconds)
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
