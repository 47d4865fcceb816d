/// Brightnesses put in the order of their frequency, so that two images of unlike contrasts show equally well over each
/// other: the byte b becomes the share of the samples that are no brighter.
///
///     e(b) = 255 · Σ_{i ≤ b} h(i) / Σ_i h(i),   h(i) = min(number of samples i, 2 · mean number)
///
/// The bound keeps a large even background, such as the air around a head, from taking the scale for its noise: each of
/// its levels counts as twice the mean at most (contrast-limited histogram equalization; Pizer et al. 1987,
/// doi:10.1016/S0734-189X(87)80186-X, for the image as a whole).
struct Equalization: Sendable, Equatable {
  /// For each byte of a plane; that of 0, which stands for no sample, is 0, and no other is.
  let table: [UInt8]

  /// - Parameter other: samples count where this plane has some as well; nil for all.
  init(of plane: Plane, inCommonWith other: Plane? = nil) {
    var counts = [Double](repeating: 0, count: 256)
    for index in plane.bytes.indices where other.map({ $0.bytes[index] != 0 }) ?? true {
      counts[Int(plane.bytes[index])] += 1
    }
    counts[0] = 0
    let limit = 2 * counts.reduce(0, +) / 255
    var sum = 0.0
    let sums = counts.map { count in
      sum += min(count, limit)
      return sum
    }
    table = sums.enumerated().map { byte, below in
      byte == 0 ? 0 : sum > 0 ? UInt8(max(1, (255 * below / sum).rounded())) : UInt8(byte)
    }
  }
}
