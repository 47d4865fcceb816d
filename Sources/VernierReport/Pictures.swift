import VernierText

/// The images of a page and where their samples lie.
struct Pictures: Sendable {
  var fixed: Plane
  var moving: Plane
  var moved: Plane
  var before: Plane
  var fixedLayout: Layout
  var movingLayout: Layout
  var fixedSpacing: [Double]
  var movingSpacing: [Double]
  /// Whether the axes are a body's (LPS), so that sides can be named.
  var anatomical: Bool
  /// From a displayed position in the fixed image to the matching one in the moving image.
  var map: [[Double]]

  /// The script elements that carry the images: a description as JSON and each plane as base64.
  var embedded: String {
    let description: JSON = [
      "fixed": describe(fixedLayout, fixedSpacing), "moving": describe(movingLayout, movingSpacing),
      "anatomical": .boolean(anatomical), "map": .matrix(map.map { $0.map(finite) }),
    ]
    let planes = [("fixed", fixed), ("moving", moving), ("moved", moved), ("before", before)]
    return "<script type=\"application/json\" id=\"images\">\(description)</script>\n"
      + planes.map { name, plane in
        "<script type=\"text/plain\" id=\"plane-\(name)\">\(base64(plane.bytes))</script>"
      }.joined(separator: "\n")
  }

  /// Sizes as displayed: samples embedded, samples of the file, and the extent of one embedded sample.
  private func describe(_ layout: Layout, _ spacing: [Double]) -> JSON {
    let spacing = spacing + [Double](repeating: 1, count: 3 - spacing.count)
    let full = layout.axes.map { layout.full[$0] }
    let extent = layout.axes.map { spacing[$0] * Double(layout.full[$0]) / Double(layout.reduced[$0]) }
    return [
      "size": .array(layout.displayed.map(JSON.integer)), "full": .array(full.map(JSON.integer)),
      "extent": .numbers(extent), "flipped": .array(layout.flipped.map(JSON.boolean)),
    ]
  }

  // A page cannot draw NaN, which a failed alignment may have.
  private func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
}
