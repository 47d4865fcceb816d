/// A method that a chain of names such as `search+refine` can name, and how its aligner is made.
///
/// Each module lists its own (``classical`` is this one's); ``MethodChain`` reads the names of those that it is given.
public struct Method: Sendable {
  public enum Kind: String, Sendable { case classical, learned }

  public var name: String
  public var kind: Kind
  /// The models that it can estimate; a chain ends in a method that can estimate the one asked for.
  public var transforms: [TransformModel]
  /// How it deforms after the chain's linear transform; then it is the chain's last method.
  public var deformation: DeformationModel?
  public var ranks: [Int]
  /// Where the method comes from: paper or book.
  public var source: String
  /// What can be set after a colon: `sift:ratio=0.8`.
  public var options: [Option]
  private let make: @Sendable (Values) throws -> any Aligner

  public init(
    name: String, kind: Kind, transforms: [TransformModel], deformation: DeformationModel? = nil, ranks: [Int], source: String,
    options: [Option] = [], aligner: @escaping @Sendable (Values) throws -> any Aligner
  ) {
    self.name = name
    self.kind = kind
    self.transforms = transforms
    self.deformation = deformation
    self.ranks = ranks
    self.source = source
    self.options = options
    make = aligner
  }

  /// Says whether a text such as `ratio=0.8,limit=2000` holds options of this method.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for an option that does not exist or has another value
  ///   than it takes.
  public func check(options text: String) throws(AlignmentError) { _ = try values(text) }

  /// The aligner with the options of a text such as `ratio=0.8,limit=2000`; empty for the usual ones.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for an option that does not exist or has another value
  ///   than it takes; what making the method throws.
  public func aligner(options text: String = "") throws -> any Aligner { try make(values(text)) }

  private func values(_ text: String) throws(AlignmentError) -> Values {
    var values: [String: String] = [:]
    for word in text.split(separator: ",") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] }) else {
        let known = options.isEmpty ? "it has none" : "known are \(options.map(\.name).joined(separator: ", "))"
        throw AlignmentError.unsupported(method: name, reason: "it has no option \(parts[0]); \(known)")
      }
      guard parts.count == 2, option.value.takes(parts[1]) else {
        throw AlignmentError.unsupported(method: name, reason: "\(option.name) is \(option.value); \(option.help)")
      }
      guard values.updateValue(parts[1], forKey: option.name) == nil else {
        throw AlignmentError.unsupported(method: name, reason: "\(option.name) is given twice")
      }
    }
    return Values(texts: values)
  }
}

extension Method {
  /// Something that can be set of a method.
  public struct Option: Sendable {
    public var name: String
    public var value: Value
    /// What it does, in a few words.
    public var help: String

    public init(_ name: String, _ value: Value, help: String) {
      self.name = name
      self.value = value
      self.help = help
    }
  }

  /// What an option takes.
  public enum Value: Sendable, CustomStringConvertible {
    case number(ClosedRange<Double>)
    case count(ClosedRange<Int>)
    case choice([String])
    case file

    public var description: String {
      switch self {
      case .number(let range): "a number from \(range.lowerBound.shortest) to \(range.upperBound.shortest)"
      case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .choice(let names): "one of \(names.joined(separator: ", "))"
      case .file: "a file's name"
      }
    }

    func takes(_ text: String) -> Bool {
      switch self {
      case .number(let range): Double(text).map(range.contains) ?? false
      case .count(let range): Int(text).map(range.contains) ?? false
      case .choice(let names): names.contains(text)
      case .file: !text.isEmpty
      }
    }
  }

  /// The options that were given, each checked.
  public struct Values: Sendable {
    fileprivate let texts: [String: String]

    public func number(_ name: String) -> Double? { texts[name].flatMap(Double.init) }
    public func count(_ name: String) -> Int? { texts[name].flatMap { Int($0) } }
    public func text(_ name: String) -> String? { texts[name] }
    public func choice<Choice: RawRepresentable<String>>(_ name: String) -> Choice? {
      texts[name].flatMap(Choice.init(rawValue:))
    }
  }
}
