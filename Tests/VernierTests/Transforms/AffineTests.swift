import Testing
import Vernier

@Suite struct AffineTests {
  static let seeds: [UInt64] = Array(1...8)

  @Test(arguments: seeds) func groupLawsInThePlane(seed: UInt64) throws { try checkGroup(seed, Affine<2>.self) }
  @Test(arguments: seeds) func groupLawsInSpace(seed: UInt64) throws { try checkGroup(seed, Affine<3>.self) }

  private func checkGroup<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) throws {
    var random = SplitMix64(seed: seed)
    let first: Affine<rank> = random.affine()
    let second: Affine<rank> = random.affine()
    let third: Affine<rank> = random.affine()
    let inverse = try requireInverse(of: first)

    #expect(difference(first.composed(after: inverse), .identity) < 1e-11)
    #expect(difference(inverse.composed(after: first), .identity) < 1e-11)
    let again = try requireInverse(of: inverse)
    #expect(difference(again, first) < 1e-11)
    #expect(difference(first.composed(after: .identity), first) < 1e-11)
    #expect(difference(Affine.identity.composed(after: first), first) < 1e-11)
    #expect(
      difference(
        third.composed(after: second).composed(after: first), third.composed(after: second.composed(after: first)))
        < 1e-9)

    let undone = try requireInverse(of: second.composed(after: first))
    let secondInverse = try requireInverse(of: second)
    #expect(difference(undone, inverse.composed(after: secondInverse)) < 1e-9)
  }

  @Test(arguments: seeds) func centreChangesTheWritingNotTheMapInThePlane(seed: UInt64) {
    checkCentre(seed, Affine<2>.self)
  }
  @Test(arguments: seeds) func centreChangesTheWritingNotTheMapInSpace(seed: UInt64) {
    checkCentre(seed, Affine<3>.self)
  }

  private func checkCentre<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    let transform: Affine<rank> = random.affine()
    let center: Vector<rank> = random.vector(in: -200...200)
    let moved = transform.centered(at: center)
    #expect(moved.center == center)
    #expect(moved.linear == transform.linear)
    #expect(difference(moved, transform) < 1e-11)
    #expect(difference(moved.translation, transform(center) - center) < 1e-11)
  }

  @Test(arguments: seeds) func homogeneousMatrixRoundTripsInThePlane(seed: UInt64) {
    checkHomogeneous(seed, Affine<2>.self)
  }
  @Test(arguments: seeds) func homogeneousMatrixRoundTripsInSpace(seed: UInt64) {
    checkHomogeneous(seed, Affine<3>.self)
  }

  private func checkHomogeneous<let rank: Int>(_ seed: UInt64, _: Affine<rank>.Type) {
    var random = SplitMix64(seed: seed)
    let transform: Affine<rank> = random.affine()
    let rows = transform.homogeneous
    #expect(rows.count == rank + 1 && rows.allSatisfy { $0.count == rank + 1 })
    #expect(rows[rank] == [Double](repeating: 0, count: rank) + [1])
    let point: Vector<rank> = random.vector(in: -50...50)
    let product = Vector<rank> { row in (0..<rank).reduce(rows[row][rank]) { $0 + rows[row][$1] * point[$1] } }
    #expect(difference(product, transform(point)) < 1e-11)
    #expect(difference(Affine(homogeneous: rows, center: transform.center), transform) < 1e-11)
    #expect(difference(Affine(homogeneous: rows), transform) < 1e-11)
  }

  @Test func theInverseIsWrittenAboutTheImageOfTheCentre() throws {
    let transform = Affine<2>(linear: .diagonal([2, 4]), translation: [3, 5], center: [10, 20])
    let inverse = try #require(transform.inverted())
    #expect(inverse.center == [13, 25])
    #expect(inverse.translation == [-3, -5])
  }

  @Test func aFlatMapHasNoInverse() {
    #expect(Affine<2>(linear: Matrix(rowMajor: [1, 2, 2, 4])).inverted() == nil)
    #expect(Affine<3>(linear: .diagonal([1, 1, 0])).inverted() == nil)
  }

  @Test func finitenessLooksAtEveryPart() {
    #expect(Affine<3>.identity.isFinite)
    #expect(!Affine<2>(linear: .diagonal([.nan, 1])).isFinite)
    #expect(!Affine<2>(translation: [.infinity, 0]).isFinite)
    #expect(!Affine<2>(center: [0, -.infinity]).isFinite)
  }
}
