import Testing
import Vernier

@Suite struct DecompositionTests {
  static let seeds: [UInt64] = Array(1...16)

  @Test(arguments: seeds) func parametersComeBackInThePlane(seed: UInt64) { checkRoundTrip(seed, Affine<2>.self) }
  @Test(arguments: seeds) func parametersComeBackInSpace(seed: UInt64) { checkRoundTrip(seed, Affine<3>.self) }

  private func checkRoundTrip<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    let parameters: Affine<rank>.Parameters = random.parameters()
    let found = Affine(parameters).parameters
    #expect(difference(found.rotation, parameters.rotation) < 1e-10)
    #expect(difference(found.scale, parameters.scale) < 1e-13)
    #expect(difference(found.shear, parameters.shear) < 1e-12)
    #expect(found.translation == parameters.translation)
    #expect(found.center == parameters.center)
  }

  @Test(arguments: seeds) func anyMatrixIsTheProductOfItsPartsInThePlane(seed: UInt64) {
    checkAnyMatrix(seed, Affine<2>.self)
  }
  @Test(arguments: seeds) func anyMatrixIsTheProductOfItsPartsInSpace(seed: UInt64) {
    checkAnyMatrix(seed, Affine<3>.self)
  }

  private func checkAnyMatrix<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    let transform = Affine<rank>(linear: random.matrix(in: -2...2))
    let parameters = transform.parameters
    #expect(difference(Affine(parameters).linear, transform.linear) < 1e-12)
    #expect(parameters.scale.dropLast().allSatisfy { $0 > 0 })
    #expect((parameters.scale[rank - 1] < 0) == (transform.linear.determinant < 0))
  }

  @Test func aReflectionIsANegativeLastScale() {
    let mirrored = Affine<2>(linear: .diagonal([-1, 1])).parameters
    #expect(mirrored.scale == [1, -1])
    #expect(abs(mirrored.rotation[0]) == 180)
    #expect(Affine<3>(linear: .diagonal([1, 1, -3])).parameters.scale == [1, 1, -3])
  }

  @Test(arguments: [-90.0, 90.0]) func atThePoleTheMapStillComesBack(angle: Double) {
    let parameters = Affine<3>.Parameters(
      rotation: [20, angle, 50], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero)
    let transform = Affine(parameters)
    #expect(difference(Affine(transform.parameters).linear, transform.linear) < 1e-12)
    #expect(abs(transform.parameters.rotation[1] - angle) < 1e-5)
  }

  @Test func aFlatMapDecomposesToFiniteParameters() {
    let parameters = Affine<3>(linear: .diagonal([1, 0, 1])).parameters
    #expect((parameters.rotation + parameters.scale + parameters.shear).allSatisfy { $0.isFinite })
  }

  @Test(arguments: TransformModel.linear) func theParameterVectorHasTheModelsNames(model: TransformModel) {
    var random = SplitMix64(seed: 3)
    let plane: Affine<2> = random.affine()
    let space: Affine<3> = random.affine()
    #expect(plane.parameterVector(of: model).count == model.parameterNames(rank: 2).count)
    #expect(space.parameterVector(of: model).count == model.parameterNames(rank: 3).count)
    #expect(model.parameterCount(rank: 2) == model.parameterNames(rank: 2).count)
    #expect(model.parameterCount(rank: 3) == model.parameterNames(rank: 3).count)
  }

  @Test func parameterCountsAreTheDegreesOfFreedom() {
    #expect(TransformModel.allCases.map { $0.parameterCount(rank: 2) } == [2, 3, 4, 6, 8])
    #expect(TransformModel.linear.map { $0.parameterCount(rank: 3) } == [3, 6, 7, 12])
  }
}
