import Vernier

extension Image where rank == 2 {
  /// The strength of the edges: the length of Sobel's gradient, an eighth of its usual scale; 0 along the border.
  ///
  /// Exposures through different filters are unlike in brightness and alike in where they change.
  func edges(threads: Int) -> Image<2> {
    let (width, height) = (width, height)
    let chunks = chunkRanges(height)
    let strengths = [Float](unsafeUninitializedCapacity: grid.count) { output, count in
      count = grid.count
      let output = output.baseAddress!
      samples.withUnsafeBufferPointer { samples in
        let input = samples.baseAddress!
        forEachChunk(chunks.count, threads: worthwhileThreads(threads, samples: count)) { chunk in
          for y in chunks[chunk] {
            let line = output + y * width
            guard y > 0, y < height - 1, width > 2 else {
              for x in 0..<width { line[x] = 0 }
              continue
            }
            let (above, here, below) = (input + (y - 1) * width, input + y * width, input + (y + 1) * width)
            line[0] = 0
            line[width - 1] = 0
            for x in 1..<width - 1 {
              let (nw, n, ne) = (above[x - 1], above[x], above[x + 1])
              let (sw, s, se) = (below[x - 1], below[x], below[x + 1])
              let across = (ne - nw) + 2 * (here[x + 1] - here[x - 1]) + (se - sw)
              let down = (sw - nw) + 2 * (s - n) + (se - ne)
              line[x] = 0.125 * (across * across + down * down).squareRoot()
            }
          }
        }
      }
    }
    return Image(unchecked: grid, samples: strengths)
  }

  /// Each sample less the mean of the square of 2 · `radius` + 1 samples a side around it, as far as it lies within the
  /// picture.
  func withoutLocalMean(radius: Int) -> [Float] {
    let sums = RunningSums(samples, width: width, height: height)
    return [Float](unsafeUninitializedCapacity: grid.count) { output, count in
      count = grid.count
      for y in 0..<height {
        let rows = max(y - radius, 0)..<min(y + radius + 1, height)
        for x in 0..<width {
          let columns = max(x - radius, 0)..<min(x + radius + 1, width)
          let sum = sums.window(columns.lowerBound, rows.lowerBound, columns.count, rows.count).sum
          output[y * width + x] = samples[y * width + x] - Float(sum / Double(columns.count * rows.count))
        }
      }
    }
  }
}
