/// The samples of a dense deformation along its three axes.
///
/// A picture is a volume whose slices have one row: its y runs along z. So one code serves the plane and space.
struct FlowExtent: Equatable, Sendable {
  let x: Int
  let y: Int
  let z: Int

  init<let rank: Int>(_ size: Size<rank>) {
    x = size[0]
    y = rank == 3 ? size[1] : 1
    z = size[rank - 1]
  }

  var count: Int { x * y * z }
  /// The samples of a slice.
  var slice: Int { x * y }
  /// The last index along each axis; 0 in the fourth place.
  var last: SIMD4<Float> { SIMD4(Float(x - 1), Float(y - 1), Float(z - 1), 0) }

  /// The place of an image's axis among those of the flow.
  static func lane(of axis: Int, rank: Int) -> Int { rank == 2 && axis == 1 ? 2 : axis }
}

/// A place between samples: its cell's lowest corner, the steps to the others, and how far it is from there.
struct FlowCell {
  let corner: Int
  let fractions: SIMD4<Float>

  /// - Parameters:
  ///   - place: an index, held at the outermost samples.
  ///   - extent: the samples.
  @inline(__always)
  init(_ place: SIMD4<Float>, _ extent: FlowExtent) {
    let (x, alongX) = Self.split(place.x, extent.x)
    let (y, alongY) = Self.split(place.y, extent.y)
    let (z, alongZ) = Self.split(place.z, extent.z)
    corner = (z &* extent.y &+ y) &* extent.x &+ x
    fractions = SIMD4(alongX, alongY, alongZ, 0)
  }

  @inline(__always)
  private static func split(_ place: Float, _ count: Int) -> (Int, Float) {
    let last = Float(count &- 1)
    let held = place > 0 ? (place < last ? place : last) : 0
    let cell = min(Int(Int32(held)), max(count &- 2, 0))
    return (cell, held - Float(cell))
  }
}

/// The steps from a sample to its next neighbours: 0 along an axis of one sample.
struct FlowSteps {
  let y: Int
  let z: Int

  init(_ extent: FlowExtent) {
    y = extent.y > 1 ? extent.x : 0
    z = extent.z > 1 ? extent.slice : 0
  }
}
