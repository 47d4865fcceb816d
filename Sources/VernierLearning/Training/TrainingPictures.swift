import Vernier
import VernierFiles

/// Pictures to train on.
public struct TrainingPictures: Sendable {
  /// Square pictures of one size, intensities 0…255.
  public var pictures: [Image<2>]
  /// Where they come from, for people.
  public var source: String

  /// The pictures of a folder or of a binary file of CIFAR-10's or STL-10's layout (`SceneFiles`).
  ///
  /// Of each the central square is brought to `side` × `side`; smaller ones are left out.
  ///
  /// - Parameters:
  ///   - path: a folder, or a file.
  ///   - side: of the pictures that it gives.
  ///   - progress: called with the share that is prepared.
  /// - Throws: `FileError`: there is none that is large enough, or one cannot be read.
  public init(_ path: String, side: Int, progress: (Double) -> Void = { _ in }) throws {
    let all = try SceneFiles.read(path)
    var found: [Image<2>] = []
    for (number, picture) in all.enumerated() {
      if min(picture.width, picture.height) >= side { found.append(try picture.centralSquare(side: side)) }
      progress(Double(number + 1) / Double(all.count))
    }
    guard found.count >= 2 else {
      throw FileError(
        path,
        .unsupported("training needs at least two pictures of \(side)×\(side) or more, and it holds \(found.count)"))
    }
    pictures = found
    source = "\(found.count) pictures of \(path.split(separator: "/").suffix(2).joined(separator: "/"))"
  }

  /// The pictures in two parts: those to train on, and `count` that are held out.
  ///
  /// - Parameters:
  ///   - count: nil for a tenth, 1000 at most.
  ///   - seed: draws which.
  public func parted(holdingOut count: Int?, seed: UInt64) -> (training: [Image<2>], validation: [Image<2>]) {
    var random = SplitMix64(seed: seed)
    let order = pictures.shuffled(using: &random)
    let held = min(max(1, count ?? min(1000, pictures.count / 10)), pictures.count - 1)
    return (Array(order.dropFirst(held)), Array(order.prefix(held)))
  }
}

extension Image where rank == 2 {
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
