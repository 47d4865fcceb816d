import Vernier
import VernierFiles
import VernierText

/// A column of the paper's Tables 4 to 6: pairs of volumes with labels.
struct LabelledVolumes: Sendable {
  struct Pair: Sendable {
    var fixed: Image<3>
    var moving: Image<3>
    /// Of the same grids, whole numbers; 0 is background.
    var labels: (fixed: Image<3>, moving: Image<3>)
    /// Fixed point to moving point; nil where nobody knows.
    var truth: Affine<3>?
  }

  /// What the tables call it.
  let title: String
  /// What the pairs are, for the report.
  let note: String
  let published: PublishedVolumes.Column
  let count: Int
  /// Whether the pairs are of different bodies, so that a deformation has something to do.
  var deforms = false
  /// The pair of a number.
  let pair: @Sendable (Int) throws -> Pair

  /// Ours of all six columns; those whose files are missing are left out.
  ///
  /// - Parameter count: pairs of the made columns, and of people at most.
  static func all(data: String, seed: UInt64, count: Int, threads: Int) throws -> [LabelledVolumes] {
    let folder = "\(data)/mri_oasis_malf"
    let names = StudyData(root: data).files("mri_oasis_malf", ["nii.gz"]).filter { $0.hasSuffix("_SS.nii.gz") }
      .compactMap { $0.split(separator: "/").last?.split(separator: "_").first.map(String.init) }
    @Sendable func brain(_ name: String) throws -> (image: Image<3>, labels: Image<3>) {
      (try StudyData.volume("\(folder)/\(name)_SS.nii.gz"), try StudyData.volume("\(folder)/\(name)_glm.nii.gz"))
    }
    var sets = try [64, 128].map { try cubes(side: $0, seed: seed, count: count, threads: threads) }
    if let scan = try names.first.map(brain) {
      let motions: [(PublishedVolumes.Column, MotionRange<3>)] = [
        (.rotated, MotionRange(degrees: 15, shift: 0)),
        (.translated, MotionRange(shift: 17)),
        (.both, MotionRange(degrees: 12, shift: 12)),
      ]
      sets += try motions.map { try moved(scan, names[0], $0, seed: seed, count: count, threads: threads) }
    }
    let isPerson: @Sendable ([String]) -> Bool = { samePerson.contains(Set($0)) }
    let pairs = names.flatMap { fixed in names.filter { $0 != fixed }.map { [fixed, $0] } }
    // Each brain is fixed once before any is twice.
    let people = (1..<max(names.count, 1)).flatMap { step in
      names.indices.map { [names[$0], names[($0 + step) % names.count]] }
    }.filter { !isPerson($0) }.prefix(count)
    let twice = pairs.filter(isPerson)
    for (column, note, chosen, deforms) in [
      (
        PublishedVolumes.Column.people, "brains of different people (OASIS), each fixed in turn", Array(people), true
      ),
      (.twice, "two scans of one person, very probably, either way round (OASIS)", twice, false),
    ] where !chosen.isEmpty {
      sets.append(
        LabelledVolumes(
          title: column.title, note: note, published: column, count: chosen.count, deforms: deforms
        ) { number in
          let (fixed, moving) = (try brain(chosen[number][0]), try brain(chosen[number][1]))
          return Pair(fixed: fixed.image, moving: moving.image, labels: (fixed.labels, moving.labels), truth: nil)
        })
    }
    return sets
  }

  /// Brains of the data set that are very probably of one person.
  private static let samePerson: Set<Set<String>> = [["1003", "1023"], ["1018", "1038"]]

  /// The paper's cubes, and with twice its samples a side: at 64³ a label that is moved loses more to its interpolation
  /// than to what is left of the motion.
  private static func cubes(side: Int, seed: UInt64, count: Int, threads: Int) throws -> LabelledVolumes {
    let shift = 6 * side / 64
    let motion = MotionRange<3>(.similarity, degrees: 20, scale: 0.9...1.1, shear: 0, shift: Double(shift))
    let made = try SyntheticVolumes(.cubes(side: side), motion: motion, seed: seed, threads: threads)
    let title = PublishedVolumes.Column.cubes.title
    return LabelledVolumes(
      title: side == 64 ? title : "\(title), \(side)³",
      note:
        "cubes with cracks and holes, \(2 * side)³ halved to \(side)³: rotations of ±20° about each axis, scale 0.9 to 1.1, shifts of ±\(shift) of \(2 * side) along each axis",
      published: .cubes, count: count
    ) { number in
      let pair = made.pair(number)
      guard let labels = pair.labels else { preconditionFailure("cubes have labels") }
      return Pair(fixed: pair.fixed, moving: pair.moving, labels: labels, truth: pair.truth)
    }
  }

  private static func moved(
    _ scan: (image: Image<3>, labels: Image<3>), _ name: String,
    _ what: (column: PublishedVolumes.Column, motion: MotionRange<3>), seed: UInt64, count: Int,
    threads: Int
  ) throws -> LabelledVolumes {
    let made = try SyntheticVolumes(
      .scan(scan.image, labels: scan.labels), motion: what.motion, seed: seed, threads: threads)
    return LabelledVolumes(
      title: what.column.title,
      note:
        "one scan (OASIS \(name)) and what moves it: rotations of ±\(what.motion.degrees.fixed(0))° about each axis, shifts of ±\(what.motion.shift.fixed(0)) mm along each",
      published: what.column, count: count
    ) { number in
      let pair = made.pair(number)
      guard let labels = pair.labels else { preconditionFailure("the scan has labels") }
      return Pair(fixed: pair.fixed, moving: pair.moving, labels: labels, truth: pair.truth)
    }
  }
}
