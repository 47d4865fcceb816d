import FoundationEssentials
import Vernier
import VernierFiles
import VernierText

/// Volumes to train on, and the pairs that they make.
///
/// A folder with a list, `pairs.csv` as `vernier synthesize --cubes` writes it, has the pairs that are listed; its
/// column `truth`, where there is one, serves for errors in validation alone. Of a folder without, every ordered pair
/// of different volumes is one.
public struct TrainingVolumes: Sendable {
  /// A pair by the numbers of its volumes.
  struct Pair: Sendable {
    var fixed: Int
    var moving: Int
    /// Fixed to moving, in physical space.
    var truth: Affine<3>?
  }

  /// A volume with no more samples than the network is shown.
  struct Volume: Sendable {
    var reduced: Image<3>
    var grid: Grid<3>
  }

  private let side: Int
  private let volumes: [Volume]
  /// Listed pairs.
  private let pairs: [Pair]
  /// The volumes of each folder without a list.
  private let folders: [Range<Int>]
  /// Where they come from, for people.
  public let source: String

  /// Reads folders.
  ///
  /// - Parameters:
  ///   - paths: the folders.
  ///   - side: of the network, to which the volumes are reduced.
  ///   - progress: called with the share of the files that is read.
  /// - Throws: `FileError`: there are too few pairs or volumes, or one cannot be read, is a picture, is even or has an
  ///   axis of fewer than 4 samples.
  public init(_ paths: [String], side: Int, progress: (Double) -> Void = { _ in }) throws {
    var numbers: [String: Int] = [:]
    var files: [String] = []
    func number(_ file: String) -> Int {
      if let known = numbers[file] { return known }
      numbers[file] = files.count
      files.append(file)
      return files.count - 1
    }
    var (pairs, folders, sources) = ([Pair](), [Range<Int>](), [String]())
    for path in paths {
      let name = path.split(separator: "/").suffix(2).joined(separator: "/")
      if FileManager.default.fileExists(atPath: "\(path)/pairs.csv") {
        let listed = try Self.listed("\(path)/pairs.csv")
        pairs += listed.map { Pair(fixed: number($0.fixed), moving: number($0.moving), truth: $0.truth) }
        sources.append("\(listed.count) pairs of \(name)")
      } else {
        let found = try Self.files(in: path)
        let first = files.count
        files += found
        folders.append(first..<files.count)
        sources.append("\(found.count) volumes of \(name)")
      }
    }
    volumes = try files.enumerated().map { index, file in
      progress(Double(index) / Double(files.count))
      return try Self.volume(file, side: side)
    }
    self.side = side
    self.pairs = pairs
    self.folders = folders
    source = sources.joined(separator: " and ")
  }

  /// The pairs to learn from, and those that are held out: of listed pairs some, of the other folders' pairs those
  /// among volumes that are held out.
  ///
  /// - Parameter options: with the seed and the number to hold out, of the listed pairs and of each folder's volumes;
  ///   nil for a tenth.
  public func sources(
    _ options: TrainingOptions
  ) -> (training: VolumePairSource, validation: VolumePairSource) {
    var random = SplitMix64(seed: options.seed)
    func parted<Element>(_ all: [Element], least: Int) -> (held: [Element], rest: [Element]) {
      let order = all.shuffled(using: &random)
      let held = min(max(least, options.heldOutPictures ?? all.count / 10), all.count - least)
      return (Array(order.prefix(max(0, held))), Array(order.dropFirst(max(0, held))))
    }
    var (held, rest) = parted(pairs, least: 1)
    for folder in folders {
      let parts = parted(Array(folder), least: 2)
      held += Self.ordered(parts.held)
      rest += Self.ordered(parts.rest)
    }
    return (
      VolumePairSource(
        rest, of: volumes, side: side, motion: options.volumeMotion, flips: options.flipsVolumes, seed: options.seed),
      VolumePairSource(held, of: volumes, side: side, seed: options.seed &+ 1 << 32)
    )
  }

  private static func ordered(_ volumes: [Int]) -> [Pair] {
    volumes.flatMap { fixed in volumes.filter { $0 != fixed }.map { Pair(fixed: fixed, moving: $0) } }
  }

  private typealias Listed = (fixed: String, moving: String, truth: Affine<3>?)

  private static func listed(_ path: String) throws(FileError) -> [Listed] {
    let list = try PairList.read(path)
    let column = list.otherColumns.firstIndex(of: "truth")
    var found: [Listed] = []
    for row in list.rows {
      let pair = try row.get()
      let truth = try column.map { place throws(FileError) in try matrix(pair.others[place], path, line: pair.line) }
      found.append((list.located(pair.fixed), list.located(pair.moving), truth))
    }
    guard found.count >= 2 else {
      throw FileError(
        path, .unsupported("training needs two pairs at least, one to judge by, and it lists \(found.count)"))
    }
    return found
  }

  private static func matrix(_ text: String, _ path: String, line: Int) throws(FileError) -> Affine<3> {
    let rows = (try? JSON(parsing: text))?.array?.compactMap(\.numbers)
    guard let rows, rows.count == 4, rows.allSatisfy({ $0.count == 4 }) else {
      throw FileError(path, line: line, .malformed("the truth is no matrix of four rows and columns, as JSON"))
    }
    return Affine(homogeneous: rows)
  }

  private static func files(in path: String) throws(FileError) -> [String] {
    guard FileManager.default.fileExists(atPath: path) else { throw FileError(path, .missing) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let found = names.sorted().filter { !$0.hasPrefix(".") && ImageFormat(path: $0) != nil }.map { "\(path)/\($0)" }
    guard found.count >= 4 else {
      throw FileError(
        path,
        .unsupported(
          "training needs a folder with pairs.csv or of four volumes (.nii.gz, .nrrd, .mha …) at least, two to judge by, and it holds \(found.count)"
        ))
    }
    return found
  }

  private static func volume(_ path: String, side: Int) throws -> Volume {
    let file = try ImageFile.read(path)
    if let frames = file.source?.frames, frames > 1 {
      throw FileError(path, .unsupported("it holds \(frames) frames; training takes volumes of one: save them as such"))
    }
    guard case .volume(let image) = file.luminance else { throw FileError(path, .wrongRank(found: 2, needed: 3)) }
    guard image.size.allSatisfy({ $0 >= 4 }) else {
      let size = image.size.map(String.init).joined(separator: "×")
      throw FileError(path, .unsupported("a volume of \(size) is too small; training needs 4 samples along each axis"))
    }
    let broken = image.samples.count { !$0.isFinite }
    guard broken == 0 else {
      throw FileError(path, .unsupported("\(broken) samples are NaN or infinite; replace them"))
    }
    guard image.samples.min() != image.samples.max() else {
      throw FileError(path, .unsupported("all samples are equal; there is nothing to align"))
    }
    let view = NetworkView(fixed: image.grid, moving: image.grid, side: side)
    return Volume(reduced: view.reduced(image), grid: image.grid)
  }
}
