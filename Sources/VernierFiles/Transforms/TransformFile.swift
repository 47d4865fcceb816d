import Glibc
import Vernier

/// A linear transform or a free-form deformation in a file: ITK's text format (`.tfm`, `.txt`) or Vernier's JSON (`.json`).
///
/// Both hold a map from fixed to moving points in physical coordinates (LPS millimetres for volumes), as ITK's
/// resampling and `vernier register` use it, and both load back exactly.
public struct TransformFile: Sendable, Equatable {
  /// The transform in the rank that the file has.
  public enum Content: Sendable, Equatable {
    case plane(Affine<2>)
    case space(Affine<3>)
    case freePlane(BSplineTransform<2>)
    case freeSpace(BSplineTransform<3>)
  }

  public let content: Content
  /// The model that a linear transform was estimated with; JSON only.
  public let model: TransformModel?

  public init(_ transform: Affine<2>, model: TransformModel? = nil) {
    content = .plane(transform)
    self.model = model
  }

  public init(_ transform: Affine<3>, model: TransformModel? = nil) {
    content = .space(transform)
    self.model = model
  }

  public init(_ transform: BSplineTransform<2>) {
    content = .freePlane(transform)
    model = nil
  }

  public init(_ transform: BSplineTransform<3>) {
    content = .freeSpace(transform)
    model = nil
  }

  init(_ map: LinearMap, _ spline: SplineMap) {
    content = map.rank == 2 ? .freePlane(spline.transform(after: map)) : .freeSpace(spline.transform(after: map))
    model = nil
  }

  init(_ map: LinearMap, model: TransformModel? = nil) {
    content = map.rank == 2 ? .plane(map.affine()) : .space(map.affine())
    self.model = model
  }

  /// 2 or 3.
  public var rank: Int {
    switch content {
    case .plane, .freePlane: 2
    case .space, .freeSpace: 3
    }
  }

  /// Whether it is a free-form deformation.
  public var isFreeForm: Bool { spline != nil }

  /// Reads a transform of either rank; the format is told by the content.
  ///
  /// Of ITK's transforms the linear ones are known, the `BSplineTransform` of order 3, and composites of linear ones and at most one of
  /// that; of JSON, what ``write(to:)`` and
  /// `vernier register --json` write.
  ///
  /// - Throws: ``FileError`` with the line.
  public static func read(_ path: String) throws(FileError) -> Self {
    let text = try readText(path)
    let first = text.utf8.first { $0 > 0x20 && $0 != 0xef && $0 != 0xbb && $0 != 0xbf }
    return first == UInt8(ascii: "{") ? try readJSON(text, path: path) : try readInsight(text, path: path)
  }

  /// Reads a linear transform of the rank that the caller needs.
  ///
  /// - Throws: ``FileError``; `.wrongRank` when the file is for another number of dimensions, `.unsupported` when it is a free-form
  ///   deformation.
  public static func read<let rank: Int>(_ path: String, as type: Affine<rank>.Type) throws(FileError) -> Affine<rank> {
    let file = try read(path)
    guard file.rank == rank else { throw FileError(path, .wrongRank(found: file.rank, needed: rank)) }
    guard !file.isFreeForm else {
      throw FileError(path, .unsupported("it is a free-form deformation, where a linear transform is needed"))
    }
    return file.map.affine()
  }

  /// Reads a free-form deformation of the rank that the caller needs.
  ///
  /// - Throws: ``FileError``; `.wrongRank` when the file is for another number of dimensions, `.unsupported` when it is a linear
  ///   transform.
  public static func read<let rank: Int>(
    _ path: String, as type: BSplineTransform<rank>.Type
  ) throws(FileError) -> BSplineTransform<rank> {
    let file = try read(path)
    guard file.rank == rank else { throw FileError(path, .wrongRank(found: file.rank, needed: rank)) }
    guard let spline = file.spline else {
      throw FileError(path, .unsupported("it is a linear transform, where a free-form deformation is needed"))
    }
    return spline.transform(after: file.map)
  }

  /// Writes JSON where the path ends in `.json`, and ITK's text where it ends in `.tfm` or `.txt`.
  ///
  /// Numbers have as many digits as they need to load back exactly, at most 17. The file appears whole or not at all.
  ///
  /// - Throws: ``FileError``, also where a coefficient is not finite.
  public func write(to path: String) throws(FileError) {
    guard map.isFinite, spline?.isFinite ?? true else {
      throw FileError(path, .unsupported("the transform has coefficients that are not finite"))
    }
    switch fileExtension(of: path).lowercased() {
    case ".json": try PartialFiles.replace(path, text: json)
    case ".tfm", ".txt": try PartialFiles.replace(path, text: insight)
    default: throw FileError(path, .unsupported("a transform's name ends in .tfm or .txt (ITK) or .json; choose one"))
    }
  }

  /// The linear transform, or what follows the deformation.
  var map: LinearMap {
    switch content {
    case .plane(let transform): LinearMap(transform)
    case .space(let transform): LinearMap(transform)
    case .freePlane(let transform): LinearMap(transform.affine)
    case .freeSpace(let transform): LinearMap(transform.affine)
    }
  }

  var spline: SplineMap? {
    switch content {
    case .plane, .space: nil
    case .freePlane(let transform): SplineMap(transform)
    case .freeSpace(let transform): SplineMap(transform)
    }
  }
}

/// The coefficients of an affine transform whose rank is known at run time only.
struct LinearMap: Equatable {
  var rank: Int
  /// Row by row.
  var linear: [Double]
  var translation: [Double]
  var center: [Double]

  init(rank: Int, linear: [Double]? = nil, translation: [Double]? = nil, center: [Double]? = nil) {
    self.rank = rank
    self.linear = linear ?? (0..<rank * rank).map { $0 % (rank + 1) == 0 ? 1 : 0 }
    self.translation = translation ?? [Double](repeating: 0, count: rank)
    self.center = center ?? [Double](repeating: 0, count: rank)
  }

  init<let rank: Int>(_ transform: Affine<rank>) {
    self.init(
      rank: rank, linear: transform.linear.rowMajor, translation: transform.translation.elements,
      center: transform.center.elements)
  }

  /// - Precondition: `rank` is this map's.
  func affine<let rank: Int>() -> Affine<rank> {
    Affine(linear: Matrix(rowMajor: linear), translation: Vector(translation), center: Vector(center))
  }

  func composed(after first: Self) -> Self {
    rank == 2
      ? LinearMap((affine() as Affine<2>).composed(after: first.affine()))
      : LinearMap((affine() as Affine<3>).composed(after: first.affine()))
  }

  var isFinite: Bool { (linear + translation + center).allSatisfy(\.isFinite) }
}

/// The whole of a text file.
///
/// - Throws: ``FileError`` when it is not there, not readable, not text or above 64 MiB.
func readText(_ path: String) throws(FileError) -> String {
  try checkReadable(path)
  guard let file = fopen(path, "rb") else { throw FileError(path, .unreadable(systemMessage())) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
    guard bytes.count <= 1 << 26 else { throw FileError(path, .malformed("too large for a text file of this kind")) }
  }
  guard ferror(file) == 0 else { throw FileError(path, .unreadable(systemMessage())) }
  guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
    throw FileError(path, .malformed("it is binary, not text; a transform or table is a text file"))
  }
  return text
}
