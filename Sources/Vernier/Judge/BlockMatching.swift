import Glibc

/// Looks for the blocks of one image in another on the same grid.
///
/// Images of like contrasts are compared by their intensities. Those of unlike ones are compared by their edges: the
/// gradient g of each sample is taken as the tensor g gᵀ / |g| without its trace, which is the same for g and −g.
///
/// A block's correlation ρ at a place makes that place (1 − ρ²)^(−n / 2) times as likely as one without correlation, n
/// being the number of samples that say something new: one of ``samplesAlike``, since neighbours are alike.
struct BlockMatching<let rank: Int> {
  /// One block.
  struct Block: Sendable {
    /// Of its middle, in samples of the grid.
    var center: Vector<rank>
    /// Where it is likeliest to lie, in samples from where it is.
    var shift: Vector<rank>
    /// How sure that is: the standard deviation along the axes, in samples.
    var deviation: Double
    /// How likely each place is, in the order of the matching's places.
    fileprivate var probabilities: [Float]
  }

  /// Of a block along each axis, in samples.
  let side: Size<rank>
  /// How far a block is looked for along each axis, in samples.
  let reach: Size<rank>
  /// Where both images have data: the first and the last sample along each axis.
  private let box: (first: Size<rank>, last: Size<rank>)
  private let displacements: [Displacement]
  private let size: Size<rank>
  /// What is compared of each sample, a list a component.
  private let fixed: [[Float]]
  private let weights: [Float]
  private let moved: [[Float]]
  /// Whether a block's mean is taken off.
  private let isCentred: Bool
  /// Of the moved image, which is mirrored at its borders as far as ``reach``.
  private let padded: Size<rank>
  private let isCovered: [UInt8]?

  /// The samples that say no more than one.
  private static var samplesAlike: Double { rank == 2 ? 8 : 16 }

  /// - Parameter edges: whether edges are compared, for images of unlike contrasts.
  init(_ fixed: Image<rank>, _ moved: Image<rank>, byEdges edges: Bool) {
    let size = fixed.size
    let box = Self.box(fixed, moved)
    let extent = Size<rank> { max(box.last[$0] - box.first[$0] + 1, 1) }
    let shortest = extent.filter { $0 > 1 }.min() ?? 1
    let (side, reach) =
      rank == 2 ? (shortest < 24 ? (8, 4) : shortest < 48 ? (12, 6) : (16, 8)) : (shortest < 24 ? (6, 3) : (8, 4))
    self.size = size
    self.box = box
    self.side = Size { min(side, extent[$0]) }
    self.reach = Size { size[$0] > 1 ? reach : 0 }
    let (still, other) = edges ? (fixed.edgeTensors(), moved.edgeTensors()) : ([fixed], [moved])
    isCentred = !edges
    self.fixed = still.map(\.samples)
    weights = fixed.mask.map { $0.map { $0 == 0 ? 0 : 1 } } ?? [Float](repeating: 1, count: fixed.samples.count)
    isCovered = moved.mask
    let margin = self.reach
    let padded = Size<rank> { size[$0] + 2 * margin[$0] }
    self.padded = padded
    displacements = Self.displacements(reach: margin, padded: padded)
    self.moved = other.map { Self.mirrored($0, margin: margin, centred: !edges) }
  }

  /// The box that holds all samples which are valid in both images.
  private static func box(_ fixed: Image<rank>, _ moved: Image<rank>) -> (first: Size<rank>, last: Size<rank>) {
    let size = fixed.size
    guard fixed.mask != nil || moved.mask != nil else {
      return (Size(repeating: 0), Size { size[$0] - 1 })
    }
    var (first, last) = (size, Size<rank>(repeating: 0))
    for index in fixed.samples.indices where fixed.isValid(index) && moved.isValid(index) {
      var rest = index
      for axis in 0..<rank {
        let place = rest % size[axis]
        rest /= size[axis]
        first[axis] = min(first[axis], place)
        last[axis] = max(last[axis], place)
      }
    }
    return (first, last)
  }

