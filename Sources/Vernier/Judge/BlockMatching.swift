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
    /// The sum over its samples of their squares, less their mean's, over their number: what there is to see in it.
    var structure: Double
    /// The square of the greatest correlation within 1½ samples of where it is.
    var likeness: Double
    /// How likely each place is, in the order of the matching's places.
    fileprivate var probabilities: [Float]
  }

  /// Of a block along each axis, in samples.
  private(set) var side: Size<rank>
  /// How far a block is looked for along each axis, in samples.
  private(set) var reach: Size<rank>
  /// Where both images have data: the first and the last sample along each axis.
  private let box: (first: Size<rank>, last: Size<rank>)
  private var displacements: [Displacement]
  private let size: Size<rank>
  /// What is compared of each sample, a list a component.
  private let fixed: [[Float]]
  /// 1 where the fixed image is valid, else 0; nil where it is everywhere.
  private let weights: [Float]?
  /// What is compared of the moved image, and the sum of its squares.
  private let moved: [[Float]]
  private let squares: [Float]
  /// Sums of the moved image, where means are taken off, and of its squares over the boxes of a block's size.
  private var boxSums: (values: [Float], squares: [Float])
  /// Whether a block's mean is taken off.
  private let isCentred: Bool
  /// What is added to the sums of squares of a sample, of either image: what differs by less than 1/50 of the image's
  /// own deviation says nothing, however alike it is.
  private let floor: (fixed: Float, moved: Float)
  /// Of the moved image, which is mirrored at its borders.
  private let padded: Size<rank>
  /// How far it is mirrored: no less than ``reach``.
  private var margin: Size<rank> { Size { (padded[$0] - size[$0]) / 2 } }
  private let isCovered: [UInt8]?

  /// The samples that say no more than one.
  private static var samplesAlike: Double { rank == 2 ? 8 : 16 }

  /// What is added to a sample's square, as a share of the image's mean square: (1/50)².
  private static var leastShareOfSquare: Float { 4e-4 }

  /// The mean square of the valid samples, less their mean where `centred`, summed over the components.
  private static func meanSquare(_ components: [Image<rank>], centred: Bool) -> Float {
    components.reduce(0) { total, image in
      var (sum, square, count) = (0.0, 0.0, 0.0)
      for index in image.samples.indices where image.isValid(index) {
        let sample = Double(image.samples[index])
        sum += sample
        square += sample * sample
        count += 1
      }
      guard count > 0 else { return total }
      return total + Float(square / count - (centred ? sum / count * sum / count : 0))
    }
  }

  /// - Parameters:
  ///   - edges: whether edges are compared, for images of unlike contrasts.
  init(_ fixed: Image<rank>, _ moved: Image<rank>, byEdges edges: Bool) {
    let size = fixed.size
    let box = Self.box(fixed, moved)
    let extent = Size<rank> { max(box.last[$0] - box.first[$0] + 1, 1) }
    let (side, reach) = Self.usualBlocks(in: extent)
    self.size = size
    self.box = box
    self.side = Size { min(side, extent[$0]) }
    self.reach = Size { size[$0] > 1 ? reach : 0 }
    let (still, other) = edges ? (fixed.edgeTensors(), moved.edgeTensors()) : ([fixed], [moved])
    isCentred = !edges
    self.fixed = still.map(\.samples)
    weights = fixed.mask.map { $0.map { $0 == 0 ? 0 : 1 } }
    isCovered = moved.mask
    let margin = self.reach
    let padded = Size<rank> { size[$0] + 2 * margin[$0] }
    self.padded = padded
    displacements = Self.displacements(reach: margin, margin: margin, padded: padded)
    self.moved = other.map { Self.mirrored($0, margin: margin, centred: !edges) }
    squares = Self.squares(self.moved)
    floor = (
      Self.leastShareOfSquare * Self.meanSquare(still, centred: isCentred),
      Self.leastShareOfSquare * squares.reduce(0, +) / Float(squares.count)
    )
    boxSums = Self.boxSums(self.moved, squares: squares, centred: isCentred, size: padded, box: self.side)
  }

  /// The same images in blocks of another size.
  ///
  /// - Parameters:
  ///   - side: of a block along each axis, in samples.
  ///   - reach: how far a block is looked for, no farther than in `other`.
  init(_ other: Self, side: Int, reach: Int) {
    let margin = other.margin
    precondition(margin.allSatisfy { $0 == 0 || $0 >= reach }, "the samples are mirrored as far as the blocks go")
    self = other
    self.side = Size { min(side, other.box.last[$0] - other.box.first[$0] + 1) }
    self.reach = Size { min(reach, margin[$0]) }
    displacements = Self.displacements(reach: self.reach, margin: margin, padded: padded)
    boxSums = Self.boxSums(moved, squares: squares, centred: isCentred, size: padded, box: self.side)
  }

  /// The blocks' side and how far they are looked for, as suits the samples in common.
  private static func usualBlocks(in extent: Size<rank>) -> (side: Int, reach: Int) {
    let shortest = extent.filter { $0 > 1 }.min() ?? 1
    if rank == 2 { return shortest < 24 ? (8, 4) : shortest < 48 ? (12, 6) : (16, 8) }
    return shortest < 24 ? (6, 3) : (8, 4)
  }

  /// The evidence that all blocks of a picture can give together, each being sure that it lies within 1½ samples, in
  /// nats.
  static func mostEvidence(of size: Size<rank>) -> Double where rank == 2 {
    let (side, reach) = usualBlocks(in: size)
    let places = (2 * reach + 1) * (2 * reach + 1)
    let blocks = size.map { max($0 / side, 1) }.reduce(1, *)
    return Double(blocks) * log(Double(places) / 9)
  }

  private static func squares(_ components: [[Float]]) -> [Float] {
    var squares = [Float](repeating: 0, count: components[0].count)
    squares.withUnsafeMutableBufferPointer { squares in
      for component in components {
        component.withUnsafeBufferPointer { component in
          for index in squares.indices { squares[index] += component[index] * component[index] }
        }
      }
    }
    return squares
  }

  private static func boxSums(
    _ moved: [[Float]], squares: [Float], centred: Bool, size: Size<rank>, box: Size<rank>
  ) -> (values: [Float], squares: [Float]) {
    (
      centred ? BoxSums.sums(of: moved[0], size: size, box: box) : [],
      BoxSums.sums(of: squares, size: size, box: box)
    )
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
    // Rows are read eight samples at a time.
    return result + [Float](repeating: 0, count: 8)
  }

  /// Blocks side by side, of which three fifths of the samples are valid in both images.
  func blocks(threads: Int) -> [Block] {
    guard (0..<rank).allSatisfy({ box.first[$0] <= box.last[$0] }) else { return [] }
    let counts = Size<rank> { max(1, (box.last[$0] - box.first[$0] + 1) / side[$0]) }
    let first = Size<rank> { (box.first[$0] + box.last[$0] + 1 - counts[$0] * side[$0]) / 2 }
    var found = [Block?](repeating: nil, count: counts.reduce(1, *))
    found.withUnsafeMutableBufferPointer { found in
      let places = found.baseAddress!
      forEachChunk(found.count, threads: worthwhileThreads(threads, samples: fixed[0].count)) { index in
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

  private static func displacements(reach: Size<rank>, margin: Size<rank>, padded: Size<rank>) -> [Displacement] {
    let counts = (0..<rank).map { 2 * reach[$0] + 1 }
    return (0..<counts.reduce(1, *)).map { index in
      var rest = index
      var (offset, stride) = (0, 1)
      let shift = Vector<rank> { axis in
        let place = rest % counts[axis]
        rest /= counts[axis]
        offset += (place + margin[axis] - reach[axis]) * stride
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
    var (count, covered) = (0, 0)
    for row in 0..<rows {
      let (z, y) = rank > 2 ? row.quotientAndRemainder(dividingBy: side[1]) : (0, row)
      let line = ((rank > 2 ? corner[rank - 1] + z : 0) * size[1] + corner[1] + y) * size[0] + corner[0]
      let above = rank > 2 ? (corner[rank - 1] + z) * padded[1] : 0
      starts[row] = (above + corner[1] + y) * padded[0] + corner[0]
      for x in 0..<side[0] {
        if let weights, weights[line + x] == 0 { continue }
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
      let mean = values.reduce(0, +) / Float(count)
      for index in values.indices { values[index] = counted[index] * (values[index] - mean) }
    }
    let square = values.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return nil }
    let floored = square + floor.fixed * Float(count)
    var products = [Float](repeating: 0, count: displacements.count)
    for (component, other) in moved.enumerated() {
      let own = values[(component * length)..<((component + 1) * length)]
      addProducts(of: own, width: width, starts: starts, and: other, to: &products)
    }
    let own = sums(whole: count == rows * side[0], counted, width: width, starts: starts)
    // So many samples of a block say something new.
    let exponent = max(Int((0.5 * Double(count) / Self.samplesAlike).rounded()), 1)
    var likelihoods = [Double](repeating: 1, count: displacements.count)
    var likeness = 0.0
    for (index, displacement) in displacements.enumerated() {
      let variance = own.squares[index] - (isCentred ? own.values[index] * own.values[index] / Float(count) : 0)
      guard variance > 0, products[index] > 0 else { continue }
      let most = Double(variance + floor.moved * Float(count)) * Double(floored)
      let alike = Double(products[index]) * Double(products[index]) / most
      if displacement.shift.length <= 1.5 { likeness = max(likeness, alike) }
      likelihoods[index] = power(1 / max(1 - alike, 0.002), exponent)
    }
    return placed(corner, likelihoods, structure: Double(square) / Double(count), likeness: likeness)
  }

  /// For each place, the sums of the moved samples and of their squares over those of a block that count.
  private func sums(
    whole: Bool, _ counted: [Float], width: Int, starts: [Int]
  ) -> (values: [Float], squares: [Float]) {
    var result = (values: [Float](repeating: 0, count: displacements.count), squares: [Float]())
    result.squares = result.values
    if whole {
      for (index, displacement) in displacements.enumerated() {
        if isCentred { result.values[index] = boxSums.values[starts[0] + displacement.offset] }
        result.squares[index] = boxSums.squares[starts[0] + displacement.offset]
      }
    } else {
      if isCentred { addProducts(of: counted[...], width: width, starts: starts, and: moved[0], to: &result.values) }
      addProducts(of: counted[...], width: width, starts: starts, and: squares, to: &result.squares)
    }
    return result
  }

  /// Adds for each place the sum over a block of the products with the samples there.
  private func addProducts(
    of values: ArraySlice<Float>, width: Int, starts: [Int], and samples: [Float], to sums: inout [Float]
  ) {
    samples.withUnsafeBytes { samples in
      values.withUnsafeBytes { values in
        starts.withUnsafeBufferPointer { starts in
          let line = 4 * width
          for (index, displacement) in displacements.enumerated() {
            var sum = SIMD8<Float>.zero
            var own = values.baseAddress!
            for start in starts {
              let other = samples.baseAddress! + 4 &* (start &+ displacement.offset)
              var place = 0
              while place < line {
                sum +=
                  own.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                  * other.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
                place &+= 32
              }
              own += line
            }
            sums[index] += sum.sum()
          }
        }
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }

  /// What the likelihoods of all places say of a block.
  private func placed(
    _ corner: Size<rank>, _ likelihoods: [Double], structure: Double, likeness: Double
  ) -> Block {
    let total = likelihoods.reduce(0, +)
    var (mean, square) = (Vector<rank>.zero, 0.0)
    for (index, displacement) in displacements.enumerated() {
      let probability = likelihoods[index] / total
      mean += displacement.shift * probability
      square += displacement.shift.dot(displacement.shift) * probability
    }
    return Block(
      center: Vector { Double(corner[$0]) + Double(side[$0] - 1) / 2 }, shift: mean,
      deviation: (max(square - mean.dot(mean), 0) / Double(rank)).squareRoot(),
      structure: structure, likeness: likeness,
      probabilities: likelihoods.map { Float($0 / total) })
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
