extension Double {
  /// The number with a fixed count of decimals.
  package func fixed(_ decimals: Int) -> String {
    guard isFinite else { return isNaN ? "–" : self < 0 ? "−∞" : "∞" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((magnitude * scale).rounded())
    let sign = self < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + "\(scaled)" }
    let digits = String(repeating: "0", count: max(0, decimals + 1 - "\(scaled)".count)) + "\(scaled)"
    return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }
}
