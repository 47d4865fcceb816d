import Testing

@testable import Vernier

@Suite("Point pairs")
struct PointPairsTests {
  private let points: [Vector<2>] = [[0, 0], [10, 1], [3, 8], [12, 9], [5, -4]]

  private func transform(_ model: TransformModel) -> Affine<2> {
    Affine(
      .init(
        rotation: [model == .translation ? 0 : 137],
        scale: model == .similarity ? [1.3, 1.3] : model == .affine ? [1.2, 0.7] : [1, 1],
        shear: [model == .affine ? 0.2 : 0], translation: [3, -7], center: [4, 4]))
  }

  @Test("a model's own transform is found from its points", arguments: TransformModel.linear)
  func exactFit(model: TransformModel) throws {
    let pairs = PointPairs(points: points) { transform(model)($0) }
    #expect(pairs.meanDistance(try #require(pairs.fit(model))) < 1e-12)
  }

  @Test("rigid and similarity in space")
  func exactFitInSpace() throws {
    let corners = try? Grid<3>(size: [5, 7, 9]).corners
    for scale in [1, 0.8] {
      let truth = Affine<3>(
        .init(
          rotation: [20, -35, 110], scale: [scale, scale, scale], shear: [0, 0, 0], translation: [1, 2, 3],
          center: .zero))
      let pairs = PointPairs(points: corners ?? []) { truth($0) }
      #expect(pairs.meanDistance(try #require(pairs.fit(scale == 1 ? .rigid : .similarity))) < 1e-12)
    }
  }

  @Test("a richer model fits no worse")
  func nestedModels() throws {
    var random = SplitMix64(seed: 4)
    let pairs = PointPairs(points: points) { point in
      transform(.similarity)(point) + Vector { _ in Double.random(in: -2...2, using: &random) }
    }
    let squares = try TransformModel.linear.map { model in
      let fit = try #require(pairs.fit(model))
      return zip(pairs.points, pairs.targets).reduce(0) { $0 + (fit($1.0) - $1.1).dot(fit($1.0) - $1.1) }
    }
    #expect(squares[0] >= squares[1] && squares[1] >= squares[2] && squares[2] >= squares[3])
  }

  @Test("points of one plane in space turn as well as others; a mirrored set is turned, not mirrored")
  func planesAndMirrors() throws {
    let flat: [Vector<3>] = [[0, 0, 0], [9, 0, 0], [0, 7, 0], [8, 6, 0]]
    let truth = Affine<3>(
      .init(rotation: [130, 20, -75], scale: [1, 1, 1], shear: [0, 0, 0], translation: [4, 5, 6], center: .zero))
    let pairs = PointPairs(points: flat) { truth($0) }
    #expect(pairs.meanDistance(try #require(pairs.fit(.rigid))) < 1e-12)
    #expect(pairs.fit(.affine) == nil)
    let corners = try Grid<3>(size: [5, 7, 9]).corners
    let mirrored = PointPairs(points: corners) { [-$0[0], $0[1], $0[2]] }
    #expect(abs(try #require(mirrored.fit(.rigid)).linear.determinant - 1) < 1e-12)
    #expect(mirrored.meanDistance(try #require(mirrored.fit(.affine))) < 1e-12)
  }

  @Test("no small turn of the fitted rotation comes nearer")
  func leastSquares() throws {
    var random = SplitMix64(seed: 9)
    let corners = try Grid<3>(size: [50, 70, 90]).corners
    let pairs = PointPairs(points: corners) { point in
      point + Vector { _ in Double.random(in: -20...20, using: &random) }
    }
    let fit = try #require(pairs.fit(.rigid))
    func squares(_ transform: Affine<3>) -> Double {
      zip(pairs.points, pairs.targets).reduce(0) { $0 + (transform($1.0) - $1.1).dot(transform($1.0) - $1.1) }
    }
    for axis in 0..<3 {
      for angle in [-0.1, 0.1] {
        let turn = Affine<3>(
          .init(
            rotation: (0..<3).map { $0 == axis ? angle : 0 }, scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero,
            center: fit.center))
        #expect(squares(fit.composed(after: turn)) > squares(fit))
      }
    }
  }

  @Test("what does not determine a model has no fit")
  func undetermined() {
    let one = PointPairs<2>(points: [[3, 4]], targets: [[5, 5]])
    #expect(one.fit(.translation)?.translation == [2, 1])
    #expect(one.fit(.rigid) == nil && one.fit(.similarity) == nil && one.fit(.affine) == nil)
    let line = PointPairs<3>(points: [[0, 0, 0], [1, 1, 1], [3, 3, 3]]) { $0 }
    #expect(line.fit(.rigid) == nil && line.fit(.affine) == nil)
  }
}
