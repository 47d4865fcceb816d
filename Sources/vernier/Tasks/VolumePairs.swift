import Vernier
import VernierCommandLine
import VernierFiles

/// What `synthesize --cubes` and `--volume` are told, and how they make it.
struct VolumePairs: Sendable {
  /// The scan; nil for cubes.
  let volume: String?
  let labels: String?
  let count: Int
  /// Of cubes' volumes, in samples.
  let side: Int
  let seed: UInt64
  /// The motions for a volume of a given extent.
  let motion: @Sendable (_ extent: Double) -> MotionRange<3>

  /// Makes the pairs in a folder.
  func write(to folder: String, progress: Progress) throws {
    var sampleType = SampleType.float32
    var source = SyntheticVolumes.Source.cubes(side: side)
    var extent = 2 * Double(side)
    if let volume {
      let scan = try Self.volume(volume)
      sampleType = scan.type
      source = .scan(scan.image, labels: try labels.map { try Self.volume($0).image })
      extent = (0..<3).map { Double(scan.image.size[$0]) * scan.image.grid.spacing[$0] }.max() ?? 0
    }
    let pairs: SyntheticVolumes
    do {
      pairs = try SyntheticVolumes(source, motion: motion(extent), seed: seed, threads: processors)
    } catch {
      throw InputError(file: labels ?? volume ?? "--cubes", problem: "\(error)")
    }
    try Folder.make(folder)
    try PairFolder(folder).write(volumes: count, sampleType: sampleType) { number in
      progress.report(Double(number) / Double(count), "\(number) of \(count) pairs")
      return pairs.pair(number)
    }
  }

  private static func volume(_ path: String) throws -> (image: Image<3>, type: SampleType) {
    let file = try ImageFile.read(path)
    guard let channels = file.channels(as: Image<3>.self), channels.count == 1 else {
      throw InputError(
        file: path, problem: "is no volume of one channel", remedy: "make pairs of pictures with --images")
    }
    return (channels[0], file.sampleType)
  }
}
