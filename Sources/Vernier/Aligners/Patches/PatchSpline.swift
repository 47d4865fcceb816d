import Glibc

/// Cubic B-spline interpolation of a level.
struct PatchSpline {
  private let level: PatchLevel
  private let image: Image<2>
  private let coefficients: [Float]
  /// 1 where all 16 coefficients around belong to valid samples or lie beyond the image, which the spline mirrors.
  private let support: [Float]?

  init(_ level: PatchLevel, grid: Grid<2>) {
    self.level = level
    let (width, height) = (level.width, level.height)
    let samples = [Float](unsafeUninitializedCapacity: width * height) { buffer, count in
      count = width * height
      for y in 0..<height {
        (buffer.baseAddress! + y * width).update(from: level.values + y * level.stride, count: width)
      }
    }
    image = Image(unchecked: grid, samples: samples)
    coefficients = CubicSpline.coefficients(of: image, threads: 1)
    guard !level.isWhole else {
      support = nil
      return
    }
    var support = [Float](repeating: 1, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        let rows = max(y - 1, 0)...min(y + 2, height - 1)
        let columns = max(x - 1, 0)...min(x + 2, width - 1)
        let whole = rows.allSatisfy { row in columns.allSatisfy { level.weights[row * level.stride + $0] > 0 } }
        support[y * width + x] = whole ? 1 : 0
      }
    }
    self.support = support
  }

  /// Fills planes in the layout of `fixed` with the values at the positions of a map and 1 or 0 for whether they are
  /// valid.
  func warp(
    _ map: PatchMap, onto fixed: PatchLevel, values: UnsafeMutablePointer<Float>, valid: UnsafeMutablePointer<Float>
  ) {
    let (lastX, lastY) = (Double(level.width - 1), Double(level.height - 1))
    coefficients.withUnsafeBufferPointer { coefficients in
      let sampler = Sampler<2>(coefficients.baseAddress!, size: [level.width, level.height])
      for y in 0..<fixed.height {
        let (line, marks) = (values + y * fixed.stride, valid + y * fixed.stride)
        let (startX, startY) = (map.x0 - map.sine * Double(y), map.y0 + map.cosine * Double(y))
        for x in 0..<fixed.width {
          let (px, py) = (startX + map.cosine * Double(x), startY + map.sine * Double(x))
          let inside = px >= 0 && py >= 0 && px <= lastX && py <= lastY
          guard inside, support == nil || support![Int(py) * level.width + Int(px)] > 0 else {
            (line[x], marks[x]) = (0, 0)
            continue
          }
          line[x] = sampler.cubic(px, py, 0)
          marks[x] = 1
        }
      }
    }
  }
}
