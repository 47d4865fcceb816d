import Vernier
import VernierFiles
import VernierText

extension KnownDataSet {
  /// The samples of imreg_dft.
  static let syntheticSamples = KnownDataSet(
    title: "imreg_dft samples", folder: "imreg_dft", unit: "px",
    note: """
      The answers are in that project's documentation: a shift of (19, −79), and a turn of −30° with scale 0.8, both from fixed
      to moving. The shift of the turned sample is not given: its error is that of the rest, the shift left out. Error: mean
      over the corners. Wrong: above 5 px.
      """,
    columns: ["rotation, °", "scale", "shift x, px", "shift y, px"]
  ) { folder in
    let pairs: [(moving: String, model: TransformModel, truth: Affine<2>?)] = [
      ("sample2", .translation, Affine(translation: [19, -79])), ("sample2", .rigid, Affine(translation: [19, -79])),
      ("sample3", .similarity, nil), ("sample3", .affine, nil),
    ]
    return pairs.map { item in
      KnownCase(name: item.moving) {
        let fixed = try folder.plane("sample1.png")
        let moving = try folder.plane("\(item.moving).png")
        let turn = Affine<2>(
          .init(
            rotation: [-30], scale: [0.8, 0.8], shear: [0], translation: .zero, center: fixed.grid.center))
        let pair = KnownPair(
          fixed: fixed, moving: moving,
          answer: PointPairs(points: fixed.grid.corners) { (item.truth ?? turn)($0) }, knowsShift: item.truth != nil)
        return [
          pair.row("sample1 → \(item.moving)", model: item.model, tolerance: 5, threads: folder.threads) { alignment in
            guard let found = alignment?.linear.parameters else { return ["–", "–", "–", "–"] }
            let scale = (found.scale[0] * found.scale[1]).squareRoot()
            return [
              found.rotation[0].fixed(2), scale.fixed(3), found.translation[0].fixed(1), found.translation[1].fixed(1),
            ]
          }
        ]
      }
    }
  }

  /// scikit-image's test of masked registration.
  static let maskedUltrasound = KnownDataSet(
    title: "Masked ultrasound", folder: "skimage/registration", unit: "px",
    note: """
      One sector shifted by the amounts in the file's name, zeros where there is no data; the mask leaves them out. Error:
      mean over the corners. Wrong: above 2 px.
      """
  ) { folder in
    [TransformModel.translation, .rigid].map { model in
      KnownCase(name: "X75Y75") {
        let images = try ["OriginalX75Y75.png", "TransformedX75Y75.png"].map { name in
          let image = try folder.plane(name)
          return try image.masked(by: image.samples.map { $0 == 0 ? 0 : 1 })
        }
        let truth = Affine<2>(translation: [75, -75])
        let pair = KnownPair(
          fixed: images[0], moving: images[1], answer: PointPairs(points: images[0].grid.corners) { truth($0) })
        return [pair.row("X75Y75", model: model, tolerance: 2, threads: folder.threads)]
      }
    }
  }

  /// The artificial deformations of BIRL (Borovec et al. 2018).
  static let artificialHistology = KnownDataSet(
    title: "Artificial histology", folder: "birl_histology", unit: "px",
    note: """
      A drawn section and its rigid and affine deformations, with 12 landmarks to whole pixels. Error: mean over the landmarks
      in the moving image. Wrong: above 5 px.
      """
  ) { folder in
    let cases: [(kind: String, model: TransformModel)] = [
      ("rigid", .rigid), ("rigid", .similarity), ("rigid", .affine), ("affine", .affine),
    ]
    return cases.map { item in
      KnownCase(name: item.kind) {
        let pair = KnownPair(
          fixed: try folder.plane("images/artificial_reference.jpg"),
          moving: try folder.plane("images/artificial_moving-\(item.kind).jpg"),
          answer: PointPairs(
            points: try folder.landmarks("landmarks/artificial_reference.csv"),
            targets: try folder.landmarks("landmarks/artificial_moving-\(item.kind).csv")))
        return [pair.row("reference → \(item.kind)", model: item.model, tolerance: 5, threads: folder.threads)]
      }
    }
  }
}
