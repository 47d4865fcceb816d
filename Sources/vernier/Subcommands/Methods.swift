import Vernier
import VernierCommandLine
import VernierText

/// `vernier methods`: the aligners that `--method` can name.
struct Methods: Subcommand {
  static let manual = Manual(
    name: "methods",
    summary: "list the methods that --method can name",
    options: [.json],
    examples: [("vernier methods", "a table of names, kinds, models, dimensions and sources")])

  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) { asJSON = arguments.has(.json) }

  func run() async throws -> ExitStatus {
    try Console.write(asJSON ? "\(JSON.array(allMethods.map(JSON.method)))\n" : table)
    return .done
  }

  private var table: String {
    let header = ["name", "kind", "transforms", "dimensions", "source"]
    let rows = allMethods.map { method in
      [
        method.name, method.kind.rawValue, method.transformNames.joined(separator: ", "),
        method.ranks.map { "\($0)D" }.joined(separator: ", "), method.source,
      ]
    }
    let options = allMethods.flatMap { method in
      method.options.map { ["\(method.name):\($0.name)=", "\($0.value); \($0.help)"] }
    }
    return ([header] + rows).alignedColumns + "\noptions, after a colon (sift:ratio=0.7,limit=2000)\n"
      + options.map { ["  " + $0[0], $0[1]] }.alignedColumns
  }
}

extension Method {
  /// What `--transform` calls the transforms that the method finds.
  fileprivate var transformNames: [String] { transforms.map(\.rawValue) + [deformation?.rawValue].compactMap(\.self) }
}

extension JSON {
  static func method(_ method: Method) -> JSON {
    [
      "name": .string(method.name),
      "kind": .string(method.kind.rawValue),
      "transforms": .array(method.transformNames.map(JSON.string)),
      "ranks": .array(method.ranks.map(JSON.integer)),
      "source": .string(method.source),
      "options": .array(method.options.map(JSON.option)),
    ]
  }

  private static func option(_ option: Method.Option) -> JSON {
    ["name": .string(option.name), "value": .string("\(option.value)"), "help": .string(option.help)]
  }
}
