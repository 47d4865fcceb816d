import Glibc

extension Image {
  /// An image with its padding masked, where any is recognised: what lies beyond a computed tomograph's field of view,
  /// and in pictures what is cut off along straight lines.
  func withoutPadding() -> Self {
    if let inside = maskingOutsideField() { return inside }
    return Ranks.inPlane(rank, self) { (plane: Image<2>) -> Image<2>? in plane.maskingPadding() } ?? self
  }

  /// The image without the samples to which a computed tomograph gives a value that no matter has; nil where there are
  /// none.
  ///
  /// Air has −1000 Hounsfield units. Scanners and programs fill what they have not seen with −1024, −2000, −3024 or the
  /// like. A least value below −1500 that 1 in 200 samples have is such a filling, and what lies between it and −1100
  /// was interpolated with it. −1024 is one where there is air besides, of −1023 to −900: else it may be the air itself,
  /// clipped.
  private func maskingOutsideField() -> Self? {
    guard mask == nil, let least = samples.min(), least <= -1024, least.isFinite else { return nil }
    let filled = samples.count { $0 == least }
    guard filled >= samples.count / 200, filled < samples.count * 9 / 10 else { return nil }
    let bound: Float
    if least < -1500 {
      guard let most = samples.max(), most > -1100 else { return nil }
      bound = -1100
    } else if least == -1024, samples.count(where: { $0 > -1024 && $0 < -900 }) >= samples.count / 50 {
      bound = -1024
    } else {
      return nil
    }
    return Self(unchecked: grid, samples: samples, mask: samples.map { $0 <= bound ? 0 : 1 })
  }
}

extension Image where rank == 2 {
  /// The image with a mask that leaves out padding, or itself where it has a mask or no padding is recognised.
  ///
  /// Turning or moving a picture leaves parts of its frame without data, filled with one value. Such padding is told
  /// from a dark or saturated ground that belongs to the picture by its shape: it ends along straight lines, along
  /// which the picture's own samples lie up to the line. One to four of them are at least 30 % of the longer side, and
  /// make up 70 % of the picture's outline within the frame. A ground ends where the object does.
  func maskingPadding() -> Self {
    guard mask == nil, width >= 8, height >= 8, let value = commonestBorderValue() else { return self }
    let outline = hull(of: value)
    guard outline.count >= 3 else { return self }
    let inner = straightSides(of: outline).filter { isWithinFrame($0) }
    let sides = inner.filter { isPaddingSide($0, value: value) }
    let long = sides.filter { $0.length >= 0.3 * Double(max(width, height)) }
    let explained = long.reduce(0) { $0 + $1.length }
    guard !long.isEmpty, long.count <= 4, explained >= 0.7 * inner.reduce(0, { $0 + $1.length }) else { return self }
    var mask = [UInt8](repeating: 1, count: width * height)
    var hidden = 0
    for y in 0..<height {
      for x in 0..<width where samples[y * width + x] == value {
        let point = SIMD2(Double(x), Double(y))
        guard sides.contains(where: { $0.distance(beyond: point) > 0.05 }) else { continue }
        mask[y * width + x] = 0
        hidden += 1
      }
    }
    guard hidden > 2, hidden < width * height * 9 / 10, !isFlat(but: value) else { return self }
    return Self(unchecked: grid, samples: samples, mask: mask)
  }

  /// Whether all samples that differ from `value` are equal, so that their outline is all there is to see.
  private func isFlat(but value: Float) -> Bool {
    guard let other = samples.first(where: { $0 != value }) else { return true }
    return samples.allSatisfy { $0 == value || $0 == other }
  }

  /// The corner's value that most samples of the frame share, if at least two in a hundred of them do: whatever a
  /// straight line cuts off from the frame holds a corner.
  private func commonestBorderValue() -> Float? {
    let last = width * (height - 1)
    var best = (value: Float.nan, count: 0)
    for value in [samples[0], samples[width - 1], samples[last], samples[last + width - 1]] where value != best.value {
      var count = 0
      for x in 0..<width { count += (samples[x] == value ? 1 : 0) + (samples[last + x] == value ? 1 : 0) }
      for row in stride(from: width, to: last, by: width) {
        count += (samples[row] == value ? 1 : 0) + (samples[row + width - 1] == value ? 1 : 0)
      }
      if count > best.count { best = (value, count) }
    }
    return best.count >= max(3, (width + height) / 25) ? best.value : nil
  }