  /// The samples, less their mean, with a margin in which they are mirrored; what is masked is 0.
  private static func mirrored(_ image: Image<rank>, margin: Size<rank>, centred: Bool) -> [Float] {
    let size = image.size
    var samples = image.samples
    let mask = image.mask
    func isValid(_ index: Int) -> Bool { mask.map { $0[index] != 0 } ?? true }
    var (sum, count) = (0.0, 0.0)
    for index in samples.indices where isValid(index) {
      sum += Double(samples[index])
      count += 1
    }
    let mean = centred ? Float(sum / max(count, 1)) : 0
    for index in samples.indices { samples[index] = isValid(index) ? samples[index] - mean : 0 }
    let places = (0..<rank).map { axis in
      (0..<(size[axis] + 2 * margin[axis])).map { place in
        let period = max(2 * (size[axis] - 1), 1)
        let inside = abs(place - margin[axis]) % period
        return min(inside, period - inside) % size[axis]
      }
    }
    var result: [Float] = []
    result.reserveCapacity(places.reduce(1) { $0 * $1.count })
    for z in rank > 2 ? places[2] : [0] {
      for y in places[1] {
        let row = (z * size[1] + y) * size[0]
        for x in places[0] { result.append(samples[row + x]) }
      }
    }
    return result
  }

  /// Blocks side by side, of which three fifths of the samples are valid in both images.
  func blocks(threads: Int) -> [Block] {
    guard (0..<rank).allSatisfy({ box.first[$0] <= box.last[$0] }) else { return [] }
    let counts = Size<rank> { max(1, (box.last[$0] - box.first[$0] + 1) / side[$0]) }
    let first = Size<rank> { (box.first[$0] + box.last[$0] + 1 - counts[$0] * side[$0]) / 2 }
    var found = [Block?](repeating: nil, count: counts.reduce(1, *))
    found.withUnsafeMutableBufferPointer { found in
      let places = found.baseAddress!
      forEachChunk(found.count, threads: worthwhileThreads(threads, samples: weights.count)) { index in
        var rest = index
        let corner = Size<rank> { axis in
          let place = rest % counts[axis]
          rest /= counts[axis]
          return first[axis] + place * side[axis]
        }
        places[index] = block(at: corner)
      }
    }
    return found.compactMap(\.self)
  }

  /// A place at which a block is looked for.
  private struct Displacement {
    var shift: Vector<rank>
    /// In the padded samples.
    var offset: Int
  }

  private static func displacements(reach: Size<rank>, padded: Size<rank>) -> [Displacement] {
    let counts = (0..<rank).map { 2 * reach[$0] + 1 }
    return (0..<counts.reduce(1, *)).map { index in
      var rest = index
      var (offset, stride) = (0, 1)
      let shift = Vector<rank> { axis in
        let place = rest % counts[axis]
        rest /= counts[axis]
        offset += place * stride
        stride *= padded[axis]
        return Double(place - reach[axis])
      }
      return Displacement(shift: shift, offset: offset)
    }
  }

