import Glibc
import Testing
import Vernier

/// A map of this module's own: what a user writes.
private struct Swirl: SpatialTransform {
  var center: Vector<2>
  var strength: Double

  func callAsFunction(_ point: Vector<2>) -> Vector<2> {
    let away = point - center
    let turn = strength / (1 + away.dot(away) / 900)
    return center + away + Vector([-away[1], away[0]]) * turn
  }
}

/// An aligner of this module's own: it knows the shift.
private struct KnownShift: PictureAligner {
  var name: String { "known-shift" }
  var shift: Vector<2>

  func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    [Candidate(transform: Affine(translation: shift, center: fixed.grid.center), score: 1)]
  }
}

/// A similarity of this module's own: the mean absolute difference, Huber's within a tenth of a deviation, as nats.
private struct RobustDifference: Similarity {
  var name: String { "robust" }
  var relation: IntensityRelation { .same }

  func cost(
    of moved: Span<Float>, against fixed: Span<Float>, weights: Span<Float>, in context: SimilarityContext,
    slopes: inout MutableSpan<Float>
  ) -> Double? {
    let knee: Float = 0.1
    var (sum, count) = (0.0, 0.0)
    for place in moved.indices where weights[place] != 0 {
      let difference = moved[place] - fixed[place]
      let size = abs(difference)
      sum += Double(size < knee ? difference * difference / (2 * knee) : size - knee / 2)
      count += 1
    }
    guard count > 0 else { return nil }
    let mean = sum / count + 1e-4
    if slopes.count > 0 {
      for place in moved.indices {
        let difference = moved[place] - fixed[place]
        let slope = max(-1, min(1, difference / knee))
        slopes[place] = weights[place] != 0 ? slope / Float(count * mean) : 0
      }
    }
    // As if the differences were exponential: 1 nat for each factor of e.
    return 0.5 * log(2 * mean * mean)
  }
}

@Suite("A user's own types")
struct OwnTypesTests {
  @Test("an own transform resamples, inverts, composes and is carried by Transform")
  func ownTransform() throws {
    let image = try scene()
    let swirl = Swirl(center: image.grid.center, strength: 0.3)
    let moved = image.resampled(onto: image.grid, through: swirl)
    let point: Vector<2> = [70, 50]
    let seen = swirl(point)
    #expect(moved.isValid(50 * image.width + 70))
    let below: Float = image[Int(seen[0]), Int(seen[1])]
    let beside: Float = image[Int(seen[0]) + 1, Int(seen[1]) + 1]
    #expect(abs(moved[70, 50] - (below + beside) / 2) < 12)

    let transform = Transform(swirl)
    let inverse = try #require(transform.inverted())
    #expect(transform.largestError(ofInverse: inverse, on: image.grid) < 1e-6)
    let shift = Affine<2>(translation: [3, -2])
    let both = transform.composed(after: shift)
    #expect((both(point) - swirl(shift(point))).length < 1e-12)
    #expect(abs(transform.jacobian(at: point).determinant - swirl.jacobian(at: point).determinant) < 1e-12)
    let back = image.resampled(onto: image.grid, through: inverse)
    let again = back.resampled(onto: image.grid, through: transform, interpolation: .cubic)
    var worst: Float = 0
    for y in 40..<100 { for x in 40..<120 { worst = max(worst, abs(again[x, y] - image[x, y])) } }
    #expect(worst < 4)
  }

  @Test("an own aligner runs in a chain, and its answer is judged")
  func ownAligner() throws {
    let fixed = try scene()
    let moving = try scene(shift: [5.25, -3.5])
    let alone = try KnownShift(shift: [-5, 3]).align(moving, to: fixed, model: .translation)
    #expect(alone.method == "known-shift")
    #expect((alone.linear.translation - [-5, 3]).length < 1e-12)
    let refined = try Registration(
      model: .translation, stages: [KnownShift(shift: [-5, 3]), Refinement(interpolation: .cubic)]
    ).align(moving, to: fixed)
    #expect((refined.linear.translation - [-5.25, 3.5]).length < 0.02)
    #expect(refined.verdict == .aligned)
    #expect(refined.method == "known-shift+refine:interpolation=cubic")
  }

  @Test("an own similarity refines a linear alignment and a deformation")
  func ownSimilarity() throws {
    let fixed = try scene()
    let moving = try scene(shift: [1.5, -2.25])
    let metric = Metric(RobustDifference())
    let found = try Registration(model: .translation, stages: [Refinement()], metric: metric)
      .align(moving, to: fixed)
    #expect((found.linear.translation - [-1.5, 2.25]).length < 0.1)
    #expect(found.metric.name == "robust")
    let bent = try Registration(model: .affine, stages: [Refinement(), FreeForm(spacing: 20)], metric: metric)
      .align(moving, to: fixed)
    #expect(bent.deformation != nil)
    #expect((bent.transform([80, 70]) - [78.5, 72.25]).length < 0.5)
  }

  @Test("the whole map brings a deformed image back, as the front page has it")
  func wholeMap() throws {
    let fixed = try scene()
    let swirl = Swirl(center: fixed.grid.center, strength: 0.08)
    let moving = fixed.resampled(onto: fixed.grid, through: swirl, interpolation: .cubic)
    let alignment = try Registration(model: .affine, deformation: FreeForm()).align(moving, to: fixed)
    let moved = moving.resampled(onto: fixed.grid, through: alignment.transform)
    let linear = moving.resampled(onto: fixed.grid, through: alignment.linear)
    func difference(_ image: Image<2>) -> Double {
      var (sum, count) = (0.0, 0.0)
      for place in fixed.samples.indices where image.isValid(place) {
        let gap = Double(image.samples[place] - fixed.samples[place])
        sum += gap * gap
        count += 1
      }
      return (sum / count).squareRoot()
    }
    #expect(difference(moved) < 0.5 * difference(linear))
  }

  @Test("masks leave out what does not belong")
  func masks() throws {
    let fixed = try scene()
    let shifted = try scene(shift: [4, 2])
    var samples = shifted.samples
    var mask = [UInt8](repeating: 1, count: samples.count)
    for y in 0..<60 {
      for x in 0..<70 {
        samples[y * shifted.width + x] = 400
        mask[y * shifted.width + x] = 0
      }
    }
    let moving = try Image(grid: shifted.grid, samples: samples, mask: mask)
    let found = try Registration(model: .translation).align(moving, to: fixed)
    #expect((found.linear.translation - [-4, -2]).length < 0.05)
  }

  @Test("a transform that somebody else made is judged")
  func judged() throws {
    let fixed = try scene()
    let moving = try scene(shift: [6, -4])
    let right = try Judge().assess(Affine(translation: [-6, 4]), moving: moving, to: fixed)
    let wrong = try Judge().assess(Affine(translation: [9, 14]), moving: moving, to: fixed)
    #expect(right.verdict == .aligned)
    #expect(right.method == "given")
    #expect(wrong.verdict != .aligned)
  }
}
