import FoundationEssentials
import Vernier
import VernierFiles

/// Pictures to train on.
public struct TrainingPictures: Sendable {
  /// Square pictures of one size, intensities 0…255.
  public var pictures: [Image<2>]
  /// Where they come from, for people.
  public var source: String

  private static let pictureEndings = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"]

  /// The pictures of a folder, or of one or several binary files of CIFAR-10's or STL-10's layout.
  ///
  /// Of each the brightness of the central square is brought to `side` × `side`; smaller ones are left out.
  ///
  /// - Parameters:
  ///   - path: a folder, or a file that ends in `.bin`.
  ///   - side: of the pictures that it gives.
  ///   - progress: called with the share that is read.
  /// - Throws: `FileError`: there is none that is large enough, or one cannot be read.
  public init(_ path: String, side: Int, progress: (Double) -> Void = { _ in }) throws {
    let files: [String]
    if path.lowercased().hasSuffix(".bin") {
      files = [path]
    } else {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
        throw FileError(path, .unsupported("not a folder that can be read; name a folder of pictures, or a .bin file"))
      }
      let pictures = names.filter { name in Self.pictureEndings.contains { name.lowercased().hasSuffix($0) } }
      let chosen = pictures.isEmpty ? names.filter { $0.lowercased().hasSuffix(".bin") } : pictures
      files = chosen.sorted().map { "\(path)/\($0)" }
    }
    var (found, all) = ([Image<2>](), 0)
    for (number, file) in files.enumerated() {
      let pictures = file.lowercased().hasSuffix(".bin") ? try Self.records(file) : try Self.plane(file)
      all += pictures.count
      for picture in pictures where min(picture.width, picture.height) >= side {
        found.append(try picture.centralSquare(side: side))
      }
      progress(Double(number + 1) / Double(files.count))
    }
    guard found.count >= 2 else {
      let what = all == 0 ? "no pictures" : "\(all) pictures, \(found.count) of them of \(side)×\(side) or more"
      throw FileError(
        path, .unsupported("it holds \(what); training needs at least two (PNG, JPEG, BMP, TIFF, or .bin)"))
    }
    pictures = found
    source = "\(found.count) pictures of \(path.split(separator: "/").suffix(2).joined(separator: "/"))"
  }

  private static func records(_ file: String) throws -> [Image<2>] {
    let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    let isSTL = size % RecordLayout.cifar10.recordBytes != 0 && size % RecordLayout.stl10.recordBytes == 0
    let records = try PictureRecords(file, layout: isSTL ? .stl10 : .cifar10)
    return (0..<records.count).map(records.luminance)
  }

  private static func plane(_ file: String) throws -> [Image<2>] {
    guard case .plane(let image) = try ImageFile.read(file).luminance else {
      throw FileError(file, .wrongRank(found: 3, needed: 2))
    }
    return [image]
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
