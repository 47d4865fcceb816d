import Glibc

extension Double {
  /// The value with `digits` significant digits, for people; JSON has all of them.
  package func rounded(to digits: Int) -> String {
    guard isFinite else { return isNaN ? "not known" : self > 0 ? "∞" : "−∞" }
    if self == 0 { return "0" }
    let whole = Int(log10(magnitude).rounded(.down)) + 1
    guard whole > -4, whole < 10 else { return formatted("%.\(digits - 1)e") }
    let text = formatted("%.\(max(0, digits - whole))f")
    guard text.contains(".") else { return text }
    let trimmed = String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    return trimmed == "-0" ? "0" : trimmed
  }

  /// A probability with two decimals, never rounded up to certainty or down to impossibility.
  package var chance: String {
    if self > 0.995, self < 1 { return "> 0.99" }
    if self > 0, self < 0.005 { return "< 0.01" }
    return formatted("%.2f")
  }

  /// A share as a percentage.
  package var percent: String { isFinite ? "\((self * 100).formatted("%.0f")) %" : "not known" }

  /// A duration in the unit that suits it.
  package var duration: String { self < 1 ? "\((self * 1000).rounded(to: 2)) ms" : "\(rounded(to: 3)) s" }

  /// The value in a format of `printf`, which takes one number.
  package func formatted(_ format: String) -> String {
    var bytes = [CChar](repeating: 0, count: 64)
    let length = withVaList([self]) { vsnprintf(&bytes, bytes.count, format, $0) }
    return String(
      decoding: bytes.prefix(min(Int(length), bytes.count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
