extension String {
  /// This text with the characters that mean something in HTML written as entities; safe in elements and in
  /// quoted attributes.
  var escapedForHTML: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for character in unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

/// A number for people: a fixed number of decimals, a typographic minus, no negative zero; a dash where there is none.
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite else { return "–" }
  var power = 1.0
  for _ in 0..<places { power *= 10 }
  let scaled = (value.magnitude * power).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "−" : ""
  return places == 0 ? sign + padded : sign + padded.dropLast(places) + "." + padded.suffix(places)
}

/// A value with its standard deviation, both to the deviation's second digit.
func decimal(_ value: Double, deviation: Double?, places: Int) -> String {
  guard let deviation, deviation.isFinite else { return decimal(value, places) }
  guard deviation >= 5e-7 else { return decimal(value, 6) + " ± < 0.000001" }
  var digits = 0
  var size = deviation
  while size < 9.5, digits < 6 {
    size *= 10
    digits += 1
  }
  return decimal(value, digits) + " ± " + decimal(deviation, digits)
}

/// A share as a percentage, never rounded up to certainty or down to impossibility.
func percent(_ share: Double) -> String {
  guard share.isFinite else { return "–" }
  if share >= 0.995, share < 1 { return "> 99 %" }
  if share > 0, share < 0.005 { return "< 1 %" }
  return decimal(100 * share, 0) + " %"
}

/// A time in the unit that suits it.
func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<0.001: decimal(seconds * 1e6, 0) + " µs"
  case ..<1: decimal(seconds * 1e3, seconds < 0.1 ? 1 : 0) + " ms"
  default: decimal(seconds, seconds < 100 ? 2 : 0) + " s"
  }
}
