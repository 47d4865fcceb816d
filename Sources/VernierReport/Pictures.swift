import VernierText

/// The images of a page and where their samples lie.
struct Pictures: Sendable {
  /// Each image's name with its files.
  private let files: [(name: String, picture: EncodedPicture, mask: EncodedPicture?)]
  let fixedLayout: Layout
  let movingLayout: Layout
  let fixedSpacing: [Double]
  let movingSpacing: [Double]
  /// Whether the axes are a body's (LPS), so that sides can be named.
  private let anatomical: Bool
  /// From a displayed position in the fixed image to that in the moving image which lay there before, and to the
  /// matching one.
  private let maps: (before: [[Double]], after: [[Double]])
  private let equalizations: (fixed: Equalization, moving: Equalization)
  private let areColored: Bool

  /// - Throws: what the encoder throws.
  init(
    fixed: Layer, moving: Layer, moved: Layer, encodedBy encoder: some PictureEncoder, fixedLayout: Layout,
    movingLayout: Layout, fixedSpacing: [Double], movingSpacing: [Double], anatomical: Bool,
    maps: (before: [[Double]], after: [[Double]])
  ) throws {
    files = try [("fixed", fixed), ("moving", moving), ("moved", moved)].map { name, layer in
      let file = try layer.encoded(as: Mosaic(layer.brightness.size), by: encoder)
      return (name, file.picture, file.mask)
    }
    (self.fixedLayout, self.movingLayout) = (fixedLayout, movingLayout)
    (self.fixedSpacing, self.movingSpacing) = (fixedSpacing, movingSpacing)
    (self.anatomical, self.maps) = (anatomical, maps)
    equalizations = (
      Equalization(of: fixed.brightness, inCommonWith: moved.brightness),
      Equalization(of: moved.brightness, inCommonWith: fixed.brightness)
    )
    areColored = [fixed, moving].contains { $0.planes.count > 1 }
  }

  /// The script elements that carry the images: a description as JSON and each picture file as base64.
  var embedded: String {
    let description: JSON = [
      "fixed": describe(fixedLayout, fixedSpacing), "moving": describe(movingLayout, movingSpacing),
      "anatomical": .boolean(anatomical), "before": matrix(maps.before), "after": matrix(maps.after),
      "equalized": ["fixed": bytes(equalizations.fixed), "moving": bytes(equalizations.moving)],
    ]
    func element(_ name: String, _ picture: EncodedPicture) -> String {
      "<script type=\"text/plain\" id=\"\(name)\" data-type=\"\(picture.mediaType)\">\(base64(picture.bytes))</script>"
    }
    return "<script type=\"application/json\" id=\"images\">\(description.text(isDense: true))</script>\n"
      + files.flatMap { name, picture, mask in
        [element("picture-" + name, picture)] + (mask.map { [element("mask-" + name, $0)] } ?? [])
      }.joined(separator: "\n")
  }

  /// How the images are shown, in a sentence or two.
  var note: String {
    let isReduced = ![fixedLayout, movingLayout].allSatisfy { $0.full == $0.reduced }
    return "Each \(areColored ? "image, its colours together," : "image") runs from black to white between its 0.5 % "
      + "and 99.5 % quantiles; hatching marks where there is no data."
      + (isReduced ? " Shown at a reduced size; the alignment used every sample of the files." : "")
  }

  /// Sizes as displayed: samples embedded, samples of the file, and the extent of one embedded sample.
  private func describe(_ layout: Layout, _ spacing: [Double]) -> JSON {
    let spacing = spacing + [Double](repeating: 1, count: 3 - spacing.count)
    let full = layout.axes.map { layout.full[$0] }
    let extent = layout.axes.map { spacing[$0] * Double(layout.full[$0]) / Double(layout.reduced[$0]) }
    let mosaic = Mosaic(layout.displayed)
    return [
      "size": .array(layout.displayed.map(JSON.integer)), "full": .array(full.map(JSON.integer)),
      "extent": .numbers(extent), "flipped": .array(layout.flipped.map(JSON.boolean)),
      "tile": .array(mosaic.tile.map(JSON.integer)), "columns": .integer(mosaic.columns),
    ]
  }

  private func bytes(_ equalization: Equalization) -> JSON { .array(equalization.table.map { .integer(Int($0)) }) }

  // A page cannot draw NaN, which a failed alignment may have.
  private func matrix(_ rows: [[Double]]) -> JSON { .matrix(rows.map { $0.map { $0.isFinite ? $0 : 0 } }) }
}
