import Glibc
import Vernier

/// A transform in a file: ITK's text (`.tfm`, `.txt`), ITK's HDF5 (`.h5`), ANTs' matrices (`.mat`), FSL's (`.mat`),
/// FreeSurfer's linear transform arrays (`.lta`), Vernier's JSON (`.json`), or the displacements of a field as an image
/// (`.nii`, `.nii.gz`, `.nrrd`, `.mha`).
///
/// In memory it is a map from fixed to moving points in physical coordinates (LPS millimetres for volumes), as ITK's
/// resampling and `vernier register` use it. So hold it the files of ITK, ANTs and Vernier; FSL's and FreeSurfer's lead
/// from the moving image to the fixed one, in coordinates of their own. Text loads back exactly, but that of FSL and
/// FreeSurfer, which is another map's; images hold displacements in single precision.
public struct TransformFile: Sendable, Equatable {
  public let transform: AnyTransform
  /// The model that a linear transform was estimated with; JSON only.
  public let model: TransformModel?

  public init<let rank: Int>(_ transform: Transform<rank>, model: TransformModel? = nil) {
    self.init(AnyTransform(transform), model: model)
  }

  public init<let rank: Int>(_ transform: Affine<rank>, model: TransformModel? = nil) {
    self.init(Transform(transform), model: model)
  }

  init(_ transform: AnyTransform, model: TransformModel? = nil) {
    self.transform = transform
    self.model = model
  }

  /// 2 or 3.
  public var rank: Int { transform.rank }

  /// The formats that Vernier knows.
  public static let formats: [any TransformFormat] = [
    InsightTransforms(), InsightHDF5(), InsightMatlab(), FSLMatrices(), FreeSurferTransforms(), JSONTransforms(),
    FieldImages(),
  ]

  /// The endings of the files that can be written.
  public static var writableEndings: [String] {
    formats.flatMap(\.endings).reduce(into: []) { $0 += $0.contains($1) ? [] : [$1] }
  }

  /// Whether a file is a transform and no image: by its content, or by a name that only transforms have.
  public static func isTransform(_ path: String) -> Bool {
    let formats = formats.filter { !($0 is FieldImages) }
    if ImageFormat(path: path) == nil, formats.contains(where: { $0.names(path) }) { return true }
    guard let beginning = try? beginning(of: path) else { return false }
    return formats.contains { $0.holds(path, beginning: beginning) }
  }

  /// Reads a transform of either rank; the format is told by the content.
  ///
  /// Of ITK's transforms the linear ones are known, the `BSplineTransform` of order 3, the
  /// `DisplacementFieldTransform`, and composites of these; of JSON, what ``write(to:between:formats:)`` and `vernier
  /// register --json` write; of images those with as many channels as dimensions.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - volumes: the images that it belongs to, which an FSL matrix needs.
  ///   - formats: those that are tried, in this order.
  /// - Throws: ``FileError`` with the line.
  public static func read(
    _ path: String, between volumes: TransformVolumes = TransformVolumes(),
    formats: [any TransformFormat] = TransformFile.formats
  ) throws(FileError) -> Self {
    let beginning = try beginning(of: path)
    guard let format = formats.first(where: { $0.holds(path, beginning: beginning) }) else {
      throw UnknownTransform.error(path, beginning: beginning)
    }
    return try format.read(path, between: volumes)
  }

  /// Reads a transform of the rank that the caller needs.
  ///
  /// - Throws: ``FileError``; `.wrongRank` when the file is for another number of dimensions.
  public static func read<let rank: Int>(
    _ path: String, as type: Transform<rank>.Type = Transform<rank>.self,
    between volumes: TransformVolumes = TransformVolumes()
  ) throws(FileError) -> Transform<rank> {
    let file = try read(path, between: volumes)
    guard let map = file.transform.transform(as: type) else {
      throw FileError(path, .wrongRank(found: file.rank, needed: rank))
    }
    return map
  }

  /// Reads a linear transform of the rank that the caller needs.
  ///
  /// - Throws: ``FileError``; `.wrongRank` when the file is for another number of dimensions, `.unsupported` when it is
  ///   not linear.
  public static func read<let rank: Int>(
    _ path: String, as type: Affine<rank>.Type, between volumes: TransformVolumes = TransformVolumes()
  ) throws(FileError) -> Affine<rank> {
    guard let affine = try read(path, as: Transform<rank>.self, between: volumes).affine else {
      throw FileError(path, .unsupported("it is not linear, where a linear transform is needed"))
    }
    return affine
  }

  /// Writes the file in the format that its name ends with; `.mat` is ANTs' unless `formats` begin with another that has
  /// this ending.
  ///
  /// Numbers have as many digits as they need to load back exactly, at most 17. The file appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: where to.
  ///   - volumes: the images that it belongs to, which an FSL matrix needs and an `.lta` file describes.
  ///   - formats: those that may be written.
  /// - Throws: ``FileError``, also where a coefficient is not finite or the format cannot hold the kind of transform.
  public func write(
    to path: String, between volumes: TransformVolumes = TransformVolumes(),
    formats: [any TransformFormat] = TransformFile.formats
  ) throws(FileError) {
    guard let format = formats.first(where: { $0.names(path) }) else {
      let endings = formats.flatMap(\.endings).joined(separator: ", ")
      throw FileError(path, .unsupported("a transform's name ends in one of \(endings); choose one"))
    }
    switch transform {
    case .plane(let map): try format.write(map, model: model, between: volumes, to: path)
    case .space(let map): try format.write(map, model: model, between: volumes, to: path)
    }
  }

  static func notFinite(_ path: String) -> FileError {
    FileError(path, .unsupported("the transform has coefficients that are not finite"))
  }
}

/// The first bytes of a file, 512 at most.
///
/// - Throws: ``FileError`` when it is not there or not readable.
func beginning(of path: String) throws(FileError) -> [UInt8] {
  try checkReadable(path)
  guard let file = fopen(path, "rb") else { throw FileError(path, .unreadable(systemMessage())) }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 512)
  bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
  return bytes
}

/// The whole of a file.
///
/// - Throws: ``FileError`` when it is not there, not readable or above `most` bytes, 64 MiB unless told.
func readBytes(_ path: String, most: Int = 1 << 26) throws(FileError) -> [UInt8] {
  try checkReadable(path)
  guard let file = fopen(path, "rb") else { throw FileError(path, .unreadable(systemMessage())) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
    guard bytes.count <= most else { throw FileError(path, .malformed("too large for a file of this kind")) }
  }
  guard ferror(file) == 0 else { throw FileError(path, .unreadable(systemMessage())) }
  return bytes
}

/// The whole of a text file.
///
/// - Throws: ``FileError`` when it is not there, not readable, not text or above `most` bytes, 64 MiB unless told.
func readText(_ path: String, most: Int = 1 << 26) throws(FileError) -> String {
  let bytes = try readBytes(path, most: most)
  guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
    throw FileError(path, .malformed("it is binary, not text; a transform or table is a text file"))
  }
  return text
}
