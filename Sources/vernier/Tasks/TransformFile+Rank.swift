import Vernier
import VernierFiles

extension TransformFile {
  /// A transform of either rank as a file keeps it.
  init<let rank: Int>(any transform: Affine<rank>, model: TransformModel?) {
    if let plane = transform as? Affine<2> {
      self.init(plane, model: model)
    } else if let space = transform as? Affine<3> {
      self.init(space, model: model)
    } else {
      preconditionFailure("transforms have rank 2 or 3")
    }
  }

  /// The endings of transform files that can be written.
  static let writableEndings = [".tfm", ".txt", ".json"]

  /// Whether the name is one of a transform file.
  static func names(_ path: String) -> Bool { writableEndings.contains { path.lowercased().hasSuffix($0) } }
}
