import Testing

@testable import Vernier

@Suite struct ParameterCovarianceTests {
  /// Over 60 pairs that differ in their noise alone the parameters scatter as their covariance says.
  ///
  /// With 60 repetitions a standard deviation is itself uncertain by 9 %; measured are 0.9 to 1.3, at a twentieth and
  /// at a quarter of the contrast, hence a factor of 1.5 either way.
  @Test(arguments: [3.0, 15]) func scatterIsWhatThePredictionSays(deviation: Double) throws {
    let grid = try Grid<2>(size: [96, 96])
    let truth = Affine<2>(
      .init(rotation: [6], scale: [1, 1], shear: [0], translation: [2.3, -1.6], center: grid.center))
    let (fixed, moving) = try SmoothField<2>.filling(side: 96, seed: 1).pair(truth: truth, on: grid)
    let registration = Registration(
      model: .rigid, stages: [Refinement()], metric: .crossCorrelation, threads: 1)
    var random = SplitMix64(seed: 2)
    let noise = Degradation.noise(deviation: deviation)
    var found: [[Double]] = []
    var predicted = [Double](repeating: 0, count: 3)
    var corners = 0.0
    var squaredError = 0.0
    let repetitions = 60
    for _ in 0..<repetitions {
      let result = try registration.align(
        noise.applied(to: moving, using: &random), to: noise.applied(to: fixed, using: &random), initial: truth)
      found.append(result.linear.parameterVector(of: .rigid))
      let covariance = try #require(result.evidence.covariance)
      for index in 0..<3 { predicted[index] += covariance[index][index] / Double(repetitions) }
      corners += try #require(result.evidence.cornerDeviation) / Double(repetitions)
      squaredError +=
        grid.corners.reduce(0) {
          let away = result.linear($1) - truth($1)
          return $0 + away.dot(away)
        } / 4 / Double(repetitions)
    }
    for index in 0..<3 {
      let mean = found.reduce(0) { $0 + $1[index] } / Double(repetitions)
      let variance = found.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / Double(repetitions - 1)
      let ratio = (variance / predicted[index]).squareRoot()
      #expect(ratio > 1 / 1.5 && ratio < 1.5, "parameter \(index)")
    }
    let ratio = squaredError.squareRoot() / corners
    #expect(ratio > 1 / 1.5 && ratio < 1.5)
  }

  @Test func moreNoiseMeansMoreDeviation() throws {
    let (fixed, moving) = cutPair(side: 96, truth: InvarianceTests.truth, seed: 3)
    var random = SplitMix64(seed: 4)
    let deviations = try [2.0, 8, 32].map { deviation in
      let noise = Degradation.noise(deviation: deviation)
      let result = try Registration(model: .rigid, metric: .crossCorrelation).align(
        noise.applied(to: moving, using: &random), to: noise.applied(to: fixed, using: &random),
        initial: InvarianceTests.truth)
      return try #require(result.evidence.cornerDeviation)
    }
    #expect(deviations[0] < deviations[1] && 2 * deviations[1] < deviations[2])
  }

  @Test(arguments: TransformModel.linear) func itIsSymmetricWithOneRowAParameter(model: TransformModel) throws {
    let (fixed, moving) = cutPair(side: 96, truth: Affine(translation: [2.3, 1.4]), seed: 5)
    let result = try Registration(model: model, stages: [Refinement()]).align(moving, to: fixed)
    let covariance = try #require(result.evidence.covariance)
    #expect(covariance.count == model.parameterCount(rank: 2))
    for row in covariance.indices {
      #expect(covariance[row].count == covariance.count && covariance[row][row] > 0)
      for column in 0..<row {
        let limit = (covariance[row][row] * covariance[column][column]).squareRoot()
        #expect(abs(covariance[row][column] - covariance[column][row]) < 1e-9 * limit)
        #expect(abs(covariance[row][column]) <= limit * 1.000001)
      }
    }
  }
}
