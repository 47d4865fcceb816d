import Testing
import Vernier

/// One test a convention of docs/conventions.md. Most wrong registrations are a convention misread, not bad
/// mathematics.
@Suite struct ConventionTests {
  @Test func pixelCentresAreIntegersFromZero() throws {
    let grid = try Grid<2>(size: [4, 3])
    #expect(grid.point(atIndex: [0, 0]) == [0, 0])
    #expect(grid.corners.last == [3, 2])
    #expect(grid.center == [1.5, 1])
  }

  @Test func pointsAndSizesAreXFirst() throws {
    let image = try Image<3>(
      grid: Grid(size: [4, 3, 2]), samples: (0..<24).map(Float.init))
    #expect(image.size == [4, 3, 2])
    let (x, y, z) = (1, 2, 1)
    #expect(image.samples[x + 4 * (y + 3 * z)] == 21)
  }

  @Test func aPlainPictureIsMeasuredInPixels() throws {
    let grid = try Grid<2>(size: [4, 3])
    #expect(grid.spacing == [1, 1] && grid.origin == .zero && grid.direction == .identity)
  }

  @Test func volumesKeepMillimetresAndDirection() throws {
    // Rows run to the patient's left, columns to the head, slices to the front: a coronal acquisition in LPS.
    let coronal = Matrix<3>(rowMajor: [1, 0, 0, 0, 0, -1, 0, 1, 0])
    let grid = try Grid<3>(size: [10, 10, 10], spacing: [0.5, 2, 3], origin: [-90, 40, -70], direction: coronal)
    #expect(grid.point(atIndex: [2, 0, 0]) == [-89, 40, -70])
    #expect(grid.point(atIndex: [0, 1, 0]) == [-90, 40, -68])
    #expect(grid.point(atIndex: [0, 0, 1]) == [-90, 37, -70])
    #expect(grid.index(atPoint: [-90, 37, -70]) == [0, 0, 1])
  }

  @Test func aTransformMapsFixedToMoving() throws {
    let moving = try Image<2>(width: 8, height: 6, samples: (0..<48).map(Float.init))
    let fixedToMoving = Affine<2>(translation: [2, 1])
    let moved = moving.resampled(onto: moving.grid, through: fixedToMoving)
    #expect(moved.samples[0] == moving.samples[2 + 8 * 1], "moved(0, 0) = moving(T(0, 0)) = moving(2, 1)")
    #expect(moved.samples[3 + 8 * 2] == moving.samples[5 + 8 * 3])
  }

  @Test func anImageReachesHalfASampleBeyondItsOutermostCentres() throws {
    let moving = try Image<2>(width: 3, height: 1, samples: [1, 2, 4])
    func moved(_ shift: Double) -> Image<2> {
      moving.resampled(onto: moving.grid, through: Affine(translation: [shift, 0]), outside: -1)
    }
    #expect(moved(0.5).samples == [1.5, 3, 4] && moved(0.5).mask == [1, 1, 1])
    #expect(moved(-0.5).samples == [1, 1.5, 3] && moved(-0.5).mask == [1, 1, 1])
    #expect(moved(0.75).samples == [1.75, 3.5, -1] && moved(0.75).mask == [1, 1, 0])
  }

  @Test func aPositiveAngleTurnsXTowardsY() {
    func turned(_ rotation: [Double]) -> Affine<3> {
      Affine(.init(rotation: rotation, scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero))
    }
    let plane = Affine<2>(.init(rotation: [90], scale: [1, 1], shear: [0], translation: .zero, center: .zero))
    #expect(difference(plane([1, 0]), [0, 1]) < 1e-15)
    #expect(difference(turned([0, 0, 90])([1, 0, 0]), [0, 1, 0]) < 1e-15)
    #expect(difference(turned([90, 0, 0])([0, 1, 0]), [0, 0, 1]) < 1e-15)
    #expect(difference(turned([0, 90, 0])([0, 0, 1]), [1, 0, 0]) < 1e-15)
  }

  @Test func anglesAreDegrees() {
    let turn = Affine<2>(.init(rotation: [30], scale: [1, 1], shear: [0], translation: .zero, center: .zero))
    #expect(abs(turn.linear[1, 0] - 0.5) < 1e-15)
    #expect(difference(turn.parameters.rotation, [30]) < 1e-13)
  }

  @Test func rotationIsAboutTheCentreWrittenWithIt() {
    let turn = Affine<2>(.init(rotation: [90], scale: [1, 1], shear: [0], translation: .zero, center: [10, 20]))
    #expect(difference(turn([10, 20]), [10, 20]) < 1e-14)
    #expect(difference(turn([11, 20]), [10, 21]) < 1e-14)
    #expect(turn.parameters.center == [10, 20])
  }

  @Test func linearPartIsRotationTimesScaleTimesShear() {
    let parameters = Affine<2>.Parameters(
      rotation: [90], scale: [2, 3], shear: [0.5], translation: .zero, center: .zero)
    // Shear first: (0, 1) → (0.5, 1); then scale: (1, 3); then a quarter turn: (−3, 1).
    #expect(difference(Affine(parameters)([0, 1]), [-3, 1]) < 1e-15)
    // In space R = Rz · Ry · Rx: about x first.
    let space = Affine<3>(
      .init(rotation: [90, 0, 90], scale: [1, 1, 1], shear: [0, 0, 0], translation: .zero, center: .zero))
    #expect(difference(space([0, 1, 0]), [0, 0, 1]) < 1e-15)
    #expect(difference(space([1, 0, 0]), [0, 1, 0]) < 1e-15)
  }

  @Test func parametersComeRotationScaleShearTranslation() {
    #expect(
      TransformModel.affine.parameterNames(rank: 2)
        == ["rotation", "scale x", "scale y", "shear", "translation x", "translation y"])
    let transform = Affine<2>(
      .init(rotation: [10], scale: [1.5, 0.75], shear: [0.25], translation: [7, -3], center: [4, 4]))
    #expect(difference(transform.parameterVector(of: .affine), [10, 1.5, 0.75, 0.25, 7, -3]) < 1e-13)
    #expect(TransformModel.rigid.parameterNames(rank: 3).prefix(3) == ["rotation x", "rotation y", "rotation z"])
  }

  @Test func compositionAppliesTheArgumentFirst() {
    let shift = Affine<2>(translation: [1, 0])
    let stretch = Affine<2>(linear: .diagonal([2, 2]))
    #expect(stretch.composed(after: shift)([0, 0]) == [2, 0])
    #expect(shift.composed(after: stretch)([0, 0]) == [1, 0])
  }

  @Test func theInverseMapsMovingToFixed() throws {
    let transform = Affine<2>(linear: .diagonal([2, 4]), translation: [3, 5])
    let inverse = try #require(transform.inverted())
    #expect(inverse([5, 9]) == [1, 1])
  }
}
