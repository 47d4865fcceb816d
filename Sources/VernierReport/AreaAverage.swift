/// Samples averaged over the area that each sample of a smaller grid covers.
///
/// - Returns: for each sample of the smaller grid the mean of value · weight and the mean weight, where the weight of a
///   sample is 1 where it is finite and the mask does not leave it out, else 0. Their ratio is the average of the valid
///   samples.
func averaged(_ samples: [Float], mask: [UInt8]?, size: [Int], to reduced: [Int]) -> (values: [Float], weights: [Float])
{
  // Along x first, straight from the samples: what follows has only the reduced rows to hold.
  let columns = Shares(from: size[0], to: reduced[0])
  let rows = size[1] * size[2]
  var values = [Float](repeating: 0, count: rows * reduced[0])
  var weights = values
  for row in 0..<rows {
    let start = row * size[0]
    for target in 0..<reduced[0] {
      var value: Float = 0
      var weight: Float = 0
      for (offset, share) in columns.shares[target].enumerated() {
        let index = start + columns.first[target] + offset
        guard samples[index].isFinite, mask?[index] != 0 else { continue }
        value += share * samples[index]
        weight += share
      }
      values[row * reduced[0] + target] = value
      weights[row * reduced[0] + target] = weight
    }
  }
  for axis in 1...2 where size[axis] != reduced[axis] {
    let inner = reduced[0..<axis].reduce(1, *)
    let outer = size[(axis + 1)...].reduce(1, *)
    let shares = Shares(from: size[axis], to: reduced[axis])
    values = shares.applied(to: values, outer: outer, inner: inner)
    weights = shares.applied(to: weights, outer: outer, inner: inner)
  }
  return (values, weights)
}

/// What each sample of a shorter row takes from the samples of a longer one; the shares of each add up to 1.
private struct Shares {
  var first: [Int] = []
  var shares: [[Float]] = []
  let count: Int

  init(from count: Int, to reduced: Int) {
    self.count = count
    let step = Double(count) / Double(reduced)
    for target in 0..<reduced {
      let low = Double(target) * step
      let high = min(low + step, Double(count))
      let start = min(Int(low), count - 1)
      let end = max(start + 1, min(Int(high.rounded(.up)), count))
      let parts = (start..<end).map { max(0, min(high, Double($0 + 1)) - max(low, Double($0))) }
      let total = parts.reduce(0, +)
      first.append(start)
      shares.append(parts.map { Float($0 / total) })
    }
  }

  /// Along the middle axis of a buffer of outer × count × inner elements.
  func applied(to values: [Float], outer: Int, inner: Int) -> [Float] {
    let reduced = first.count
    var result = [Float](repeating: 0, count: outer * reduced * inner)
    for block in 0..<outer {
      for target in 0..<reduced {
        let output = (block * reduced + target) * inner
        for (offset, share) in shares[target].enumerated() {
          let input = (block * count + first[target] + offset) * inner
          for index in 0..<inner { result[output + index] += share * values[input + index] }
        }
      }
    }
    return result
  }
}
