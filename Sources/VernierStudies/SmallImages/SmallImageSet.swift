import Vernier
import VernierFiles

/// The pictures of one of the small-image paper's tables.
struct SmallImageSet: Sendable {
  var name: String
  /// What the figures' files are called after.
  var slug: String
  /// Where the pictures come from and how many there are.
  var source: String
  /// The fixed image of each pair.
  var pictures: [Image<2>]
}

extension SmallImageSet {
  /// CIFAR-10's test pictures: `cifar10/test_batch.bin`, or `test.bin`.
  ///
  /// - Returns: nil when there are none.
  /// - Throws: ``FileError`` for a file that cannot be read.
  static func cifar10(_ data: StudyData, count: Int, seed: UInt64) throws -> Self? {
    try stored("CIFAR-10", folder: "cifar10", .cifar10, files: ["test_batch.bin", "test.bin"], data, count, seed)
  }

  /// STL-10's test pictures: `stl10/test_X.bin`, or every picture in the folder.
  ///
  /// - Returns: nil when there are none.
  /// - Throws: ``FileError`` for a file that cannot be read, or a picture of another size.
  static func stl10(_ data: StudyData, count: Int, seed: UInt64) throws -> Self? {
    try stored("STL-10", folder: "stl10", .stl10, files: ["test_X.bin"], data, count, seed)
  }

  /// Patches of white noise: each pixel drawn evenly from 0…255, by itself.
  ///
  /// The paper says of its random patches that they "have more high-frequency components" than CIFAR-10's pictures, and
  /// no more; white noise has the most that a patch can have.
  static func random(side: Int, count: Int, seed: UInt64) -> Self {
    let pictures = (0..<count).map { index in
      var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(index))
      let samples = (0..<side * side).map { _ in Float(Int.random(in: 0...255, using: &random)) }
      guard let image = try? Image<2>(width: side, height: side, samples: samples) else {
        preconditionFailure("a patch has a positive side")
      }
      return image
    }
    return Self(
      name: "random \(side)×\(side) patches", slug: "random-\(side)",
      source: "white noise, each pixel drawn evenly from 0…255; a new patch for each pair", pictures: pictures)
  }

  private static func stored(
    _ name: String, folder: String, _ layout: RecordLayout, files: [String], _ data: StudyData, _ count: Int,
    _ seed: UInt64
  ) throws -> Self? {
    var random = SplitMix64(seed: seed)
    func drawn(_ total: Int) -> [Int] {
      let order = (0..<total).shuffled(using: &random)
      return (0..<count).map { order[$0 % total] }
    }
    let pictures: [Image<2>]
    let total: Int
    let place: String
    let binaries = data.files(folder, ["bin"])
    if let binary = files.lazy.compactMap({ file in binaries.first { $0.hasSuffix("/" + file) } }).first {
      let records = try PictureRecords(binary, layout: layout)
      total = records.count
      pictures = drawn(total).map(records.luminance)
      place = "\(folder)/\(binary.split(separator: "/").last ?? "")"
    } else {
      let paths = data.files(folder, ["png", "bmp", "tif", "tiff"])
      guard !paths.isEmpty else { return nil }
      total = paths.count
      pictures = try drawn(total).map { try picture(paths[$0], side: layout.side) }
      place = "the folder \(folder)"
    }
    return Self(
      name: name, slug: layout.name.lowercased(),
      source: "\(min(total, count)) pictures of \(place), as 0.299 R + 0.587 G + 0.114 B"
        + (total < count ? "; some serve twice or more, each time with another motion" : ""),
      pictures: pictures)
  }

  private static func picture(_ path: String, side: Int) throws -> Image<2> {
    let image = try StudyData.plane(path)
    guard image.size == [side, side] else {
      throw FileError(
        path, .unsupported("it is \(image.width)×\(image.height); this study takes pictures of \(side)×\(side)"))
    }
    return image
  }
}
