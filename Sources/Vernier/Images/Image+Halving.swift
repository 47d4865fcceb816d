extension Image {
  /// The image halved until its longest axis is at most `longest` samples, thick slices kept as they are until the
  /// plane has become as coarse.
  public func reduced(toAtMost longest: Int, threads: Int = 2) -> Image<rank> {
    var current = self
    while let most = current.size.max(), most > longest {
      let axes = current.halvableAxes
      guard axes.contains(true) else { break }
      current = current.halved(along: axes, threads: threads)
    }
    return current
  }

  /// The axes whose spacing does not exceed 1.5 times the finest axis's, and which have at least 4 samples.
  var halvableAxes: [Bool] {
    let finest = grid.spacing.elements.min() ?? 1
    return (0..<rank).map { grid.spacing[$0] <= 1.5 * finest && size[$0] >= 4 }
  }

  /// The image at half the resolution along the chosen axes.
  ///
  /// Each new sample is the average of four neighbours along a halved axis with the weights 1, 3, 3, 1 (σ = 0.87
  /// old samples, which keeps aliasing low), and lies midway between the two inner ones. Samples outside the mask
  /// take no part; a new sample is valid where at least half of the weight was.
  package func halved(along axes: [Bool], threads: Int) -> Image<rank> {
    var current = self
    for axis in 0..<rank where axes[axis] { current = current.halved(along: axis, threads: threads) }
    return current
  }

  private func halved(along axis: Int, threads: Int) -> Image<rank> {
    let length = size[axis]
    let half = length / 2
    guard half > 0 else { return self }
    var newSize = size
    newSize[axis] = half
    var spacing = grid.spacing
    spacing[axis] *= 2
    let origin = grid.point(atIndex: Vector { $0 == axis ? 0.5 : 0 })
    guard
      let newGrid = try? Grid<rank>(size: newSize, spacing: spacing, origin: origin, direction: grid.direction)
    else { return self }
    let stride = size.prefix(axis).reduce(1, *)
    let outer = size.suffix(from: axis + 1).reduce(1, *)
    let chunks = chunkRanges(outer * half)
    let threads = worthwhileThreads(threads, samples: newGrid.count)
    var newMask: [UInt8]? = nil
    let newSamples = [Float](unsafeUninitializedCapacity: newGrid.count) { output, count in
      output.preferHugePages()
      count = newGrid.count
      samples.withUnsafeBufferPointer { input in
        if let mask {
          newMask = [UInt8](unsafeUninitializedCapacity: newGrid.count) { outputMask, maskCount in
            maskCount = newGrid.count
            mask.withUnsafeBufferPointer { inputMask in
              let lines = MaskedLines(
                input: input.baseAddress!, mask: inputMask.baseAddress!, output: output.baseAddress!,
                outputMask: outputMask.baseAddress!)
              forEachChunk(chunks.count, threads: threads) { chunk in
                for line in chunks[chunk] { lines.halve(line, stride: stride, length: length, half: half) }
              }
            }
          }
        } else {
          let from = input.baseAddress!
          let to = output.baseAddress!
          forEachChunk(chunks.count, threads: threads) { chunk in
            for line in chunks[chunk] {
              halveLine(from: from, to: to, line: line, stride: stride, length: length, half: half)
            }
          }
        }
      }
    }
    return Image(unchecked: newGrid, samples: newSamples, mask: newMask)
  }
}

/// The four source positions of a halved sample, held inside the image.
@inline(__always)
private func taps(_ index: Int, length: Int) -> (Int, Int, Int, Int) {
  let inner = 2 * index
  return (max(inner - 1, 0), inner, inner + 1, min(inner + 2, length - 1))
}

/// One output line of `stride` adjacent samples: `line` counts (outer, halved position) pairs.
private func halveLine(
  from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, line: Int, stride: Int, length: Int, half: Int
) {
  let (outer, position) = (line / half, line % half)
  if stride == 1 {
    // The halved axis is x: a line is one sample, so that the whole row is done at its first.
    guard position == 0 else { return }
    let row = from + outer * length
    let out = to + outer * half
    for index in 0..<half {
      let (a, b, c, d) = taps(index, length: length)
      out[index] = 0.125 * (row[a] + row[d]) + 0.375 * (row[b] + row[c])
    }
    return
  }
  let (a, b, c, d) = taps(position, length: length)
  let base = from + outer * length * stride
  let (pa, pb, pc, pd) = (base + a * stride, base + b * stride, base + c * stride, base + d * stride)
  let out = to + line * stride
  for index in 0..<stride {
    out[index] = 0.125 * (pa[index] + pd[index]) + 0.375 * (pb[index] + pc[index])
  }
}

private struct MaskedLines {
  var input: UnsafePointer<Float>
  var mask: UnsafePointer<UInt8>
  var output: UnsafeMutablePointer<Float>
  var outputMask: UnsafeMutablePointer<UInt8>

  func halve(_ line: Int, stride: Int, length: Int, half: Int) {
    let (outer, position) = (line / half, line % half)
    let (a, b, c, d) = taps(position, length: length)
    let base = outer * length * stride
    for index in 0..<stride {
      var sum: Float = 0
      var weight: Float = 0
      for (tap, share) in [(a, Float(0.125)), (b, 0.375), (c, 0.375), (d, 0.125)] {
        let source = base + tap * stride + index
        if mask[source] != 0 {
          sum += share * input[source]
          weight += share
        }
      }
      output[line * stride + index] = weight > 0 ? sum / weight : 0
      outputMask[line * stride + index] = weight >= 0.5 ? 1 : 0
    }
  }
}
