import Vernier

/// `vernier measure`: how well two images that lie on one grid agree.
struct Measure: Subcommand {
  static let manual = Manual(
    name: "measure",
    summary: "say how well two aligned images agree",
    positionals: [
      Positional(name: "FIXED", help: "the image that stayed"),
      Positional(name: "MOVED", help: "the image that was aligned to it, on the same grid"),
    ],
    options: [.fixedMask, .movingMask, .json],
    examples: [("vernier measure fixed.png moved.png", "overlap, squared difference, correlation, information, edges")])

  private let fixed: String
  private let moved: String
  private let fixedMask: String?
  private let movedMask: String?
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    fixed = arguments.positionals[0]
    moved = arguments.positionals[1]
    fixedMask = arguments[.fixedMask]
    movedMask = arguments[.movingMask]
    asJSON = arguments.has(.json)
  }

  func run() async throws -> ExitStatus {
    let figures =
      switch try AnyPair(fixed, moved) {
      case .planes(let fixed, let moved): try figures(fixed, moved)
      case .volumes(let fixed, let moved): try figures(fixed, moved)
      }
    if asJSON {
      let files = [JSON.Member(key: "fixed", value: .string(fixed)), JSON.Member(key: "moved", value: .string(moved))]
      let members = figures.map { JSON.Member(key: $0.name, value: .number($0.value)) }
      try Console.write("\(JSON.object(files + members))\n")
    } else {
      try Console.write(figures.map { [$0.name, $0.value.rounded(to: 6)] }.alignedColumns)
    }
    return .done
  }

  private func figures<let rank: Int>(
    _ fixed: Picture<rank>, _ moved: Picture<rank>
  ) throws -> [Measurement.Figure] {
    guard fixed.luminance.size == moved.luminance.size else {
      throw InputError(
        file: moved.file,
        problem: "has the size \(product(moved.luminance.size)) but \(fixed.file) has \(product(fixed.luminance.size))",
        remedy: "bring it onto that grid with vernier apply --like \(fixed.file)")
    }
    do {
      return try Measurement(fixed: try fixed.masked(by: fixedMask), moved: try moved.masked(by: movedMask)).figures
    } catch let error as AlignmentError {
      throw error.naming(fixed: fixed.file, moving: moved.file)
    }
  }

  private func product(_ size: [Int]) -> String { size.map(String.init).joined(separator: "×") }
}
