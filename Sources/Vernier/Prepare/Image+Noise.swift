import Glibc

extension Image {
  /// The standard deviation of Gaussian noise in this image, estimated from the image alone; 0 where nothing tells.
  ///
  /// The median of |N ∗ v| / (6 · 0.6745) over the planes of x and y, with the mask
  ///
  ///         1 −2  1
  ///     N = −2  4 −2
  ///         1 −2  1
  ///
  /// that answers neither to planes nor to straight edges along the axes (Immerkær 1996, doi:10.1006/cviu.1996.0060).
  /// White noise of deviation σ becomes 6 σ; the median absolute value, over 0.6745, is its deviation whatever a
  /// minority of edges adds (Donoho and Johnstone 1994), where Immerkær took the mean. Fine texture counts as noise;
  /// noise that was smoothed or compressed since counts too little. Samples whose neighbours are not all valid and
  /// finite do not count.
  ///
  /// - Complexity: O(samples)
  public func noiseLevel() -> Double {
    let (width, height) = (size[0], size[1])
    guard width >= 3, height >= 3 else { return 0 }
    let plane = width * height
    var answers: [Float] = []
    answers.reserveCapacity(samples.count)
    samples.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: samples.count, by: plane) {
        for y in 1..<(height - 1) {
          for index in (start + y * width + 1)..<(start + (y + 1) * width - 1) {
            func row(_ at: Int) -> Float { samples[at - 1] - 2 * samples[at] + samples[at + 1] }
            let answer = row(index - width) - 2 * row(index) + row(index + width)
            if answer.isFinite, isValidAround(index) { answers.append(abs(answer)) }
          }
        }
      }
    }
    guard !answers.isEmpty else { return 0 }
    return Double(answers.select(answers.count / 2)) / (6 * 0.674_489_75)
  }

  private func isValidAround(_ index: Int) -> Bool {
    guard let mask else { return true }
    for row in [index - size[0], index, index + size[0]] {
      for place in (row - 1)...(row + 1) where mask[place] == 0 { return false }
    }
    return true
  }
}
