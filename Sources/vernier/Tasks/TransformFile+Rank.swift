import Vernier
import VernierFiles

/// A map from one image to another, as far as the command knows them.
enum AnyTransform<let rank: Int>: SpatialTransform {
  case linear(Affine<rank>)
  case freeForm(BSplineTransform<rank>)
  case freeFormInverse(BSplineInverse<rank>)

  func callAsFunction(_ point: Vector<rank>) -> Vector<rank> {
    switch self {
    case .linear(let map): map(point)
    case .freeForm(let map): map(point)
    case .freeFormInverse(let map): map(point)
    }
  }

  /// What an alignment found.
  init(_ alignment: Alignment<rank>) {
    self = alignment.deformation.map { .freeForm($0.transform) } ?? .linear(alignment.transform)
  }

  /// Reads a transform of this rank.
  ///
  /// - Throws: `FileError`.
  init(reading path: String) throws {
    let file = try TransformFile.read(path)
    self =
      file.isFreeForm
      ? .freeForm(try TransformFile.read(path, as: BSplineTransform<rank>.self))
      : .linear(try TransformFile.read(path, as: Affine<rank>.self))
  }

  /// The map that undoes this one; nil where there is none.
  func inverted() -> Self? {
    switch self {
    case .linear(let map): map.inverted().map { .linear($0) }
    case .freeForm(let map): map.inverted().map { .freeFormInverse($0) }
    case .freeFormInverse(let map): .freeForm(map.transform)
    }
  }
}

extension TransformFile {
  /// What an alignment of either rank found, as a file keeps it.
  init<let rank: Int>(of alignment: Alignment<rank>) {
    if let free = alignment.deformation?.transform {
      if let plane = free as? BSplineTransform<2> {
        self.init(plane)
        return
      } else if let space = free as? BSplineTransform<3> {
        self.init(space)
        return
      }
    }
    if let plane = alignment.transform as? Affine<2> {
      self.init(plane, model: alignment.model)
    } else if let space = alignment.transform as? Affine<3> {
      self.init(space, model: alignment.model)
    } else {
      preconditionFailure("transforms have rank 2 or 3")
    }
  }

  /// The endings of transform files that can be written.
  static let writableEndings = [".tfm", ".txt", ".json"]

  /// Whether the name is one of a transform file.
  static func names(_ path: String) -> Bool { writableEndings.contains { path.lowercased().hasSuffix($0) } }
}
