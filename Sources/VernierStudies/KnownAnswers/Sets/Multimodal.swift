import Vernier
import VernierText

/// An entry of the multimodal set's `truth.json`.
struct MultimodalTruth: Decodable, Sendable {
  var pair: String
  var folder: String
  var fixed: String
  var moving: String
  /// (x, y), the first pixel is (1, 1).
  var fixedLandmarks: [[Double]]
  var movingLandmarks: [[Double]]
  /// How well the set's own transform fits the landmarks, px.
  var deviation: Double

  private enum CodingKeys: String, CodingKey {
    case pair, folder, fixed, moving
    case fixedLandmarks = "landmarks_fix"
    case movingLandmarks = "landmarks_mov"
    case deviation = "tre_with_T"
  }

  /// "MR_PET" of "Medical/MR_PET/1".
  var modality: String { String(pair.split(separator: "/").dropLast().last ?? "") }
  var landmarks: PointPairs<2> {
    func zeroBased(_ point: [Double]) -> Vector<2> { [point[0] - 1, point[1] - 1] }
    return PointPairs(points: fixedLandmarks.map(zeroBased), targets: movingLandmarks.map(zeroBased))
  }
  /// The slices of one head on one grid, which are moved here.
  var isOneFrame: Bool { ["PD_T1", "PD_T2", "T1_T2"].contains(modality) }
  /// What is still right, in px.
  var tolerance: Double { max(5, 3 * deviation) }

  static func read(_ folder: KnownFolder) throws -> [Self] {
    try JSON(parsing: folder.text("truth.json")).decoded()
  }

  /// The pair; one of one frame is moved by a random transform of the model, which a seed draws.
  func pair(_ folder: KnownFolder, _ model: TransformModel, seed: UInt64) throws -> KnownPair<2> {
    let still = try folder.plane("\(self.folder)/\(fixed)")
    var pair = KnownPair(fixed: still, moving: try folder.plane("\(self.folder)/\(moving)"), answer: landmarks)
    guard isOneFrame else { return pair }
    var random = SplitMix64(seed: seed)
    let warp = randomWarp(of: pair.moving.grid, model: model, using: &random)
    pair.moving = pair.moving.moved(by: warp, interpolation: .cubic)
    pair.answer = PointPairs(points: pair.answer.points) { warp($0) }
    return pair
  }
}

extension KnownDataSet {
  /// Jiang et al. 2021 (doi:10.1016/j.inffus.2021.02.012): pairs across modalities and seasons, with landmarks.
  static let multimodal = KnownDataSet(
    title: "Multimodal pairs", folder: "multimodal_starainj", unit: "px",
    note: """
      Error: mean over the landmarks that came with each pair, in the moving image. The T1, T2 and PD slices lie in one frame;
      the moving one is warped by a random transform (rotation up to 30°, scale 0.85 to 1.2, shift up to 10 %; for affine
      also scales and shear apart by 10 %), which is the answer. Wrong: above 5 px, or 3 times the landmarks' own deviation
      from the set's transform if that is more. A model whose best is above that limit is left out for that pair.
      """
  ) { folder in
    let truths = try MultimodalTruth.read(folder)
    return truths.enumerated().flatMap { number, truth in
      [TransformModel.rigid, .similarity, .affine].map { model in
        KnownCase(name: truth.pair) {
          let pair = try truth.pair(folder, model, seed: folder.options.seed &+ UInt64(number))
          let tolerance = truth.tolerance
          guard pair.answer.meanDistance(pair.answer.bestFit(model)) <= tolerance else { return [] }
          let name = truth.pair.split(separator: "/").suffix(2).joined(separator: " ")
          return [
            pair.row(name, group: truth.modality, model: model, tolerance: tolerance, threads: folder.threads)
          ]
        }
      }
    }
  }
}

/// A transform of the model about the grid's centre within the limits that the report names.
private func randomWarp(
  of grid: Grid<2>, model: TransformModel, using random: inout SplitMix64
) -> Affine<2> {
  let angle = Double.random(in: -30...30, using: &random)
  let scale = model == .rigid ? 1 : Double.random(in: 0.85...1.2, using: &random)
  let shift = Vector<2> { Double(grid.size[$0]) * Double.random(in: -0.1...0.1, using: &random) }
  let (stretch, shear) = (Double.random(in: 0.95...1.05, using: &random), Double.random(in: -0.1...0.1, using: &random))
  return Affine(
    .init(
      rotation: [angle], scale: model == .affine ? [scale * stretch, scale / stretch] : [scale, scale],
      shear: [model == .affine ? shear : 0], translation: shift, center: grid.center))
}

extension Image {
  /// The image of the scene moved by `motion`: `result(motion(p)) = self(p)`, on the same grid.
  ///
  /// What comes from outside is 0; a mask marks it if `isMasked`.
  func moved(by motion: Affine<rank>, interpolation: Interpolation, isMasked: Bool = false) -> Self {
    guard let back = motion.inverted() else { preconditionFailure("a motion can be undone") }
    let moved = resampled(onto: grid, through: back, interpolation: interpolation)
    return isMasked ? moved : (try? moved.masked(by: nil)) ?? moved
  }
}
