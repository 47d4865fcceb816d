import Glibc

@testable import Vernier

/// Pairs of small pictures as the published comparisons make them.
enum PublishedProtocol {
  /// The picture turned about its centre and shifted, bilinear, zeros outside: `moving(T(p)) = fixed(p)`.
  static func moved(_ fixed: Image<2>, by truth: Affine<2>) throws -> Image<2> {
    let moved = fixed.resampledBetweenCentres(onto: fixed.grid, through: try requireInverse(of: truth))
    return Image(unchecked: fixed.grid, samples: moved.samples)
  }

  /// A turn by −180°…180° about the centre and a shift of up to a quarter of the side along each axis.
  static func motion(on grid: Grid<2>, using random: inout SplitMix64) -> Affine<2> {
    let reach = 0.25 * Double(grid.size[0])
    return MotionRange<2>(degrees: 180, shift: reach).random(center: grid.center, using: &random)
  }

  /// |Δtx| + |Δty| in samples, and the error of the angle around the circle in degrees.
  static func error(_ found: Affine<2>, _ truth: Affine<2>) -> (shift: Double, degrees: Double) {
    let shift = found.translation - truth.translation
    let turn = found.parameters.rotation[0] - truth.parameters.rotation[0]
    return (abs(shift[0]) + abs(shift[1]), abs(remainder(turn, 360)))
  }
}

/// The test pictures of CIFAR-10, in shades of grey.
struct SmallPictures {
  static let comment = "needs the test images: set VERNIER_DATA"

  /// The file with them: in `VERNIER_DATA`, or in `shared/data` beside the repository.
  static let path: String? = {
    let given = getenv("VERNIER_DATA").map { String(cString: $0) }
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let folders = [given, "/\(root)/../shared/data", "/\(root)/../../shared/data"].compactMap { $0 }
    return folders.map { $0 + "/cifar10/test.bin" }.first { access($0, R_OK) == 0 }
  }()

  /// The first pictures of the file.
  static func read(_ count: Int) throws -> [Image<2>] {
    guard let path, let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    return try (0..<count).map { _ in
      var record = [UInt8](repeating: 0, count: 3073)
      fread(&record, 1, record.count, file)
      let samples = (1...1024).map { (index: Int) -> Float in
        let (red, green, blue) = (Float(record[index]), Float(record[index + 1024]), Float(record[index + 2048]))
        return 0.299 * red + 0.587 * green + 0.114 * blue
      }
      return try Image(width: 32, height: 32, samples: samples)
    }
  }
}