  /// The convex hull of the samples that differ from `value`, in the order in which x turns towards y.
  private func hull(of value: Float) -> [SIMD2<Double>] {
    var points: [SIMD2<Double>] = []
    samples.withUnsafeBufferPointer { samples in
      for y in 0..<height {
        let row = y * width
        guard let first = (0..<width).first(where: { samples[row + $0] != value }) else { continue }
        let last = (0..<width).last { samples[row + $0] != value } ?? first
        points.append(SIMD2(Double(first), Double(y)))
        if last > first { points.append(SIMD2(Double(last), Double(y))) }
      }
    }
    func chain(_ points: some Sequence<SIMD2<Double>>) -> [SIMD2<Double>] {
      var kept: [SIMD2<Double>] = []
      for point in points {
        while kept.count >= 2, Self.turn(kept[kept.count - 2], kept[kept.count - 1], point) <= 0 { kept.removeLast() }
        kept.append(point)
      }
      return kept
    }
    guard points.count >= 3 else { return [] }
    // Points come by rows; each chain goes along one side of the outline.
    return Array(chain(points).dropLast() + chain(points.reversed()).dropLast())
  }

  /// Positive where the path a → b → c turns as x towards y.
  private static func turn(_ a: SIMD2<Double>, _ b: SIMD2<Double>, _ c: SIMD2<Double>) -> Double {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
  }

  private struct Side {
    var start: SIMD2<Double>
    var end: SIMD2<Double>

    var length: Double { hypot(end.x - start.x, end.y - start.y) }
    var direction: SIMD2<Double> { (end - start) / length }

    /// How far a point lies outside of the line; the hull lies inside.
    func distance(beyond point: SIMD2<Double>) -> Double {
      let along = direction
      return along.y * (point.x - start.x) - along.x * (point.y - start.y)
    }
  }

  /// The outline's sides that are straight but for the steps of the samples.
  private func straightSides(of outline: [SIMD2<Double>]) -> [Side] {
    // Dropping the vertex nearest to the line of its neighbours, while it is within 0.6 samples, joins what is one
    // line.
    var vertices = outline
    while vertices.count > 3 {
      var nearest = (index: 0, distance: Double.infinity)
      for index in vertices.indices {
        let before = vertices[(index + vertices.count - 1) % vertices.count]
        let after = vertices[(index + 1) % vertices.count]
        let base = hypot(after.x - before.x, after.y - before.y)
        let distance = base > 0 ? abs(Self.turn(before, vertices[index], after)) / base : 0
        if distance < nearest.distance { nearest = (index, distance) }
      }
      guard nearest.distance < 0.6 else { break }
      vertices.remove(at: nearest.index)
    }
    return vertices.indices.map { Side(start: vertices[$0], end: vertices[($0 + 1) % vertices.count]) }
  }

  /// Whether a side is not the frame's own.
  private func isWithinFrame(_ side: Side) -> Bool {
    let (lastX, lastY) = (Double(width - 1), Double(height - 1))
    let middle = 0.5 * (side.start + side.end)
    return min(middle.x, middle.y, lastX - middle.x, lastY - middle.y) > 0.6
  }

  /// Whether a side is more than a step of the samples, and the picture's own lie up to it.
  private func isPaddingSide(_ side: Side, value: Float) -> Bool {
    guard side.length >= 3 else { return false }
    let along = side.direction
    let inward = SIMD2(-along.y, along.x)
    let steps = Int(side.length)
    let touching = (0...steps).count { step in
      let point = side.start + Double(step) * side.length / Double(max(steps, 1)) * along + 0.7 * inward
      let (x, y) = (Int(point.x.rounded()), Int(point.y.rounded()))
      return x >= 0 && y >= 0 && x < width && y < height && samples[y * width + x] != value
    }
    return Double(touching) >= 0.6 * Double(steps + 1)
  }
}
