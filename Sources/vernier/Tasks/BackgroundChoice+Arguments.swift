import Vernier
import VernierCommandLine
import VernierFiles

extension BackgroundChoice {
  /// What `--background` asks for.
  ///
  /// - Throws: ``UsageError`` where it is neither a number nor one of the words.
  init(_ arguments: Arguments) throws(UsageError) {
    switch arguments[.background] {
    case nil: self = .usual
    case "nearest": self = .nearest
    case "edge": self = .edge
    case let text?:
      guard let value = Float(text), !value.isInfinite else {
        throw .wrongValue(option: "--background", value: text, expected: "a number up to 3.4e38, nearest or edge")
      }
      self = .value(value)
    }
  }

  /// Checks that an image can hold the value, before the work whose result is to be written.
  ///
  /// - Throws: ``InputError``
  func check<let rank: Int>(_ moving: Picture<rank>) throws(InputError) {
    guard case .value(let value) = self else { return }
    let type = moving.contents.sampleType
    guard type.holds(Double(value)) else {
      throw InputError(
        file: moving.file, problem: "its samples are \(type.rawValue), which cannot be \(value)",
        remedy: "give --background a value that they can have")
    }
  }
}

extension Option {
  static let background = Option(
    "background", .text("VALUE|nearest|edge"), otherwise: "what suits the image",
    help:
      "what is written where the moving image has no sample: a value; nearest, the value at the nearest place in it; edge, "
      + "the median of its border")
}
