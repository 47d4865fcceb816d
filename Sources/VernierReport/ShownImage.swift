import Vernier

/// An image as a report shows it: what registration works on, and its colours.
public struct ShownImage<let rank: Int>: Sendable {
  /// What was registered: one channel, with the mask of what holds data.
  public var brightness: Image<rank>
  /// Red, green and blue, on the same grid; empty for a grey image, and for a volume, which is shown grey.
  public var colors: [Image<rank>]

  /// - Parameters:
  ///   - brightness: what was registered.
  ///   - channels: the image's own: the first three are taken for red, green and blue, fewer for grey.
  /// - Precondition: all lie on one grid.
  public init(_ brightness: Image<rank>, channels: [Image<rank>] = []) {
    precondition(channels.allSatisfy { $0.grid == brightness.grid }, "channels share a grid")
    self.brightness = brightness
    colors = rank == 2 && channels.count >= 3 ? Array(channels.prefix(3)) : []
  }

  public var grid: Grid<rank> { brightness.grid }
}
