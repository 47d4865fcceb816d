/// A unit in which lengths are told to people, so that they are numbers of a usual size: pixels, and of physical lengths,
/// which are millimetres everywhere, the millimetre, the micrometre or the nanometre.
package struct LengthUnit: Sendable, Equatable {
  package let symbol: String
  /// How many of it are a pixel or a millimetre.
  private let factor: Double

  package static let pixel = Self(symbol: "px", factor: 1)

  /// The physical unit for an image whose samples are so many millimetres apart.
  package init(spacing: Double) {
    if spacing >= 0.01 {
      self.init(symbol: "mm", factor: 1)
    } else if spacing >= 1e-5 {
      self.init(symbol: "µm", factor: 1e3)
    } else {
      self.init(symbol: "nm", factor: 1e6)
    }
  }

  private init(symbol: String, factor: Double) { (self.symbol, self.factor) = (symbol, factor) }

  /// A length of pixels or millimetres in this unit.
  package func callAsFunction(_ length: Double) -> Double { length * factor }

  /// A length of pixels or millimetres with its unit, to two places or, where it is small, three.
  package func text(_ length: Double) -> String {
    let value = self(length)
    return "\(value.fixed(value < 0.1 ? 3 : 2)) \(symbol)"
  }
}
