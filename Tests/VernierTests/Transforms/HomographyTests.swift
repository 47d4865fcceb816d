import Testing

@testable import Vernier

@Suite struct HomographyTests {
  static let matrix: Matrix<3> = [[1.1, 0.2, 5], [-0.1, 0.9, -3], [1e-3, -5e-4, 1]]
  static let center: Vector<2> = [40, 30]

  private func view(center: Vector<2> = center) throws -> Homography {
    try #require(Homography(Self.matrix, center: center))
  }

  private func points(_ count: Int = 50) -> [Vector<2>] {
    var random = SplitMix64(seed: 911)
    return (0..<count).map { _ in random.vector(in: -20...120) }
  }

  /// By its definition.
  private func image(_ matrix: Matrix<3>, _ p: Vector<2>) -> Vector<2> {
    let sums = (0..<3).map { matrix[$0, 0] * p[0] + matrix[$0, 1] * p[1] + matrix[$0, 2] }
    return [sums[0] / sums[2], sums[1] / sums[2]]
  }

  @Test func pointsAreDividedByTheirDenominator() throws {
    let shrinking = try #require(Homography([[1, 0, 0], [0, 1, 0], [0.5, 0, 1]]))
    #expect(shrinking([2, 4]) == [1, 2] && shrinking([0, 7]) == [0, 7])
    let view = try view()
    for point in points() { #expect(difference(view(point), image(Self.matrix, point)) < 1e-11) }
  }

  @Test func aFactorOfTheMatrixChangesNothing() throws {
    for factor in [-4.0, 0.25] {
      #expect(try #require(Homography(Self.matrix * factor, center: Self.center)) == view())
    }
    let kept = try view().matrix
    let denominator = kept[2, 0] * Self.center[0] + kept[2, 1] * Self.center[1] + kept[2, 2]
    #expect(abs(denominator - 1) < 1e-15)
  }

  @Test func matricesOfNoUse() {
    #expect(Homography([[1, 2, 3], [2, 4, 6], [0, 0, 1]]) == nil, "singular")
    #expect(Homography([[1, 0, 0], [0, .nan, 0], [0, 0, 1]]) == nil)
    #expect(Homography([[1, 0, .infinity], [0, 1, 0], [0, 0, 1]]) == nil)
    let swapping: Matrix<3> = [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    #expect(Homography(swapping) == nil, "the centre lies on the horizon")
    #expect(Homography(swapping, center: [1, 0]) != nil)
  }

  @Test func straightLinesStayStraight() throws {
    let view = try view()
    let (start, step): (Vector<2>, Vector<2>) = ([-10, 5], [3.5, 2])
    let line = (0..<20).map { view(start + step * Double($0)) }
    let along = line[19] - line[0]
    for point in line {
      let away = point - line[0]
      #expect(abs(along[0] * away[1] - along[1] * away[0]) < 1e-9)
    }
  }

  @Test func theJacobianIsTheDerivative() throws {
    let view = try view()
    for point in points(20) {
      let numeric = Vector<2>.differences(of: { view($0) }, at: point, step: 1e-3)
      #expect(difference(view.jacobian(at: point), numeric) < 1e-8)
    }
  }

  @Test func theLinearPartIsTheExpansionAboutTheCentre() throws {
    let view = try view()
    let linear = view.linearPart
    #expect(linear.center == Self.center)
    #expect(difference(linear(Self.center), view(Self.center)) < 1e-12)
    #expect(linear.linear == view.jacobian(at: Self.center))
    // What is left is of second order.
    let (near, far) = ((linear([41, 30]) - view([41, 30])).length, (linear([50, 30]) - view([50, 30])).length)
    #expect(near < 0.02 * far && far < 0.3)
  }

  @Test func anAffineMapIsOneOfThem() throws {
    let affine = Affine<2>(
      .init(rotation: [20], scale: [1.1, 0.9], shear: [0.1], translation: [4, -3], center: Self.center))
    let view = Homography(affine)
    for point in points(20) { #expect(difference(view(point), affine(point)) < 1e-12) }
    #expect(difference(view.linearPart, affine) < 1e-12)
    #expect(difference(view.jacobian(at: [3, 99]), affine.linear) < 1e-15)
  }

  @Test func theInverseLeadsBack() throws {
    let view = try view()
    let inverse = try #require(view.inverted())
    for point in points() { #expect(difference(inverse(view(point)), point) < 1e-10) }
    #expect(difference(inverse.center, view(Self.center)) < 1e-12)
    let again = try #require(inverse.inverted())
    #expect(difference(again.matrix, view.matrix) < 1e-12 && difference(again.center, Self.center) < 1e-11)
  }

  @Test func composedWithAffineMapsAndItsKind() throws {
    let view = try view()
    let affine = Affine<2>(
      .init(rotation: [-15], scale: [1.05, 0.95], shear: [0], translation: [2, 6], center: Self.center))
    let inverse = try #require(view.inverted())
    let cases: [(whole: Transform<2>, last: Transform<2>, first: Transform<2>)] = [
      (Transform(view), Transform(affine), Transform(view)), (Transform(view), Transform(view), Transform(affine)),
      (Transform(view), Transform(view), Transform(view)), (Transform(view), Transform(inverse), Transform(view)),
    ].map { ($0.1.composed(after: $0.2), $0.1, $0.2) }
    for (whole, last, first) in cases {
      #expect(whole.base is Homography)
      for point in points(20) { #expect(difference(whole(point), last(first(point))) < 1e-9) }
    }
    // The inverse of one after it is the identity.
    let identity = try #require(cases[3].whole.base as? Homography)
    #expect(difference(identity.matrix, .identity) < 1e-12)
    #expect(try #require(view.composed(after: view)).center == Self.center)
  }

  /// Where the first map sends its centre behind the second one, no homography that sees its own centre is the two of
  /// them.
  @Test func mapsThatDoNotMakeOneHomographyStayTwo() throws {
    let horizon = try #require(Homography([[1, 0, 0], [0, 1, 0], [-0.125, 0, 1]]))
    let away = Affine<2>(translation: [10, 0])
    #expect(horizon.composed(after: Homography(away)) == nil)
    let whole = Transform(horizon).composed(after: away)
    #expect(whole.base is Composition<2>)
    #expect(whole([-5, 2]) == horizon([5, 2]))
    #expect(!whole([0, 0]).isFinite)
  }

  @Test func pointsBehindHaveNoImage() throws {
    // The horizon is the line x = 8.
    let view = try #require(Homography([[1, 0, 0], [0, 1, 0], [-0.125, 0, 1]]))
    #expect(view([7.5, 3]).isFinite)
    for behind in [[8, 3], [8.5, 3], [200, -7]] as [Vector<2>] {
      #expect(view(behind)[0].isNaN && view(behind)[1].isNaN)
    }
    // A row sees them as well, and a picture has no samples there.
    let row = view.row(from: [5, 2], step: [1, 0], count: 6)
    #expect(row.map { $0.isFinite } == [true, true, true, false, false, false])
    let picture = try Image<2>(width: 400, height: 30, samples: [Float](repeating: 5, count: 12_000))
    let seen = picture.resampled(onto: try Grid(size: [16, 3]), through: view, outside: -1)
    #expect((0..<48).allSatisfy { (seen.mask?[$0] != 0) == ($0 % 16 < 8) })
    #expect((0..<48).allSatisfy { seen.samples[$0] == ($0 % 16 < 8 ? 5 : -1) })
  }

  @Test func rowsAreThePointsOneByOne() throws {
    let view = try view()
    for (start, step) in [([-20, 7], [1, 0]), ([3, 90], [0.7, -0.6]), ([100, 100], [-1.5, 0.25])]
      as [(Vector<2>, Vector<2>)]
    {
      let row = view.row(from: start, step: step, count: 100)
      for (index, point) in row.enumerated() {
        #expect(difference(point, view(start + step * Double(index))) < 1e-10)
      }
    }
  }
}
