import Testing
import Vernier

@testable import VernierStudies

@Suite struct LargeStartsTests {
  @Test func startsAreRigidEvenAndTheSameForASeed() {
    let starts = (0..<400).map { LargeStart($0, seed: 5, degrees: 90, shift: 100) }
    for start in starts {
      let motion = start.motion(about: [10, 20, 30])
      let gram = motion.linear.transposed * motion.linear
      #expect(zip(gram.rowMajor, Matrix<3>.identity.rowMajor).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect(
        abs((motion.linear[0, 0] + motion.linear[1, 1] + motion.linear[2, 2] - 1) / 2 - cosine(start.degrees)) < 1e-12)
      #expect(abs((motion([10, 20, 30]) - [10, 20, 30]).length - start.shift) < 1e-9)
    }
    let degrees = starts.map(\.degrees)
    #expect(degrees.allSatisfy { (0...90).contains($0) } && (degrees.max() ?? 0) > 85)
    #expect(abs(degrees.reduce(0, +) / 400 - 45) < 4)
    // Directions of even density: the mean of each component is near 0, and of its square near a third.
    let shifts = starts.map { $0.motion(about: .zero)(.zero) / $0.shift }
    for axis in 0..<3 {
      #expect(abs(shifts.reduce(0) { $0 + $1[axis] } / 400) < 0.1)
      #expect(abs(shifts.reduce(0) { $0 + $1[axis] * $1[axis] } / 400 - 1.0 / 3) < 0.06)
    }
    let again = LargeStart(7, seed: 5, degrees: 90, shift: 100)
    #expect(again.motion(about: .zero) == starts[7].motion(about: .zero))
    #expect(LargeStart(7, seed: 6, degrees: 90, shift: 100).degrees != starts[7].degrees)
  }

  private func cosine(_ degrees: Double) -> Double {
    Affine<2>(.init(rotation: [degrees], scale: [1, 1], shear: [0], translation: .zero, center: .zero)).linear[0, 0]
  }

  @Test func contentGoesAlongWithTheMotion() throws {
    let grid = try Grid<3>(size: [20, 24, 16], spacing: [1, 1, 1.5], origin: [3, -5, 8])
    let blob = try Image<3>(
      grid: grid,
      samples: (0..<grid.count).map { index in
        let point = grid.point(atIndex: [Double(index % 20), Double(index / 20 % 24), Double(index / 480)])
        let away = (point - grid.center - Vector([2, -1, 1])).length
        return Float(max(0, 100 - 25 * away))
      })
    let motion = LargeStart(3, seed: 1, degrees: 90, shift: 4).motion(about: grid.center)
    let target = motion(blob.centerOfMass)
    let carried = try blob.carried(by: motion)
    #expect((carried.centerOfMass - target).length < 1e-9 && carried.samples == blob.samples)
    let seen = try blob.seenMoved(by: motion, threads: 1)
    #expect(seen.grid == grid && seen.mask == nil)
    #expect((seen.centerOfMass - target).length < 0.3)
  }

  @Test func aRowSaysHowManyAreRight() throws {
    let source = VolumeSource(group: "g", fixed: "a", moving: "b", truth: .identity)
    func outcome(_ number: Int, _ error: Double, _ verdict: Verdict) -> LargeStarts.Outcome {
      LargeStarts.Outcome(
        number: number, source: source, condition: .moved, model: .rigid, degrees: 10, shift: 20, motion: .identity,
        right: .identity, error: error, tolerance: 1.5, verdict: verdict, seconds: 2)
    }
    let outcomes = [
      outcome(0, 0.5, .aligned), outcome(1, 40, .aligned), outcome(2, 1.4, .doubtful), outcome(3, .infinity, .failed),
    ]
    let row = LargeStarts.row("moved", .rigid, outcomes)
    #expect(row.count == LargeStarts.table.header.count)
    #expect(row[2...3] == ["4", "2 (50 %)"] && row[7...9] == ["2", "1", "2.00"])
    let failures = try #require(LargeStarts.failures(outcomes))
    #expect(failures.rows.map { $0[0] } == ["1", "3"])
    #expect(LargeStarts.failures([outcomes[0]]) == nil)
    let list = LargeStarts.list(outcomes).split(separator: "\n")
    #expect(list.count == 5 && list[1].hasPrefix("0,a,b,moved,rigid,1.0 0.0 0.0 0.0 0.0 1.0"))
  }

  @Test func aStudyWithoutDataSaysWhatItNeeds() throws {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    let result = try results(of: VolumesStudy(StudyOptions(data: folder.path, count: 1)))
    #expect(result.report.contains("Left out: no volumes in mri_oasis_malf") && result.files.isEmpty)
  }
}
