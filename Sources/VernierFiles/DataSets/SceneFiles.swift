import FoundationEssentials
import Vernier

/// The scenes for synthetic pairs: pictures from wherever they lie, as brightness in 0…255.
public enum SceneFiles {
  /// The pictures that ``read(_:most:seed:)`` keeps at most unless told: with 96×96 samples, as in STL-10, they take
  /// 740 MB.
  public static let usualMost = 20_000

  /// Reads a folder's pictures, one picture, or a data set's binary file.
  ///
  /// A folder's pictures are told by their extension and taken in the order of their names; folders in it are not
  /// looked into. A folder without any, but with files `*.bin`, is read as the data set that these hold: CIFAR-10 or
  /// STL-10, told by the length of their records. 8-bit pictures keep their values; of others the least sample becomes
  /// 0 and the greatest 255.
  ///
  /// - Parameters:
  ///   - path: the folder or the file.
  ///   - most: of more pictures as many are drawn.
  ///   - seed: draws them.
  /// - Throws: ``FileError`` for what cannot be read, holds a volume or samples that are not finite, or has no picture.
  public static func read(_ path: String, most: Int = usualMost, seed: UInt64 = 1) throws(FileError) -> [Image<2>] {
    try checkReadable(path)
    let names: [String]
    if let listed = try? FileManager.default.contentsOfDirectory(atPath: path) {
      names = listed.sorted().filter { !$0.hasPrefix(".") }.map { "\(path)/\($0)" }
    } else {
      names = [path]
    }
    let pictures = names.filter { ImageFormat(path: $0) != nil }
    if !pictures.isEmpty {
      var scenes: [Image<2>] = []
      for name in chosen(pictures.count, most, seed).map({ pictures[$0] }) { scenes.append(try scene(name)) }
      return scenes
    }
    let binaries = names.filter { $0.hasSuffix(".bin") }
    guard !binaries.isEmpty else {
      throw FileError(
        path, .unsupported("it holds no picture (.png, .jpg, .tif, .bmp …) and no .bin file of CIFAR-10 or STL-10"))
    }
    var records: [PictureRecords] = []
    for name in binaries { records.append(try self.records(name)) }
    let places = records.flatMap { file in (0..<file.count).map { (file, $0) } }
    return chosen(places.count, most, seed).map { places[$0].0.luminance(at: places[$0].1) }
  }

  /// The numbers 0..<`count`, or `most` of them drawn, in their order.
  private static func chosen(_ count: Int, _ most: Int, _ seed: UInt64) -> [Int] {
    guard count > most else { return Array(0..<count) }
    var random = SplitMix64(seed: seed)
    return Array((0..<count).shuffled(using: &random).prefix(most)).sorted()
  }

  private static func scene(_ path: String) throws(FileError) -> Image<2> {
    let file = try ImageFile.read(path)
    guard case .plane(let image) = file.luminance else { throw FileError(path, .wrongRank(found: 3, needed: 2)) }
    let broken = image.samples.count { !$0.isFinite }
    guard broken == 0 else {
      throw FileError(path, .unsupported("\(broken) samples are NaN or infinite; replace them"))
    }
    guard file.sampleType != .uint8, let least = image.samples.min(), let most = image.samples.max(), least < most
    else {
      return image
    }
    return image.mapSamples { ($0 - least) / (most - least) * 255 }
  }

  /// The pictures of a binary file by the layout that its length fits.
  private static func records(_ path: String) throws(FileError) -> PictureRecords {
    try checkReadable(path)
    for layout in [RecordLayout.cifar10, .stl10] {
      if let records = try? PictureRecords(path, layout: layout) { return records }
    }
    throw FileError(
      path, .unsupported("its length is not a whole number of records of CIFAR-10 (3073 bytes) or STL-10 (27648 bytes)")
    )
  }
}
