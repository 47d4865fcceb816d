import Vernier

/// A picture as a smooth function of the plane: its cubic B-spline in double precision, with the spline's own gradient
/// (Unser, Aldroubi and Eden 1993).
struct SplineSurface: Sendable {
  private let coefficients: [Double]
  private let width: Int
  private let height: Int

  /// √3 − 2
  private static let pole = -0.267_949_192_431_122_7

  /// - Parameter image: at least 2 × 2; mirrored at its borders.
  init(_ image: Image<2>) {
    precondition(image.width > 1 && image.height > 1, "a surface needs at least two samples along each axis")
    (width, height) = (image.width, image.height)
    var values = image.samples.map(Double.init)
    for y in 0..<height { Self.prefilter(&values, from: y * width, count: width, step: 1) }
    for x in 0..<width { Self.prefilter(&values, from: x, count: height, step: width) }
    coefficients = values
  }

  /// The value and the gradient at a point, in samples.
  ///
  /// - Precondition: the point lies between the picture's outermost samples.
  func callAsFunction(_ point: Vector<2>) -> (value: Double, gradient: Vector<2>) {
    let column = min(max(Int(point[0]), 0), width - 2)
    let row = min(max(Int(point[1]), 0), height - 2)
    let (alongX, slopesX) = Self.weights(point[0] - Double(column))
    let (alongY, slopesY) = Self.weights(point[1] - Double(row))
    var value = 0.0
    var gradient = Vector<2>.zero
    for j in 0..<4 {
      let line = Self.mirrored(row + j - 1, height) * width
      for i in 0..<4 {
        let coefficient = coefficients[line + Self.mirrored(column + i - 1, width)]
        value += alongX[i] * alongY[j] * coefficient
        gradient[0] += slopesX[i] * alongY[j] * coefficient
        gradient[1] += alongX[i] * slopesY[j] * coefficient
      }
    }
    return (value, gradient)
  }

  private static func weights(_ t: Double) -> (values: [Double], slopes: [Double]) {
    let s = 1 - t
    let values = [s * s * s / 6, 2 / 3 - t * t * (1 - t / 2), 2 / 3 - s * s * (1 - s / 2), t * t * t / 6]
    let slopes = [-s * s / 2, t * (1.5 * t - 2), -s * (1.5 * s - 2), t * t / 2]
    return (values, slopes)
  }

  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    let inside = index < 0 ? -index : index
    return inside < count ? inside : max(2 * (count - 1) - inside, 0)
  }

  private static func prefilter(_ values: inout [Double], from start: Int, count: Int, step: Int) {
    func place(_ index: Int) -> Int { start + index * step }
    let period = 2 * (count - 1)
    var sum = values[start]
    var power = pole
    for index in 1..<40 {
      let inside = index % period
      sum += power * values[place(min(inside, period - inside))]
      power *= pole
    }
    values[start] = 6 * sum
    for index in 1..<count { values[place(index)] = 6 * values[place(index)] + pole * values[place(index - 1)] }
    let last = place(count - 1)
    values[last] = pole / (pole * pole - 1) * (pole * values[place(count - 2)] + values[last])
    for index in stride(from: count - 2, through: 0, by: -1) {
      values[place(index)] = pole * (values[place(index + 1)] - values[place(index)])
    }
  }
}
