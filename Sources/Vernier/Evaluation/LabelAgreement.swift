/// How well two label images on one grid agree, label by label.
///
/// With A and B the samples of a label:
///
///     Dice = 2 |A ∩ B| / (|A| + |B|)
///
/// and the Hausdorff distance is the largest distance, in physical units, from a border sample of one to the nearest
/// border sample of the other; the 95 % one takes the 95th percentile in place of the largest, of the two directions
/// the larger. A sample is on the border where one of its neighbours along an axis has another label or lies outside
/// the image. Distances are exact, between sample centres, whatever the spacing.
public struct LabelAgreement: Sendable, Equatable {
  public struct Label: Sendable, Equatable {
    public var label: Int
    public var dice: Double
    /// Infinite where one image lacks the label.
    public var hausdorff: Double
    public var hausdorff95: Double
  }

  /// Every label above 0 that at least one image holds, in their order.
  public let labels: [Label]

  /// The mean over ``labels``.
  public var meanDice: Double { labels.reduce(0) { $0 + $1.dice } / Double(labels.count) }
  /// The mean over the labels that both images hold; nil where there are none.
  public var meanHausdorff: Double? { mean(\.hausdorff) }
  public var meanHausdorff95: Double? { mean(\.hausdorff95) }

  /// - Parameters:
  ///   - fixed: whole numbers; 0 and below is background.
  ///   - moved: the same on the same grid.
  ///   - threads: threads to use at most; the result does not depend on it.
  /// - Throws: ``LabelError``.
  public init<let rank: Int>(fixed: Image<rank>, moved: Image<rank>, threads: Int = 2) throws(LabelError) {
    guard fixed.size == moved.size else { throw .otherSize(Array(fixed.size), Array(moved.size)) }
    guard fixed.isPlaced(as: moved) else { throw .otherPlace }
    let here = try fixed.labels()
    let there = try moved.labels()
    let boxes = LabelBoxes(here, there, size: Array(fixed.size))
    guard !boxes.labels.isEmpty else { throw .noLabels }
    // Boxes have three axes always.
    let spacing = fixed.grid.spacing.elements + [Double](repeating: 1, count: 3 - rank)
    var results = boxes.labels.map { Label(label: $0, dice: 0, hausdorff: .infinity, hausdorff95: .infinity) }
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress!
      forEachChunk(boxes.labels.count, threads: threads) { index in
        let box = boxes.boxes[index]
        let label = boxes.labels[index]
        let (a, b) = (box.members(of: label, in: here), box.members(of: label, in: there))
        let (inA, inB) = (a.count { $0 }, b.count { $0 })
        let both = zip(a, b).reduce(0) { $0 + ($1.0 && $1.1 ? 1 : 0) }
        places[index].dice = 2 * Double(both) / Double(inA + inB)
        guard inA > 0, inB > 0 else { return }
        let borders = (box.border(of: a), box.border(of: b))
        let fields = (
          DistanceTransform(to: borders.0, size: box.size, spacing: spacing),
          DistanceTransform(to: borders.1, size: box.size, spacing: spacing)
        )
        let ways = [Self.distances(borders.0, fields.1), Self.distances(borders.1, fields.0)]
        places[index].hausdorff = ways.map { $0[$0.count - 1] }.max() ?? 0
        places[index].hausdorff95 = ways.map { Statistics.percentile(95, ofSorted: $0) }.max() ?? 0
      }
    }
    labels = results
  }

  private func mean(_ figure: (Label) -> Double) -> Double? {
    let known = labels.map(figure).filter(\.isFinite)
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private static func distances(_ border: [Bool], _ field: DistanceTransform) -> [Double] {
    zip(border, field.squares).compactMap { $0 ? $1.squareRoot() : nil }.sorted()
  }
}

/// Why labels cannot be compared.
public enum LabelError: Error, Equatable, Sendable {
  case otherSize([Int], [Int])
  case otherPlace
  case notWhole(Float)
  case noLabels
}

extension LabelError: CustomStringConvertible {
  public var description: String {
    func product(_ size: [Int]) -> String { size.map(String.init).joined(separator: "×") }
    return switch self {
    case .otherSize(let one, let other): "the grids differ: \(product(one)) and \(product(other)) samples"
    case .otherPlace: "the grids differ in spacing, origin or direction"
    case .notWhole(let value): "\(value) is no label; labels are whole numbers"
    case .noLabels: "there is no label above 0"
    }
  }
}

extension Image {
  /// Whether another image's samples lie where this one's do, to a thousandth of a sample.
  public func isPlaced(as other: Image<rank>) -> Bool {
    guard size == other.size else { return false }
    let least = 1e-3 * (grid.spacing.elements.min() ?? 1)
    return zip(grid.corners, other.grid.corners).allSatisfy { ($0 - $1).length <= least }
  }

  fileprivate func labels() throws(LabelError) -> [Int32] {
    var labels = [Int32](repeating: 0, count: samples.count)
    for (index, sample) in samples.enumerated() {
      guard let label = Int32(exactly: sample) else { throw .notWhole(sample) }
      labels[index] = max(label, 0)
    }
    return labels
  }
}
