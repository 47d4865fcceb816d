import Testing

@testable import Vernier

/// The numbers of a text, separated by white space.
func goldenNumbers(_ text: String) -> [Double] { text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) } }

/// The same numbers as SimpleITK, OpenCV, scikit-image and SciPy: Tests/Golden/generate.py makes them and says how.
@Suite struct GoldenTests {
  private static let direction = Matrix<3>(rowMajor: [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6])

  /// The image of `image(shape, seed)` in generate.py, bit for bit; all values are whole numbers.
  static func image<let rank: Int>(_ size: [Int], seed: UInt32, on grid: Grid<rank>? = nil) throws -> Image<rank> {
    var state = seed
    var samples = (0..<size.reduce(1, *)).map { _ -> Int in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 24)
    }
    for _ in 0..<2 {
      var stride = size.dropLast().reduce(1, *)
      for axis in (0..<rank).reversed() {
        samples = samples.indices.map { index in
          let position = index / stride % size[axis]
          let low = position > 0 ? index - stride : index
          let high = position < size[axis] - 1 ? index + stride : index
          return samples[low] + 2 * samples[index] + samples[high]
        }
        stride /= axis > 0 ? size[axis - 1] : 1
      }
    }
    return Image(unchecked: try grid ?? Grid(size: size), samples: samples.map(Float.init))
  }

  /// The largest difference over the range of the expected values.
  private func deviation(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count, let most = expected.max(), let least = expected.min() else { return .infinity }
    return difference(found.map(Double.init), expected) / (most - least)
  }

  @Test(arguments: [Interpolation.linear, .cubic]) func resamplingInThePlaneIsITKs(interpolation: Interpolation) throws
  {
    let from = try Grid<2>(
      size: [22, 18], spacing: [0.8, 1.1], origin: [-3, 5], direction: Matrix(rowMajor: [0.8, -0.6, 0.6, 0.8]))
    let moving = try Self.image([22, 18], seed: 1, on: from)
    let onto = try Grid<2>(size: [8, 7], spacing: [0.7, 0.9], origin: [-2, 12])
    let transform = Affine<2>(
      linear: Matrix(rowMajor: [1.03, 0.08, -0.05, 0.97]), translation: [0.4, -0.3], center: [1, 14])
    let found = moving.resampled(onto: onto, through: transform, interpolation: interpolation)
    #expect(found.mask?.allSatisfy { $0 == 1 } == true)
    let expected = interpolation == .linear ? GoldenValues.linearPlane : GoldenValues.cubicPlane
    // Single precision against double.
    #expect(deviation(found.samples, expected) < 2e-6)
  }

  @Test(arguments: [Interpolation.linear, .cubic]) func resamplingInSpaceIsITKs(interpolation: Interpolation) throws {
    let from = try Grid<3>(
      size: [12, 13, 11], spacing: [1.2, 0.9, 1.5], origin: [10, -20, 30], direction: Self.direction)
    let moving = try Self.image([12, 13, 11], seed: 2, on: from)
    let onto = try Grid<3>(
      size: [5, 4, 4], spacing: [0.8, 1, 0.9], origin: Vector(GoldenValues.gridOrigin),
      direction: Matrix(rowMajor: [0, -1, 0, 1, 0, 0, 0, 0, 1]))
    let transform = Affine<3>(
      linear: Matrix(rowMajor: [1.02, 0.05, -0.03, -0.04, 0.98, 0.06, 0.02, -0.05, 1.01]),
      translation: Vector(GoldenValues.translation), center: [1, 2, 3])
    let found = moving.resampled(onto: onto, through: transform, interpolation: interpolation)
    #expect(found.mask?.allSatisfy { $0 == 1 } == true)
    let expected = interpolation == .linear ? GoldenValues.linearVolume : GoldenValues.cubicVolume
    #expect(deviation(found.samples, expected) < 2e-6)
  }

  @Test func theSplineIsMirroredAtTheBorderAsSciPys() throws {
    let moving: Image<2> = try Self.image([22, 18], seed: 1)
    let points = GoldenValues.borderPoints
    let found = try (0..<points.count / 2).map { index in
      let place = Affine<2>(translation: [points[2 * index], points[2 * index + 1]])
      return moving.resampled(onto: try Grid<2>(size: [1, 1]), through: place, interpolation: .cubic).samples[0]
    }
    #expect(deviation(found, GoldenValues.cubicBorder) < 5e-6)
  }

  /// Data begins and ends where ITK's does, half a sample beyond the outermost centres, and is the same there.
  private func checkBorder<let rank: Int>(_ found: Image<rank>, _ expected: [Double]) {
    let mask = found.mask ?? [UInt8](repeating: 1, count: found.samples.count)
    #expect(mask.map { $0 == 1 } == expected.map { $0 != -1 })
    let valid = mask.indices.filter { mask[$0] == 1 }
    #expect(valid.count > mask.count / 4 && valid.count < mask.count)
    #expect(deviation(valid.map { found.samples[$0] }, valid.map { expected[$0] }) < 3e-6)
  }

  @Test func theBorderInThePlaneIsITKs() throws {
    let moving: Image<2> = try Self.image([7, 6], seed: 1)
    let onto = try Grid<2>(size: [33, 29], spacing: [0.3, 0.3], origin: [-1.5, -1.5])
    let transform = Affine<2>(
      linear: Matrix(rowMajor: [1.03, 0.08, -0.05, 0.97]), translation: [0.4, -0.3], center: [3, 2.5])
    checkBorder(moving.resampled(onto: onto, through: transform), GoldenValues.borderPlane)
    // A map that is not known to be linear takes another way through the code.
    checkBorder(moving.resampled(onto: onto, through: Plain(map: transform)), GoldenValues.borderPlane)
  }

  @Test func theBorderInSpaceIsITKs() throws {
    let from = try Grid<3>(size: [4, 5, 3], spacing: [1.2, 0.9, 3], direction: Self.direction)
    let moving = try Self.image([4, 5, 3], seed: 2, on: from)
    let onto = try Grid<3>(
      size: [9, 11, 9], spacing: [0.7, 0.6, 1.4], origin: [-0.9, -1.1, -2.1], direction: Self.direction)
    let transform = Affine<3>(translation: [0.13, -0.21, 0.17])
    checkBorder(moving.resampled(onto: onto, through: transform), GoldenValues.borderVolume)
    checkBorder(moving.resampled(onto: onto, through: Plain(map: transform)), GoldenValues.borderVolume)
  }

  private struct Plain<let rank: Int>: SpatialTransform {
    let map: Affine<rank>
    func callAsFunction(_ point: Vector<rank>) -> Vector<rank> { map(point) }
  }

  private func checkField<let rank: Int>(on grid: Grid<rank>, points: [Double], moved: [Double]) throws {
    let field = try DisplacementField(
      (0..<rank).map { axis in
        try Self.image(Array(grid.size), seed: 10 + UInt32(axis), on: grid).mapSamples { ($0 - 32768) / 8192 }
      })
    #expect(points.count == 11 * rank * rank)
    for place in stride(from: 0, to: points.count, by: rank) {
      let point = Vector<rank>(Array(points[place..<place + rank]))
      #expect(difference(field(point), Vector(Array(moved[place..<place + rank]))) < 2e-6)
    }
  }

  @Test func displacementFieldsAreITKs() throws {
    try checkField(
      on: Grid<2>(
        size: [9, 7], spacing: [0.75, 1.5], origin: [-5, 9], direction: Matrix(rowMajor: [0.8, -0.6, 0.6, 0.8])),
      points: GoldenValues.fieldPointsPlane, moved: GoldenValues.fieldMovedPlane)
    try checkField(
      on: Grid<3>(size: [6, 5, 4], spacing: [1, 1.5, 2], origin: [-5, 9, 4], direction: Self.direction),
      points: GoldenValues.fieldPointsVolume, moved: GoldenValues.fieldMovedVolume)
  }

  @Test func similaritiesInThePlane() throws {
    try check(
      [30, 28], Image<2>.self, squares: GoldenValues.squaresPlane,
      correlation: GoldenValues.correlationPlane + GoldenValues.eccPlane, mattes: GoldenValues.mattesPlane[0],
      normalized: GoldenValues.normalizedInformationPlane[0])
  }

  @Test func similaritiesInSpace() throws {
    try check(
      [10, 10, 9], Image<3>.self, squares: GoldenValues.squaresVolume, correlation: GoldenValues.correlationVolume,
      mattes: GoldenValues.mattesVolume[0], normalized: GoldenValues.normalizedInformationVolume[0])
  }

  private func check<let rank: Int>(
    _ size: [Int], _: Image<rank>.Type, squares: [Double], correlation: [Double], mattes: Double, normalized: Double
  ) throws {
    let fixed: Image<rank> = try Self.image(size, seed: 3)
    let other: Image<rank> = try Self.image(size, seed: 4)
    let moving = Image(unchecked: fixed.grid, samples: zip(fixed.samples, other.samples).map { 2 * $0 + $1 })
    let figures = try Measurement(fixed: fixed, moved: moving).figures
    func value(_ name: String) -> Double { figures.first { $0.name == name }?.value ?? .nan }
    for expected in squares { #expect(abs(value("mse") - expected) < 1e-6 * expected) }
    for expected in correlation { #expect(abs(value("ncc") - expected) < 1e-6) }
    // Mattes' histogram with ITK's definition: 32 bins, a box for the fixed and a cubic window for the moving
    // intensity. ITK's range is the whole one; ours leaves out 0.1 % at each end, which below 1000 samples is none.
    let pair = LevelPair(fixed: fixed, moving: moving, comparable: false, interpolation: .linear, threads: 1)
    let information = SampledInformation(
      pair, generators: [], about: .zero, bins: 32, count: .max, seed: 1, threads: 1)
    let found = information.evaluate(.identity)
    #expect(abs((found?.information ?? .nan) - mattes) < 1e-6)
    // scikit-image counts whole in 28 bins, which finds more information than a window over the same 28.
    #expect(value("nmi") < normalized && value("nmi") > 1)
  }

  @Test func compositionAndInverseAreITKs() throws {
    let inner = Affine<3>(
      linear: Matrix(rowMajor: [1.1, 0.2, -0.1, 0.05, 0.9, 0.15, -0.2, 0.1, 1.05]), translation: [4, -5, 6],
      center: [10, 20, 30])
    let outer = Affine<3>(
      linear: Matrix(rowMajor: [0.7, -0.3, 0.2, 0.4, 1.2, -0.1, 0.1, 0.3, 0.8]), translation: [-1, 2, 7],
      center: [-5, 8, 1])
    let inverse = try requireInverse(of: outer)
    let probes = stride(from: 0, to: 9, by: 3).map { Vector<3>(Array(GoldenValues.probes[$0..<$0 + 3])) }
    let composed = probes.flatMap { outer.composed(after: inner)($0).elements }
    #expect(difference(composed, GoldenValues.composed) < 1e-9)
    #expect(difference(probes.flatMap { inverse($0).elements }, GoldenValues.inverted) < 1e-9)
  }

  @Test(arguments: 0..<3) func anglesAreThoseOfITKsEulerTransform(index: Int) {
    let matrix = Matrix<3>(rowMajor: Array(GoldenValues.eulerMatrices[9 * index..<9 * index + 9]))
    let angles = Array(GoldenValues.angles[3 * index..<3 * index + 3])
    let parameters = Affine<3>.Parameters(
      rotation: angles, scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
    #expect(difference(Affine(parameters).linear, matrix) < 1e-11)
    #expect(difference(Affine<3>(linear: matrix).parameters.rotation, angles) < 1e-9)
  }
}
