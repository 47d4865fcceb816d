/// The labels of two images and the block of samples in which each lies.
struct LabelBoxes {
  private(set) var labels: [Int] = []
  private(set) var boxes: [LabelBox] = []

  init(_ first: [Int32], _ second: [Int32], size: [Int]) {
    var found: [Int32: (low: SIMD4<Int32>, high: SIMD4<Int32>)] = [:]
    let depth = size.count > 2 ? size[2] : 1
    for samples in [first, second] {
      var index = 0
      for z in 0..<depth {
        for y in 0..<size[1] {
          var last: Int32 = 0
          for x in 0..<size[0] {
            let label = samples[index]
            index += 1
            guard label > 0 else {
              last = 0
              continue
            }
            // Inside a run of one label only its ends count.
            if label == last, x + 1 < size[0], samples[index] == label { continue }
            last = label
            let place = SIMD4(Int32(x), Int32(y), Int32(z), 0)
            let known = found[label] ?? (place, place)
            found[label] = (
              known.low.replacing(with: place, where: place .< known.low),
              known.high.replacing(with: place, where: place .> known.high)
            )
          }
        }
      }
    }
    for (label, range) in found.sorted(by: { $0.key < $1.key }) {
      labels.append(Int(label))
      boxes.append(
        LabelBox(
          corner: (0..<3).map { Int(range.low[$0]) }, size: (0..<3).map { Int(range.high[$0] - range.low[$0]) + 1 },
          whole: [size[0], size[1], depth]))
    }
  }
}

/// A block of samples of an image, of three axes always.
struct LabelBox {
  let corner: [Int]
  let size: [Int]
  let whole: [Int]

  /// Whether each sample of the block has a label.
  func members(of label: Int, in samples: [Int32]) -> [Bool] {
    var members: [Bool] = []
    members.reserveCapacity(size.reduce(1, *))
    for z in 0..<size[2] {
      for y in 0..<size[1] {
        let first = ((z + corner[2]) * whole[1] + y + corner[1]) * whole[0] + corner[0]
        for x in 0..<size[0] { members.append(samples[first + x] == Int32(label)) }
      }
    }
    return members
  }

  /// The members with a neighbour along an axis of the image that is none.
  func border(of members: [Bool]) -> [Bool] {
    let strides = [1, size[0], size[0] * size[1]]
    return members.indices.map { index in
      guard members[index] else { return false }
      for axis in 0..<3 where whole[axis] > 1 {
        let place = index / strides[axis] % size[axis]
        if place == 0 || !members[index - strides[axis]] { return true }
        if place == size[axis] - 1 || !members[index + strides[axis]] { return true }
      }
      return false
    }
  }
}
