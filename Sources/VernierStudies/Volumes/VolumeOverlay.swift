import Vernier

/// Volumes laid over each other in colours, as the paper's Fig. 6: moving grey, fixed blue, registered orange; where
/// the last two agree they make white.
struct VolumeOverlay: Sendable {
  /// Red, green and blue.
  let channels: [Image<2>]

  /// Of each tile.
  private static let side = 224

  /// - Parameter rows: of each pair the transforms to show, one a column; the first column shows the pair as it lies.
  init(_ rows: [(pair: LabelledVolumes.Pair, transforms: [Affine<3>])]) throws {
    let tiles = try rows.map { row in
      try ([nil] + row.transforms).map { try Self.tile(row.pair, $0) }
    }
    channels = try (0..<3).map { channel in
      try TileSheet.image(of: tiles.map { $0.map { $0[channel] } }, side: Self.side)
    }
  }

  /// The axial plane through the fixed volume's centre.
  private static func tile(_ pair: LabelledVolumes.Pair, _ transform: Affine<3>?) throws -> [Image<2>] {
    let grid = pair.fixed.grid
    let extent = (0..<2).map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
    let spacing = extent / Double(side)
    let half = extent / 2 - spacing / 2
    let plane = try Grid<3>(
      size: [side, side, 1], spacing: Vector(repeating: spacing), origin: grid.center - [half, half, 0])
    func seen(_ volume: Image<3>, through map: Affine<3>) -> [Float] {
      let white = volume.samples.max() ?? 1
      return volume.resampled(onto: plane, through: map, threads: 1).samples.map {
        min(max($0 / max(0.7 * white, .leastNormalMagnitude), 0), 1)
      }
    }
    let still = seen(pair.fixed, through: .identity)
    let moving = seen(pair.moving, through: .identity)
    let registered = transform.map { seen(pair.moving, through: $0) }
    let blue: [Float] = [0, 0.35, 1]
    let orange: [Float] = [1, 0.65, 0]
    let grey: Float = registered == nil ? 0.6 : 0.2
    return try (0..<3).map { channel in
      let samples = still.indices.map { index in
        let sum = grey * moving[index] + blue[channel] * still[index] + orange[channel] * (registered?[index] ?? 0)
        return 255 * min(sum, 1)
      }
      return try Image(width: side, height: side, samples: samples)
    }
  }
}
