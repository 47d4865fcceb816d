import Vernier
import VernierFiles

/// Pictures to train on.
public struct TrainingPictures: Sendable {
  /// Intensities 0…255.
  public private(set) var pictures: [Image<2>]
  /// What is cut from each of them besides.
  private var tiles: [[Image<2>]]
  /// Where they come from, for people.
  public var source: String

  /// The pictures of folders or of binary files of CIFAR-10's or STL-10's layout (`SceneFiles`), as a recipe takes
  /// them.
  ///
  /// Under the published protocol, which moves whole pictures, the central square of each is brought to the recipe's
  /// side; the strict one cuts from pictures as they are. Those that are too small are left out.
  ///
  /// A hundred large photographs brought to 64×64 are a hundred scenes, which a network soon knows by heart; as tiles
  /// they are thousands.
  ///
  /// - Parameters:
  ///   - paths: folders or files.
  ///   - recipe: what pairs are made of them.
  ///   - tiling: under the published protocol, to learn from the squares of half a picture's lesser side, a quarter and
  ///     so on, too, each brought to the recipe's side, as many as lie side by side, and none smaller than that side.
  ///   - progress: called with the share that is prepared.
  /// - Throws: `FileError`: there are none that are large enough, or one cannot be read.
  public init(
    _ paths: [String], for recipe: SyntheticPairs.Recipe, tiling: Bool = false, progress: (Double) -> Void = { _ in }
  ) throws {
    var all: [Image<2>] = []
    for path in paths { all += try SceneFiles.read(path) }
    let least = recipe.leastScene
    let isWhole = recipe.kind == .published
    var (found, tiles) = ([Image<2>](), [[Image<2>]]())
    for (number, picture) in all.enumerated() {
      if min(picture.width, picture.height) >= least {
        found.append(isWhole ? try picture.centralSquare(side: recipe.side) : picture)
        tiles.append(isWhole && tiling ? try picture.tiles(side: recipe.side) : [])
      }
      progress(Double(number + 1) / Double(all.count))
    }
    guard found.count >= 2 else {
      let places = paths.joined(separator: ",")
      throw FileError(
        places,
        .unsupported("training needs at least two pictures of \(least)×\(least) or more, and it holds \(found.count)"))
    }
    pictures = found
    self.tiles = tiles
    let names = paths.map { $0.split(separator: "/").suffix(2).joined(separator: "/") }
    source = "\(found.count) pictures of \(names.joined(separator: " and "))"
  }

  /// The pictures in two parts: those to train on, with their tiles, and `count` that are held out.
  ///
  /// - Parameters:
  ///   - count: nil for a tenth, 1000 at most.
  ///   - seed: draws which.
  public func parted(holdingOut count: Int?, seed: UInt64) -> (training: [Image<2>], validation: [Image<2>]) {
    var random = SplitMix64(seed: seed)
    let order = pictures.indices.shuffled(using: &random)
    let held = min(max(1, count ?? min(1000, pictures.count / 10)), pictures.count - 1)
    return (order.dropFirst(held).flatMap { [pictures[$0]] + tiles[$0] }, order.prefix(held).map { pictures[$0] })
  }

  /// The pairs to learn from, and those of the pictures that are held out, which are moved by other motions, too.
  ///
  /// - Parameters:
  ///   - options: with the seed and the number of pictures to hold out.
  ///   - recipe: what pairs are made.
  ///   - threads: threads to use at most; the pairs do not depend on it.
  /// - Throws: `SynthesisError`.
  public func sources(
    _ options: TrainingOptions, _ recipe: SyntheticPairs.Recipe, threads: Int
  ) throws -> (training: TrainingPairs, validation: TrainingPairs) {
    let parts = parted(holdingOut: options.heldOutPictures, seed: options.seed)
    return (
      try TrainingPairs(of: parts.training, recipe, seed: options.seed, threads: threads),
      try TrainingPairs(of: parts.validation, recipe, seed: options.seed &+ 1 << 32, threads: threads)
    )
  }
}

extension Image where rank == 2 {
  /// The squares of half the lesser side, a quarter and so on that lie side by side about the middle, each brought to
  /// `side` × `side`.
  fileprivate func tiles(side: Int) throws -> [Image<2>] {
    var tiles: [Image<2>] = []
    var extent = min(width, height) / 2
    while extent >= side {
      let (columns, rows) = (width / extent, height / extent)
      let (left, top) = ((width - columns * extent) / 2, (height - rows * extent) / 2)
      for place in 0..<(rows * columns) {
        let (x, y) = (left + place % columns * extent, top + place / columns * extent)
        let square = (y..<(y + extent)).flatMap { samples[($0 * width + x)..<($0 * width + x + extent)] }
        tiles.append(try Image<2>(width: extent, height: extent, samples: square).centralSquare(side: side))
      }
      extent /= 2
    }
    return tiles
  }

  /// The largest square about the middle, brought to `side` × `side`.
  fileprivate func centralSquare(side: Int) throws -> Image<2> {
    guard size != [side, side] else { return try Image<2>(width: side, height: side, samples: samples) }
    // Halved where that leaves enough, so that what lies between the new samples is not skipped.
    let plain = try Image<2>(width: width, height: height, samples: samples)
    let reduced = plain.reduced(toAtMost: max(side, 2 * side * max(width, height) / min(width, height)))
    let grid = try Grid<2>(size: [side, side])
    let step = Double(min(width, height)) / Double(side)
    let map = Affine<2>(
      linear: .diagonal(Vector(repeating: step)), translation: plain.grid.center - grid.center, center: grid.center)
    return try Image<2>(width: side, height: side, samples: reduced.resampled(onto: grid, through: map).samples)
  }
}
