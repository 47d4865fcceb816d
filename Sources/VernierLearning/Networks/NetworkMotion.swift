import Vernier

/// A linear motion of pictures, `Affine<2>`, or of volumes, `Affine<3>`.
public protocol NetworkMotion: Sendable, Equatable {
  /// 2 for pictures, 3 for volumes.
  static var axisCount: Int { get }

  /// How far motions are from the true ones, over images of `side` samples along each axis.
  static func errors(of found: [Self], against truths: [Self], side: Int) throws -> PredictionErrors
}

extension Affine: NetworkMotion {
  public static var axisCount: Int { rank }

  public static func errors(of found: [Self], against truths: [Self], side: Int) throws -> PredictionErrors {
    PredictionErrors(found, truths, on: try Grid<rank>(size: [Int](repeating: side, count: rank)))
  }
}
