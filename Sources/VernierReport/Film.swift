import Vernier
import VernierText

/// Frames of a series before and after, at a size for the eye: some of them as pictures, and of more of them the row
/// and the column in the middle.
struct Film: Sendable {
  /// A frame's picture files.
  struct Picture: Sendable {
    var frame: Int
    /// Nil where the frame could not be read.
    var before: EncodedPicture?
    /// Nil where the frame is left out.
    var after: EncodedPicture?
    /// Where the frame's own picture lies on the canvas: its left and upper border, its width and height.
    var place: [Double] = []
  }

  private static let mostPictures = 60
  private static let mostLines = 1000
  private static let side = 320

  /// How the output is shown.
  let canvas: Layout
  /// How high a sample of the output is beside its width.
  let aspect: Double
  private let window: Window
  private let pictureStep: Int
  private let lineStep: Int
  private(set) var pictures: [Picture] = []
  /// Columns of bytes, one for each frame that has one: along the row and the column in the middle of the output.
  private(set) var lines: [(before: [UInt8], after: [UInt8])] = []
  private(set) var crossLines: [(before: [UInt8], after: [UInt8])] = []

  init(count: Int, size: [Int], spacing: [Double], window: Window) {
    canvas = Layout(size: size, side: Self.side, budget: Self.side * Self.side)
    aspect = spacing[1] / spacing[0]
    self.window = window
    pictureStep = max(1, (count + Self.mostPictures - 1) / Self.mostPictures)
    lineStep = max(1, (count + Self.mostLines - 1) / Self.mostLines)
  }

  /// Whether a frame is shown at all.
  func wants(_ frame: Int) -> Bool { frame % pictureStep == 0 || frame % lineStep == 0 }

  /// - Throws: what the encoder throws.
  mutating func append(
    _ frame: Int, before: ShownImage<2>?, at offset: [Double], after: ShownImage<2>?,
    encodedBy encoder: some PictureEncoder
  ) throws {
    let layout = before.map {
      Layout(size: Array($0.grid.size), side: Self.side, budget: Self.side * Self.side)
    }
    let own = before.flatMap { image in layout.map { planes(of: image, on: $0) } }
    let moved = after.map { planes(of: $0, on: canvas) }
    if frame % lineStep == 0 {
      lines.append(
        (
          line(own?.brightness, layout, along: 0, at: offset),
          line(moved?.brightness, canvas, along: 0, at: [0, 0])
        ))
      crossLines.append(
        (
          line(own?.brightness, layout, along: 1, at: offset),
          line(moved?.brightness, canvas, along: 1, at: [0, 0])
        ))
    }
    guard frame % pictureStep == 0 else { return }
    var picture = Picture(frame: frame)
    if let own, let before {
      picture.before = try encoder.encode(own.channels.map(\.image), isExact: false)
      let first = canvas.displayed(index: [offset[0] - 0.5, offset[1] - 0.5, 0])
      let share = [0, 1].map { Double(canvas.reduced[$0]) / Double(canvas.full[$0]) }
      picture.place = [
        first[0] + 0.5, first[1] + 0.5, Double(before.grid.size[0]) * share[0], Double(before.grid.size[1]) * share[1],
      ]
    }
    if let moved { picture.after = try encoder.encode(moved.channels.map(\.image), isExact: false) }
    pictures.append(picture)
  }

  private func planes(of image: ShownImage<2>, on layout: Layout) -> (channels: [Plane], brightness: Plane) {
    let mask = image.brightness.mask
    let brightness = layout.plane(image.brightness.samples, mask: mask, window: window)
    let colors = image.colors.map { layout.plane($0.samples, mask: mask, window: window) }
    return (colors.isEmpty ? [brightness] : colors, brightness)
  }

  /// The samples of a plane along the row or the column in the middle of the canvas; 0 where there is none.
  private func line(_ plane: Plane?, _ layout: Layout?, along axis: Int, at offset: [Double]) -> [UInt8] {
    let length = canvas.reduced[axis]
    guard let plane, let layout else { return [UInt8](repeating: 0, count: length) }
    return (0..<length).map { position in
      var place = [Double(canvas.reduced[0] - 1) / 2, Double(canvas.reduced[1] - 1) / 2, 0]
      place[axis] = Double(position)
      let index = canvas.index(ofDisplayed: place)
      let here = layout.displayed(index: [index[0] - offset[0], index[1] - offset[1], 0])
      let (x, y) = (Int(here[0].rounded()), Int(here[1].rounded()))
      let isInside = x >= 0 && y >= 0 && x < plane.size[0] && y < plane.size[1]
      return isInside ? plane.bytes[y * plane.size[0] + x] : 0
    }
  }
}

extension Plane {
  /// The plane as an image of bytes.
  var image: Image<2> {
    guard let image = try? Image<2>(width: size[0], height: size[1], samples: bytes.map(Float.init)) else {
      preconditionFailure("a plane has as many samples as it says")
    }
    return image
  }
}
