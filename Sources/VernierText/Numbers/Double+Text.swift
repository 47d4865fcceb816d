import Glibc

/// Numbers for programs.
extension Double {
  /// The fewest digits that read back exactly, without a point where the number is whole; 0 for a negative zero, too.
  package var shortest: String {
    // So far every whole number is written without an exponent, and 0 without its sign.
    if magnitude < 1e15, self == rounded(.towardZero) { return "\(Int(self))" }
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// Numbers for people. In a sentence, NaN is "not known"; in a table, a dash.
extension Double {
  /// The value with `digits` significant digits, without zeros at the end of decimals; with an exponent below 0.0001
  /// and from 10⁹.
  package func rounded(to digits: Int) -> String {
    guard isFinite else { return isNaN ? "not known" : self > 0 ? "∞" : "−∞" }
    if self == 0 { return "0" }
    let whole = Int(log10(magnitude).rounded(.down)) + 1
    guard whole > -4, whole < 10 else { return printed("%.\(digits - 1)e") }
    let text = printed("%.\(max(0, digits - whole))f")
    guard text.contains(".") else { return text }
    let trimmed = String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    return trimmed == "-0" ? "0" : trimmed
  }

  /// The value with `decimals` decimals for a table: a typographic minus, no negative zero.
  ///
  /// From 10¹⁵ / 10^`decimals` on it has the fewest digits that read back instead.
  package func fixed(_ decimals: Int) -> String {
    guard isFinite else { return isNaN ? "–" : self < 0 ? "−∞" : "∞" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (magnitude * scale).rounded()
    let sign = self < 0 && scaled > 0 ? "−" : ""
    guard scaled < 1e15 else { return "\(sign)\(magnitude)" }
    guard decimals > 0 else { return "\(sign)\(Int(scaled))" }
    let digits = "\(Int(scaled))".padded(to: decimals + 1, with: "0")
    return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }

  /// The value with its standard deviation, both to the deviation's second digit, six decimals at most; with `decimals`
  /// where none is known.
  package func fixed(_ decimals: Int, deviation: Double?) -> String {
    guard let deviation, deviation.isFinite else { return fixed(decimals) }
    guard deviation >= 5e-7 else { return fixed(6) + " ± < 0.000001" }
    var digits = 0
    var size = deviation
    while size < 9.5, digits < 6 {
      size *= 10
      digits += 1
    }
    return fixed(digits) + " ± " + deviation.fixed(digits)
  }

  /// The value with `decimals` decimals as `printf` rounds it, with a plain minus.
  package func printed(decimals: Int) -> String { printed("%.\(decimals)f") }

  /// A probability with two decimals, never rounded up to certainty or down to impossibility.
  package var chance: String {
    if self > 0.995, self < 1 { return "> 0.99" }
    if self > 0, self < 0.005 { return "< 0.01" }
    return printed(decimals: 2)
  }

  /// The same as a whole percentage.
  package var percentChance: String {
    guard isFinite else { return "–" }
    if self >= 0.995, self < 1 { return "> 99 %" }
    if self > 0, self < 0.005 { return "< 1 %" }
    return (100 * self).fixed(0) + " %"
  }

  /// A share as a whole percentage.
  package var percent: String { isFinite ? "\((self * 100).printed(decimals: 0)) %" : "not known" }

  /// Seconds as a duration in the unit that suits it, with significant digits.
  package var duration: String { self < 1 ? "\((self * 1000).rounded(to: 2)) ms" : "\(rounded(to: 3)) s" }

  /// The same for a table, with decimals.
  package var fixedDuration: String {
    switch self {
    case ..<0.001: (self * 1e6).fixed(0) + " µs"
    case ..<1: (self * 1e3).fixed(self < 0.1 ? 1 : 0) + " ms"
    default: fixed(self < 100 ? 2 : 0) + " s"
    }
  }

  /// The value in a format of `printf`, which takes one number.
  private func printed(_ format: String) -> String {
    var bytes = [CChar](repeating: 0, count: 400)
    let length = withVaList([self]) { vsnprintf(&bytes, bytes.count, format, $0) }
    return String(
      decoding: bytes.prefix(min(Int(length), bytes.count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension String {
  /// This text with `filler` before it, so that it has `count` characters at least.
  fileprivate func padded(to count: Int, with filler: Character) -> String {
    String(repeating: filler, count: max(0, count - self.count)) + self
  }
}
