/// The agreement of two images' edges whatever their contrasts: normalized gradient fields (Haber and Modersitzki
/// 2006).
///
///     NGF = Σ ⟨n_f(p), v(p)⟩² / (|v(p)|² + ε²) / Σ |n_f(p)|²,  v(p) = Aᵀ n_m(T(p)),  n = ∇ / √(|∇|² + η²)
///
/// with A the transform's linear part in indices and η the mean gradient length, below which an edge counts as noise.
/// Near 1 where all edges are parallel; independent of contrast and its sign. Dividing by |v|² makes up for what
/// interpolation takes from the length of a normal between samples; without it whole-sample shifts would be favoured.
/// ε² = 10⁻⁴: more of it rewards transforms that lengthen v, by as much as half a sample in volumes.
final class SampledGradientFields<let rank: Int> {
  private let points: SamplePoints<rank>
  private let fixedNormals: [SIMD4<Float>]
  private let movingNormals: [[Float]]
  private let movingMask: [Float]?
  private let movingSize: Size<rank>
  private let fixedGrid: Grid<rank>
  private let movingGrid: Grid<rank>
  private let basis: [[Double]]
  private let strength: Double

  init(
    _ pair: LevelPair<rank>, generators: [Generator<rank>], about center: Vector<rank>, count: Int, seed: UInt64,
    threads: Int
  ) {
    points = SamplePoints(on: pair.fixed, count: count, seed: seed)
    basis = IndexBasis.coefficients(generators, about: center, on: pair.fixed.grid, origin: points.origin)
    fixedGrid = pair.fixed.grid
    movingGrid = pair.moving.grid
    movingSize = pair.moving.size
    movingMask = pair.movingMask
    let fixedFields = Self.normals(of: pair.fixed)
    movingNormals = Self.normals(of: pair.moving)
    let indices = points
    fixedNormals = (0..<points.values.count).map { point in
      let offset = indices.offset(point)
      var index = 0
      for axis in (0..<rank).reversed() {
        index = index * pair.fixed.size[axis] + Int((offset[axis] + indices.origin[axis]).rounded())
      }
      var normal = SIMD4<Float>.zero
      for axis in 0..<rank { normal[axis] = fixedFields[axis][index] }
      return normal
    }
    strength = fixedNormals.reduce(0) { $0 + Double(($1 * $1).sum()) }
  }

  /// The gradient by differences over √(|∇|² + η²), one field an axis.
  private static func normals(of image: Image<rank>) -> [[Float]] {
    let size = image.size
    var fields = [[Float]](repeating: [Float](repeating: 0, count: image.grid.count), count: rank)
    var total = 0.0
    for index in 0..<image.grid.count {
      var rest = index
      var stride = 1
      var squared: Float = 0
      for axis in 0..<rank {
        let position = rest % size[axis]
        rest /= size[axis]
        // One-sided at the border and at the mask's: a zero there would make the agreement jump as samples enter.
        func valid(_ other: Int) -> Bool { image.mask == nil || image.mask![other] != 0 }
        if valid(index) {
          let low = position > 0 && valid(index - stride) ? index - stride : index
          let high = position < size[axis] - 1 && valid(index + stride) ? index + stride : index
          if low < high {
            let slope = (image.samples[high] - image.samples[low]) / Float((high - low) / stride)
            fields[axis][index] = slope
            squared += slope * slope
          }
        }
        stride *= size[axis]
      }
      total += Double(squared.squareRoot())
    }
    let noise = Float(total / Double(max(image.grid.count, 1)))
    for index in 0..<image.grid.count {
      var squared = noise * noise
      for axis in 0..<rank { squared += fields[axis][index] * fields[axis][index] }
      let scale = squared > 0 ? 1 / squared.squareRoot() : 0
      for axis in 0..<rank { fields[axis][index] *= scale }
    }
    return fields
  }

  /// ε².
  private static var softening: Double { 1e-4 }

  struct Evaluation {
    /// Over the fixed image's edges in the overlap, 0…1.
    var agreement: Double
    /// Derivatives along the generators.
    var gradient: [Double]
    /// The share of the points that found a moving value.
    var share: Double
  }

  /// The agreement at `transform`, or nil where less than 5 % of the points overlap.
  func evaluate(_ transform: Affine<rank>) -> Evaluation? {
    let map = IndexMap(transform, fixed: fixedGrid, moving: movingGrid)
    let terms = rank * (rank + 1)
    var moments = [Double](repeating: 0, count: terms)
    var sum = 0.0
    var weight = 0.0
    var count = 0
    let positions = points.withLocator(map, inside: movingSize) { locator in
      (0..<points.groups).flatMap { group in
        let at = locator.positions(ofGroup: group)
        return (0..<4).map { at.inside[$0] ? (x: at.x[$0], y: at.y[$0], z: at.z[$0]) : nil }
      }
    }
    for (point, position) in positions.enumerated() {
      guard let at = position else { continue }
      if let movingMask {
        let inside = movingMask.withUnsafeBufferPointer {
          Sampler<rank>($0.baseAddress!, size: movingSize).linear(at.x, at.y, at.z)
        }
        if inside < 0.999 { continue }
      }
      count += 1
      let fixed = fixedNormals[point]
      var normal = Vector<rank>.zero
      var slopes = InlineArray<3, SIMD4<Float>>(repeating: .zero)
      for axis in 0..<rank {
        let (value, slope) = movingNormals[axis].withUnsafeBufferPointer {
          Sampler<rank>($0.baseAddress!, size: movingSize).linearWithGradient(at.x, at.y, at.z)
        }
        normal[axis] = Double(value)
        slopes[axis] = slope
      }
      var v = Vector<rank>.zero
      for row in 0..<rank {
        for column in 0..<rank { v[column] += map.linear[row, column] * normal[row] }
      }
      var product = 0.0
      for axis in 0..<rank { product += v[axis] * Double(fixed[axis]) }
      let squared = Double((fixed * fixed).sum())
      let length = v.dot(v) + Self.softening
      sum += product * product / length
      weight += squared
      let offset = points.offset(point)
      // The change of the term is 2 ⟨w, dv⟩; along a velocity u(p) = L p̃ it is dv = Lᵀ v + Aᵀ ∇n A u.
      let ratio = product / length
      let w = Vector<rank> { ratio * (Double(fixed[$0]) - ratio * v[$0]) }
      let turned = map.linear * w
      var along = Vector<rank>.zero
      for column in 0..<rank {
        for row in 0..<rank {
          var steep = 0.0
          for axis in 0..<rank { steep += turned[axis] * Double(slopes[axis][row]) }
          along[column] += map.linear[row, column] * steep
        }
      }
      for a in 0..<rank {
        for b in 0..<rank { moments[a * (rank + 1) + b] += 2 * (v[a] * w[b] + along[a] * offset[b]) }
        moments[a * (rank + 1) + rank] += 2 * along[a]
      }
    }
    guard count * 20 >= points.values.count, weight > 1e-3 * strength else { return nil }
    // Dividing by the edges in the overlap, held constant for the derivative: overlap changes slowly.
    let gradient = basis.map { zip($0, moments).reduce(0) { $0 + $1.0 * $1.1 } / weight }
    return Evaluation(agreement: sum / weight, gradient: gradient, share: Double(count) / Double(points.values.count))
  }
}
