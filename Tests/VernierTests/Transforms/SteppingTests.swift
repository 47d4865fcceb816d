import Testing

@testable import Vernier

@Suite struct SteppingTests {
  static let cases: [(TransformModel, UInt64)] = TransformModel.linear.flatMap { model in
    (1...4).map { (model, UInt64($0)) }
  }

  @Test(arguments: cases) func stepsInThePlane(model: TransformModel, seed: UInt64) throws {
    try checkSteps(model, seed, Affine<2>.self)
  }
  @Test(arguments: cases) func stepsInSpace(model: TransformModel, seed: UInt64) throws {
    try checkSteps(model, seed, Affine<3>.self)
  }

  private func checkSteps<let rank: Int>(_ model: TransformModel, _ seed: UInt64, _: Affine<rank>.Type) throws {
    var random = SplitMix64(seed: seed)
    let start: Affine<rank> = random.affine()
    let generators: [Generator<rank>] = model.generators(center: start.center)
    #expect(generators.count == model.parameterCount(rank: rank))
    let step = generators.map { _ in random.uniform(-0.5...0.5) }

    let still = start.stepped(by: step.map { _ in 0 }, along: generators)
    #expect(difference(still, start) < 1e-12)

    let stepped = start.stepped(by: step, along: generators)
    let back = stepped.stepped(by: step.map(-), along: generators)
    #expect(difference(back, start) < 1e-11, "exp(−x) undoes exp(x)")
    let halfway = start.stepped(by: step.map { $0 / 2 }, along: generators)
    #expect(
      difference(halfway.stepped(by: step.map { $0 / 2 }, along: generators), stepped) < 1e-11,
      "two halves of a step are the step")
    #expect(stepped.center == start.center)
  }

  @Test(arguments: cases) func firstOrderInThePlane(model: TransformModel, seed: UInt64) {
    checkFirstOrder(model, seed, Affine<2>.self)
  }
  @Test(arguments: cases) func firstOrderInSpace(model: TransformModel, seed: UInt64) {
    checkFirstOrder(model, seed, Affine<3>.self)
  }

  /// T ∘ exp(εG)(p) = T(p) + ε · linear(T) · v(p) + O(ε²).
  private func checkFirstOrder<let rank: Int>(_ model: TransformModel, _ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    let start: Affine<rank> = random.affine()
    let generators: [Generator<rank>] = model.generators(center: start.center)
    let point: Vector<rank> = random.vector(in: -50...50)
    let epsilon = 1e-6
    for (index, generator) in generators.enumerated() {
      let step = generators.indices.map { $0 == index ? epsilon : 0 }
      let forward = start.stepped(by: step, along: generators)(point)
      let backward = start.stepped(by: step.map(-), along: generators)(point)
      let numeric = (forward - backward) / (2 * epsilon)
      let velocity = generator.linear * (point - start.center) + generator.translation
      #expect(difference(numeric, start.linear * velocity) < 1e-6, "generator \(index)")
    }
  }

  @Test(arguments: 1...4) func aRigidTransformStaysRigidOverManyLongSteps(seed: UInt64) {
    checkStaysRigid(seed, Affine<2>.self)
    checkStaysRigid(seed, Affine<3>.self)
  }

  private func checkStaysRigid<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    var transform = Affine<rank>(linear: random.rotation(), translation: random.vector(in: -20...20))
    let generators: [Generator<rank>] = TransformModel.rigid.generators(center: random.vector(in: -50...50))
    for _ in 0..<200 {
      transform = transform.stepped(by: generators.map { _ in random.uniform(-1.5...1.5) }, along: generators)
    }
    #expect(difference(transform.linear * transform.linear.transposed, .identity) < 1e-12)
    #expect(abs(transform.linear.determinant - 1) < 1e-12)
  }

  @Test(arguments: 1...4) func aSimilarityKeepsOneScale(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var transform = Affine<3>(linear: random.rotation())
    let generators: [Generator<3>] = TransformModel.similarity.generators(center: .zero)
    for _ in 0..<20 {
      transform = transform.stepped(by: generators.map { _ in random.uniform(-0.3...0.3) }, along: generators)
    }
    let squared = transform.linear * transform.linear.transposed
    #expect(difference(squared * (1 / squared[0, 0]), .identity) < 1e-12)
  }

  @Test func aTurnOfTheFirstGeneratorIsTheAngleItself() {
    let generators: [Generator<2>] = TransformModel.rigid.generators(center: [5, 7])
    let turned = Affine<2>(center: [5, 7]).stepped(by: [.pi / 6, 0, 0], along: generators)
    #expect(difference(turned.parameters.rotation, [30]) < 1e-12)
    #expect(difference(turned.translation, .zero) < 1e-12)
  }
}