  private func block(at corner: Size<rank>) -> Block? {
    let width = (side[0] + 7) / 8 * 8
    let rows = side.dropFirst().reduce(1, *)
    let length = rows * width
    // The components one after another.
    var values = [Float](repeating: 0, count: fixed.count * length)
    var counted = [Float](repeating: 0, count: length)
    // Where each row begins in the padded samples, for the displacement that comes first.
    var starts = [Int](repeating: 0, count: rows)
    var (count, covered) = (Float(0), 0)
    for row in 0..<rows {
      let (z, y) = rank > 2 ? row.quotientAndRemainder(dividingBy: side[1]) : (0, row)
      let line = ((rank > 2 ? corner[rank - 1] + z : 0) * size[1] + corner[1] + y) * size[0] + corner[0]
      let above = rank > 2 ? (corner[rank - 1] + z) * padded[1] : 0
      starts[row] = (above + corner[1] + y) * padded[0] + corner[0]
      for x in 0..<side[0] {
        guard weights[line + x] != 0 else { continue }
        if isCovered.map({ $0[line + x] != 0 }) ?? true { covered += 1 }
        for component in fixed.indices {
          values[component * length + row * width + x] = fixed[component][line + x]
        }
        counted[row * width + x] = 1
        count += 1
      }
    }
    guard Double(covered) >= 0.6 * Double(rows * side[0]) else { return nil }
    if isCentred {
      let mean = values.reduce(0, +) / count
      for index in values.indices { values[index] = counted[index] * (values[index] - mean) }
    }
    let square = values.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return nil }
    let exponent = -0.5 * Double(count) / Self.samplesAlike
    var sums = [SIMD4<Float>](repeating: .zero, count: displacements.count)
    for (component, other) in moved.enumerated() {
      let own = values[(component * length)..<((component + 1) * length)]
      add(own, counted, width: width, starts: starts, of: other, to: &sums)
    }
    let logarithms = sums.map { sums -> Double in
      let variance = isCentred ? sums[2] - sums[1] * sums[1] / count : sums[2]
      let correlation = variance > 0 ? sums[0] / (variance * square).squareRoot() : 0
      let bounded = Double(min(max(correlation, 0), 0.999))
      return exponent * log(1 - bounded * bounded)
    }
    return placed(corner, logarithms)
  }

  /// Adds for each place the sums over a block of the product with the moved samples, of these, and of their squares.
  private func add(
    _ values: ArraySlice<Float>, _ weights: [Float], width: Int, starts: [Int], of moved: [Float],
    to sums: inout [SIMD4<Float>]
  ) {
    moved.withUnsafeBytes { moved in
      values.withUnsafeBytes { values in
        weights.withUnsafeBytes { weights in
          for (index, displacement) in displacements.enumerated() {
            var (product, total, square) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
            for row in starts.indices {
              let start = starts[row] + displacement.offset
              for x in stride(from: 0, to: width, by: 8) {
                let place = 4 * (row * width + x)
                let weight = weights.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                let value = values.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                let other = loaded(moved, start + x)
                product += value * other
                total += weight * other
                square += weight * other * other
              }
            }
            sums[index] += SIMD4(product.sum(), total.sum(), square.sum(), 0)
          }
        }
      }
    }
  }

  /// Eight samples from a place on; zeros beyond the end.
  @inline(__always)
  private func loaded(_ samples: UnsafeRawBufferPointer, _ place: Int) -> SIMD8<Float> {
    if 4 * (place + 8) <= samples.count {
      return samples.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
    }
    var last = SIMD8<Float>.zero
    for index in 0..<8 where 4 * (place + index) < samples.count {
      last[index] = samples.load(fromByteOffset: 4 * (place + index), as: Float.self)
    }
    return last
  }

  /// What the likelihoods of all places, as logarithms, say of a block.
  private func placed(_ corner: Size<rank>, _ logarithms: [Double]) -> Block {
    let most = logarithms.max() ?? 0
    var probabilities = logarithms.map { exp($0 - most) }
    let total = probabilities.reduce(0, +)
    var (mean, square) = (Vector<rank>.zero, 0.0)
    for (index, displacement) in displacements.enumerated() {
      probabilities[index] /= total
      mean += displacement.shift * probabilities[index]
      square += displacement.shift.dot(displacement.shift) * probabilities[index]
    }
    return Block(
      center: Vector { Double(corner[$0]) + Double(side[$0] - 1) / 2 }, shift: mean,
      deviation: (max(square - mean.dot(mean), 0) / Double(rank)).squareRoot(),
      probabilities: probabilities.map(Float.init))
  }

  /// The probability of the places within 1½ samples of one, over what they would have if all were alike; 1 where the
  /// place is out of reach.
  func likelihood(of block: Block, at shift: Vector<rank> = .zero) -> Double {
    var (sum, count) = (0.0, 0.0)
    for (index, displacement) in displacements.enumerated() where (displacement.shift - shift).length <= 1.5 {
      sum += Double(block.probabilities[index])
      count += 1
    }
    return count > 0 ? sum * Double(displacements.count) / count : 1
  }
}

extension Image {
  /// The components of g gᵀ / |g| less its trace, for the gradient g of each sample by central differences in samples'
  /// spacing: two in the plane, six in space. 0 where a neighbour is missing.
  fileprivate func edgeTensors() -> [Self] {
    let strides = (0..<rank).map { size.stride(along: $0) }
    let spacing = grid.spacing
    let pairs = (0..<rank).flatMap { first in (first..<rank).map { (first, $0) } }
    var components = [[Float]](repeating: [Float](repeating: 0, count: samples.count), count: rank == 2 ? 2 : 6)
    for index in samples.indices where isValid(index) {
      var gradient = [Float](repeating: 0, count: rank)
      var isInside = true
      for axis in 0..<rank where size[axis] > 1 {
        let place = index / strides[axis] % size[axis]
        let (low, high) = (index - strides[axis], index + strides[axis])
        guard place > 0, place < size[axis] - 1, isValid(low), isValid(high) else {
          isInside = false
          break
        }
        gradient[axis] = (samples[high] - samples[low]) / Float(spacing[axis])
      }
      let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard isInside, length > 0 else { continue }
      if rank == 2 {
        // The tensor's two free components.
        components[0][index] = (gradient[0] * gradient[0] - gradient[1] * gradient[1]) / length
        components[1][index] = 2 * gradient[0] * gradient[1] / length
      } else {
        for (component, (first, second)) in pairs.enumerated() {
          let product = gradient[first] * gradient[second] / length
          components[component][index] = first == second ? product - length / 3 : Float(2).squareRoot() * product
        }
      }
    }
    return components.map { Self(unchecked: grid, samples: $0, mask: mask) }
  }
}
