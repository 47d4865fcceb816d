import Vernier

/// A colour picture made of a plate, with what speaks for it.
public struct ColorPlate: Sendable {
  /// Red, green and blue on one grid, which all three exposures cover; its rows and columns are the reference's. Empty
  /// where the verdict is ``/Vernier/Verdict/failed``.
  public var channels: [Image<2>]
  /// Where the picture lies in the reference exposure, in samples of the plate; nil where `channels` is empty.
  public var frame: PlateRegion?
  /// Nil where the picture was refused before its exposures were looked for.
  public var layout: PlateLayout?
  public var reference: PlateExposure
  /// The two exposures that were brought onto the reference; none where the plate itself is refused.
  public var alignments: [ExposureAlignment]
  public var verdict: Verdict
  /// Why the verdict is not ``/Vernier/Verdict/aligned``.
  public var objections: [PlateObjection]
  /// The time without files.
  public var seconds: Double
}

extension ColorPlate {
  /// What becomes of a picture that is refused before anything is looked for in it.
  public init(refusedFor objection: PlateObjection, reference: PlateExposure) {
    self.init(
      channels: [], frame: nil, layout: nil, reference: reference, alignments: [], verdict: .failed,
      objections: [objection], seconds: 0)
  }

  /// The picture as it were without any alignment: red, green and blue of the frame, one step of the camera apart on
  /// the plate, zero beyond it. Empty where there is no picture.
  ///
  /// - Parameter plate: what the picture was made of.
  public func unaligned(_ plate: Image<2>) -> [Image<2>] {
    guard let frame, let layout, let still = PlateExposure.allCases.firstIndex(of: reference) else { return [] }
    return [2, 1, 0].compactMap { index in
      let samples = plate.patch(
        x: frame.columns.lowerBound, y: frame.rows.lowerBound + layout.origins[index] - layout.origins[still],
        width: frame.columns.count, height: frame.rows.count, padding: .zero)
      return try? Image(width: frame.columns.count, height: frame.rows.count, samples: samples)
    }
  }
}

/// How one exposure lies on the reference.
public struct ExposureAlignment: Sendable {
  public var exposure: PlateExposure
  /// A point of the reference to the point of this exposure, both in samples from the corner of their step of the
  /// camera; about the reference's centre.
  public var transform: Affine<2>
  public var model: TransformModel
  /// What was compared by the method that found the shift.
  public var metric: ShiftMetric
  /// NCC of the edges, −1…1, before and after, over the inner part of the reference.
  public var agreementBefore: Double
  public var agreementAfter: Double
  /// The share of the reference's inner part that this exposure covers.
  public var overlap: Double
  /// NCC of the edges less their local mean at the best whole shift of the search, and the next best separate shift's
  /// over it. Exposures that belong together have a peak above 0.4 and a ratio below 0.6, others a peak below 0.1
  /// (`vernier-studies shifts`).
  public var peak: Double
  public var peakRatio: Double
  public var iterations: Int
  public var stopReason: StopReason
  /// The published descent's course, where that was the method: where each step began, in samples, and the loss there.
  public var trace: [(shift: Vector<2>, loss: Double)]
}
