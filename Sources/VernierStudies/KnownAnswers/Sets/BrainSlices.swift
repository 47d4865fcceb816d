import Vernier
import VernierText

extension KnownDataSet {
  /// The brain slices of ITK's examples: the answer is in the file's name.
  static let brainSlices = KnownDataSet(
    title: "ITK brain slices", folder: "itk_examples", unit: "px",
    note: """
      Proton density (PD) and T1 of one slice; what was turned was turned by 10° about half the size, (110.5, 128.5). Error:
      mean over the fixed image's corners. Wrong: above 2 px. "Centre" is the error at the image centre, "rotation" the error
      of the angle.
      """,
    columns: ["centre, px", "rotation, °"]
  ) { folder in
    let density = "BrainProtonDensitySliceBorder20"
    let shifted = "BrainProtonDensitySliceShifted13x17y"
    let rotated = "BrainProtonDensitySliceRotated10"
    let slices:
      [(name: String, fixed: String, moving: String, model: TransformModel, angle: Double, shift: Vector<2>)] = [
        ("PD → shifted PD", density, shifted, .translation, 0, [13, 17]),
        ("PD → shifted PD", density, shifted, .rigid, 0, [13, 17]),
        ("PD → rotated PD", density, rotated, .rigid, 10, .zero),
        ("PD → rotated PD", density, rotated, .similarity, 10, .zero),
        ("PD → rotated PD", density, rotated, .affine, 10, .zero),
        ("T1 → PD", "BrainT1SliceBorder20", density, .rigid, 0, .zero),
        ("PD → T1", density, "BrainT1SliceBorder20", .rigid, 0, .zero),
        ("T1 → PD", "BrainT1SliceBorder20", density, .affine, 0, .zero),
        ("T1 → shifted PD", "BrainT1SliceBorder20", shifted, .rigid, 0, [13, 17]),
        ("T1 → rotated PD", "BrainT1SliceBorder20", rotated, .rigid, 10, .zero),
        ("T1 → rotated PD", "BrainT1SliceBorder20", rotated, .similarity, 10, .zero),
      ]
    return slices.map { slice in
      KnownCase(name: slice.name) {
        let fixed = try folder.plane("\(slice.fixed).png")
        let moving = try folder.plane("\(slice.moving).png")
        let center: Vector<2> = [Double(fixed.width) / 2, Double(fixed.height) / 2]
        let truth = Affine<2>(
          .init(rotation: [slice.angle], scale: [1, 1], shear: [0], translation: slice.shift, center: center))
        let pair = KnownPair(
          fixed: fixed, moving: moving, answer: PointPairs(points: fixed.grid.corners) { truth($0) })
        return [
          pair.row(slice.name, model: slice.model, tolerance: 2, threads: folder.threads) { alignment in
            guard let alignment else { return ["–", "–"] }
            let middle = fixed.grid.center
            let turn = alignment.linear.parameters.rotation[0] - slice.angle
            let around = turn - 360 * (turn / 360).rounded()
            return [(alignment.linear(middle) - truth(middle)).length.fixed(3), abs(around).fixed(3)]
          }
        ]
      }
    }
  }
}
