import Vernier

/// Volumes laid over each other in colours, as the paper's Fig. 6: moving grey, fixed blue, registered orange; where the last two agree they make white.
struct VolumeOverlay: Sendable {
  /// Red, green and blue.
  let channels: [Image<2>]

  /// Of each tile, and of the gap between them.
  private static let side = 224
  private static let gap = 8

  /// - Parameter rows: of each pair the transforms to show, one a column; the first column shows the pair as it lies.
  init(_ rows: [(pair: LabelledVolumes.Pair, transforms: [Affine<3>])]) throws {
    let step = Self.side + Self.gap
    let columns = 1 + (rows.map(\.transforms.count).max() ?? 0)
    let (width, height) = (columns * step - Self.gap, rows.count * step - Self.gap)
    var canvas = [[Float]](repeating: [Float](repeating: 255, count: width * height), count: 3)
    for (row, content) in rows.enumerated() {
      for column in 0..<columns where column <= content.transforms.count {
        let tile = try Self.tile(content.pair, column == 0 ? nil : content.transforms[column - 1])
        for (channel, samples) in tile.enumerated() {
          for y in 0..<Self.side {
            let start = (row * step + y) * width + column * step
            canvas[channel].replaceSubrange(
              start..<start + Self.side, with: samples[y * Self.side..<(y + 1) * Self.side])
          }
        }
      }
    }
    channels = try canvas.map { try Image(width: width, height: height, samples: $0) }
  }

  /// The axial plane through the fixed volume's centre.
  private static func tile(_ pair: LabelledVolumes.Pair, _ transform: Affine<3>?) throws -> [[Float]] {
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
    return (0..<3).map { channel in
      still.indices.map { index in
        let sum = grey * moving[index] + blue[channel] * still[index] + orange[channel] * (registered?[index] ?? 0)
        return 255 * min(sum, 1)
      }
    }
  }
}
