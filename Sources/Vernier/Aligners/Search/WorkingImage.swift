import Glibc

/// A picture at the search's resolution: normalised samples, their weights and their edges.
struct WorkingImage {
  /// One channel of the picture: zero mean and unit variance over the mask, zero outside.
  struct Channel {
    var samples: [Float]
  }

  let width: Int
  let height: Int
  let weights: [Float]
  let intensities: Channel
  let edges: Channel

  var longest: Int { max(width, height) }
  var diagonal: Double { hypot(Double(width), Double(height)) }

  init(_ image: Image<2>, spacing: Double, threads: Int) {
    // Halve while the result stays finer than the working grid, then interpolate.
    var level = image
    while level.size.min()! >= 4 {
      let axes = (0..<2).map { level.grid.spacing[$0] * 1.6 <= spacing }
      guard axes.contains(true) else { break }
      level = level.halved(along: axes, threads: threads)
    }
    let extent = (0..<2).map { Double(image.size[$0]) * image.grid.spacing[$0] }
    let corners = image.grid.corners
    let span = (0..<2).map { axis in
      corners.map { $0[axis] }.max()! - corners.map { $0[axis] }.min()! + extent.min()! / Double(image.size.min()!)
    }
    width = max(4, Int((span[0] / spacing).rounded()))
    height = max(4, Int((span[1] / spacing).rounded()))
    let center = image.grid.center
    let (columns, rows) = (width, height)
    let origin = Vector<2> { center[$0] - Double(($0 == 0 ? columns : rows) - 1) / 2 * spacing }
    guard let grid = try? Grid<2>(size: [width, height], spacing: Vector(repeating: spacing), origin: origin) else {
      preconditionFailure("a working grid has a positive size and spacing")
    }
    let resampled = level.resampled(onto: grid, through: .identity, threads: threads)
    let mask = resampled.mask ?? [UInt8](repeating: 1, count: grid.count)
    weights = mask.map { $0 == 0 ? 0 : 1 }
    intensities = Channel(samples: Self.standardized(resampled.samples, weights))
    edges = Channel(
      samples: Self.standardized(Self.gradientMagnitude(resampled.samples, mask, width, height), weights))
  }

  private static func standardized(_ samples: [Float], _ weights: [Float]) -> [Float] {
    var sum = 0.0
    var squares = 0.0
    var count = 0.0
    for (sample, weight) in zip(samples, weights) where weight > 0 {
      sum += Double(sample)
      squares += Double(sample) * Double(sample)
      count += 1
    }
    guard count > 0 else { return samples.map { _ in 0 } }
    let mean = sum / count
    let deviation = max(squares / count - mean * mean, 0).squareRoot()
    let scale = deviation > 0 ? Float(1 / deviation) : 0
    return zip(samples, weights).map { $1 > 0 ? ($0 - Float(mean)) * scale : 0 }
  }

  private static func gradientMagnitude(_ samples: [Float], _ mask: [UInt8], _ width: Int, _ height: Int) -> [Float] {
    var edges = [Float](repeating: 0, count: samples.count)
    func value(_ x: Int, _ y: Int, or fallback: Float) -> Float {
      guard x >= 0, x < width, y >= 0, y < height, mask[y * width + x] != 0 else { return fallback }
      return samples[y * width + x]
    }
    for y in 0..<height {
      for x in 0..<width where mask[y * width + x] != 0 {
        let here = samples[y * width + x]
        let alongX = value(x + 1, y, or: here) - value(x - 1, y, or: here)
        let alongY = value(x, y + 1, or: here) - value(x, y - 1, or: here)
        // The square root keeps a few strong edges from outweighing all others.
        edges[y * width + x] = hypot(alongX, alongY).squareRoot()
      }
    }
    return edges
  }

  /// Writes the channel turned and scaled about its centre into the workspace's images, centred on a square of half the
  /// padded side … and returns the number of valid samples.
  func place(
    _ channel: Channel, angle: Double, scale: Double, into workspace: borrowing MaskedCorrelation.Workspace, padded: Int
  ) -> Float {
    let (moving, squared, marks) = (
      workspace.moving.reals, workspace.movingSquared.reals, workspace.movingMask.reals
    )
    let total = padded * padded
    moving.update(repeating: 0, count: total)
    squared.update(repeating: 0, count: total)
    marks.update(repeating: 0, count: total)
    let target = Double(padded / 2 - 1) / 2
    let (c, s) = (cos(angle) * scale, sin(angle) * scale)
    let (cx, cy) = (Double(width - 1) / 2, Double(height - 1) / 2)
    var count: Float = 0
    let span = Int((diagonal / scale / 2).rounded(.up)) + 1
    let middle = Int(target)
    channel.samples.withUnsafeBufferPointer { samples in
      weights.withUnsafeBufferPointer { weights in
        for y in (middle - span)...(middle + span + 1) {
          let row = (y + padded) % padded * padded
          for x in (middle - span)...(middle + span + 1) {
            let (dx, dy) = (Double(x) - target, Double(y) - target)
            let px = c * dx - s * dy + cx
            let py = s * dx + c * dy + cy
            guard px >= 0, py >= 0, px <= Double(width - 1), py <= Double(height - 1) else { continue }
            let column = min(Int(px), width - 2)
            let line = min(Int(py), height - 2)
            let base = line * width + column
            guard weights[base] > 0, weights[base + 1] > 0, weights[base + width] > 0, weights[base + width + 1] > 0
            else { continue }
            let (fx, fy) = (Float(px - Double(column)), Float(py - Double(line)))
            let upper = samples[base] + fx * (samples[base + 1] - samples[base])
            let lower = samples[base + width] + fx * (samples[base + width + 1] - samples[base + width])
            let value = upper + fy * (lower - upper)
            let index = row + (x + padded) % padded
            moving[index] = value
            squared[index] = value * value
            marks[index] = 1
            count += 1
          }
        }
      }
    }
    return count
  }
}
