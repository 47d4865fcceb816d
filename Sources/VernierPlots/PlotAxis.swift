import Glibc
import VernierText

/// One axis of a plot: what it shows, from where to where, and where its ticks stand.
package struct PlotAxis: Sendable {
  package enum Scale: Sendable { case linear, logarithmic }

  package var label: String
  package var range: ClosedRange<Double>
  package var scale = Scale.linear
  /// Nil places them at 1, 2 or 5 times a power of ten.
  package var chosenTicks: [Double]?

  /// - Precondition: the range is not a point; a logarithmic one is positive.
  package init(_ label: String, _ range: ClosedRange<Double>, scale: Scale = .linear, ticks: [Double]? = nil) {
    precondition(range.lowerBound < range.upperBound, "an axis needs an extent")
    precondition(scale == .linear || range.lowerBound > 0, "a logarithmic axis is positive")
    self.label = label
    self.range = range
    self.scale = scale
    chosenTicks = ticks
  }

  /// Where a value lies along the axis: 0 at its beginning, 1 at its end; beyond them outside.
  package func place(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic: log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
    }
  }

  package var ticks: [Double] {
    if let chosenTicks { return chosenTicks.filter(range.contains) }
    switch scale {
    case .linear:
      let step = Self.step(for: (range.upperBound - range.lowerBound) / 5)
      let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
      let last = Int((range.upperBound / step + 1e-9).rounded(.down))
      return (first...max(first, last)).map { Double($0) * step }
    case .logarithmic:
      let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
      let values = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
      return values.filter { $0 >= range.lowerBound * (1 - 1e-9) && $0 <= range.upperBound * (1 + 1e-9) }
    }
  }

  /// The tick's number with as many decimals as the ticks need, four at most.
  package func text(_ tick: Double) -> String {
    let values = scale == .linear ? ticks : [tick]
    let decimals = (0...4).first { decimals in
      let unit = pow(10, Double(decimals))
      return values.allSatisfy { abs(($0 * unit).rounded() - $0 * unit) < 1e-6 * unit }
    }
    return tick.fixed(decimals ?? 4)
  }

  /// The next of 1, 2, 5, 10 … from a width upwards.
  private static func step(for width: Double) -> Double {
    let power = pow(10, log10(width).rounded(.down))
    return power * ([1, 2, 5].first { $0 * power >= width * (1 - 1e-9) } ?? 10)
  }
}
