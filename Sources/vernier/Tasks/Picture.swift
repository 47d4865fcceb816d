import Vernier
import VernierFiles

/// A picture or volume with the file it came from.
struct Picture<let rank: Int>: Sendable {
  let file: String
  let luminance: Image<rank>

  var unit: String { rank == 2 ? "px" : "mm" }
  var sizeText: String { luminance.size.map(String.init).joined(separator: "×") }

  init(drawn image: Image<rank>, file: String) {
    self.file = file
    luminance = image
  }

  func masked(by mask: String?) throws -> Image<rank> { luminance }
  func moved(
    onto grid: Grid<rank>, through transform: Affine<rank>, interpolation: Interpolation, threads: Int
  ) throws -> Picture { self }
  func write(to path: String) throws {}
}

/// Two images of one rank.
enum AnyPair: Sendable {
  case planes(Picture<2>, Picture<2>)
  case volumes(Picture<3>, Picture<3>)

  static let writableEndings = [".png"]

  static func ending(like file: String) -> String { ".png" }

  init(fixed: String, moving: String) throws { throw InputError(file: fixed, problem: "stub") }
}

enum TransformStore {
  static let writableEndings = [".tfm", ".json"]
  static func read<let rank: Int>(_ path: String) throws -> Affine<rank> { .identity }
  static func write<let rank: Int>(_ transform: Affine<rank>, model: TransformModel, to path: String) throws {}
}

enum TextFile {
  static func write(_ text: String, to path: String) throws {}
}
