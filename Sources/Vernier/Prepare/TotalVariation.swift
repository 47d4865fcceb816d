/// Denoising by total variation: keeps edges, flattens what lies between (Rudin, Osher and Fatemi 1992,
/// doi:10.1016/0167-2789(92)90242-F).
///
/// Finds the image u that minimises
///
///     ½ Σ (u − v)² + λ Σ |∇u|
///
/// by the fast gradient projection on its dual (Beck and Teboulle 2009, doi:10.1109/TIP.2009.2028250), with |∇u| the
/// length of the vector of forward differences between neighbours. Pictures, and volumes in all three axes. No
/// difference is taken across the mask's border or to a sample that is not finite; these stay as they are. (OpenCV's
/// `denoise_TVL1` takes 8 bits only and is made for outliers.)
public struct TotalVariation: PrepareStep {
  public var name: String { "tv" }
  /// λ as a multiple of the noise's standard deviation. The default, see docs/notes/preparation.md, is the best of
  /// those tried on photographs.
  public var strength: Double
  /// The noise's standard deviation in intensity units; nil estimates it, see ``Image/noiseLevel()``.
  public var noise: Double?
  /// Steps of the optimisation. After the default, 60, a photograph with σ = 10 % noise is within 0.1 % of its error
  /// after 1000.
  public var iterations: Int
  /// Threads to use at most; the result does not depend on it.
  public var threads: Int

  public init(strength: Double = 0.5, noise: Double? = nil, iterations: Int = 60, threads: Int = 2) {
    self.strength = strength
    self.noise = noise
    self.iterations = iterations
    self.threads = threads
  }

  public func prepared<let rank: Int>(_ image: Image<rank>) throws -> Image<rank> {
    let weight = Float(strength * (noise ?? image.noiseLevel()))
    guard weight > 0, iterations > 0 else { return image }
    let isValid = image.validity
    let start = isValid.map { valid in image.samples.indices.map { valid[$0] != 0 ? image.samples[$0] : 0 } }
    var dual = DualField(start ?? image.samples, size: Array(image.size), isValid: isValid, weight: weight)
    for step in 0..<iterations { dual.improve(step, threads: threads) }
    let result = dual.solution(threads: threads)
    let samples =
      isValid.map { valid in result.indices.map { valid[$0] != 0 ? result[$0] : image.samples[$0] } } ?? result
    return Image(unchecked: image.grid, samples: samples, mask: image.mask)
  }
}

extension Image {
  /// Not zero where a sample is finite and within the mask; nil where all are.
  public var validity: [UInt8]? {
    let valid = samples.indices.map { samples[$0].isFinite && mask?[$0] != 0 ? UInt8(1) : 0 }
    return valid.contains(0) ? valid : nil
  }
}

/// The dual variable of the total variation: a vector of length at most 1 at each sample, whose divergence is what
/// denoising adds.
private struct DualField {
  private let values: [Float]
  private let size: [Int]
  private let steps: [Int]
  private let isValid: [UInt8]?
  private let weight: Float
  /// A plane of `values.count` for each axis: the field, and the point beyond it from which the next step is made.
  private var field: [Float]
  private var ahead: [Float]
  private var image: [Float]
  private var momentum: Float = 1

  init(_ values: [Float], size: [Int], isValid: [UInt8]?, weight: Float) {
    self.values = values
    self.size = size
    self.isValid = isValid
    self.weight = weight
    steps = size.indices.map { size.prefix($0).reduce(1, *) }
    field = [Float](repeating: 0, count: size.count * values.count)
    ahead = field
    image = values
  }

  /// The image that the field stands for: v + λ div p.
  mutating func solution(threads: Int) -> [Float] {
    ahead = field
    update(threads: threads)
    return image
  }

  private mutating func update(threads: Int) {
    let (count, width, rank) = (values.count, size[0], size.count)
    let (weight, steps, size) = (weight, steps, size)
    let chunks = chunkRanges(count / width)
    values.withUnsafeBufferPointer { values in
      ahead.withUnsafeBufferPointer { ahead in
        image.withUnsafeMutableBufferPointer { image in
          let (source, dual, target) = (values.baseAddress!, ahead.baseAddress!, image.baseAddress!)
          forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: count)) { chunk in
            for row in chunks[chunk] {
              let first = row * width
              for index in first..<(first + width) {
                target[index] = dual[index] - (index > first ? dual[index - 1] : 0)
              }
              for axis in 1..<rank {
                let component = dual + axis * count
                let hasPrevious = first / steps[axis] % size[axis] > 0
                for index in first..<(first + width) {
                  target[index] += component[index] - (hasPrevious ? component[index - steps[axis]] : 0)
                }
              }
              for index in first..<(first + width) { target[index] = source[index] + weight * target[index] }
            }
          }
        }
      }
    }
  }

  mutating func improve(_ step: Int, threads: Int) {
    update(threads: threads)
    let next = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
    let inertia = (momentum - 1) / next
    momentum = next
    let (count, width, rank) = (values.count, size[0], size.count)
    let (steps, size, isValid) = (steps, size, isValid)
    // The divergence's squared norm is at most 4 an axis.
    let rate = 1 / (4 * Float(rank) * weight)
    let chunks = chunkRanges(count / width)
    image.withUnsafeBufferPointer { image in
      field.withUnsafeMutableBufferPointer { field in
        ahead.withUnsafeMutableBufferPointer { ahead in
          let (source, kept, moved) = (image.baseAddress!, field.baseAddress!, ahead.baseAddress!)
          forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: count)) { chunk in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { lengths in
              let squares = lengths.baseAddress!
              for row in chunks[chunk] {
                let first = row * width
                squares.update(repeating: 0, count: width)
                for axis in 0..<rank {
                  let component = moved + axis * count
                  let step = steps[axis]
                  let isLast = axis > 0 && first / step % size[axis] == size[axis] - 1
                  for x in 0..<width {
                    let index = first + x
                    var slope: Float = 0
                    if !isLast, axis > 0 || x + 1 < width { slope = source[index + step] - source[index] }
                    if let isValid, slope != 0, isValid[index] == 0 || isValid[index + step] == 0 { slope = 0 }
                    component[index] += rate * slope
                    squares[x] += component[index] * component[index]
                  }
                }
                for x in 0..<width { squares[x] = 1 / max(1, squares[x].squareRoot()) }
                for axis in 0..<rank {
                  let start = axis * count + first
                  for x in 0..<width {
                    let value = moved[start + x] * squares[x]
                    moved[start + x] = value + inertia * (value - kept[start + x])
                    kept[start + x] = value
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
