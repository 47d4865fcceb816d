/// Takes what a study finds, each piece as soon as it is finished.
public struct StudyOutput: Sendable {
  /// Takes the next piece of the report, in Markdown.
  public let write: @Sendable (_ markdown: String) throws -> Void
  /// Takes a further file, which stands beside the report, by its name.
  public let save: @Sendable (_ text: String, _ name: String) throws -> Void
  /// Takes the share of the work done, 0…1, and what is being done.
  public let progress: @Sendable (_ share: Double, _ activity: String) -> Void

  public init(
    write: @escaping @Sendable (_ markdown: String) throws -> Void,
    save: @escaping @Sendable (_ text: String, _ name: String) throws -> Void = { _, _ in },
    progress: @escaping @Sendable (_ share: Double, _ activity: String) -> Void = { _, _ in }
  ) {
    self.write = write
    self.save = save
    self.progress = progress
  }

  /// The same for one of several pieces of work that take about as long as each other.
  func part(_ number: Int, of count: Int) -> StudyOutput {
    StudyOutput(write: write, save: save) { share, activity in
      progress((Double(number) + share) / Double(count), activity)
    }
  }
}

extension Sequence {
  /// Each element with an output that takes its work for an equal part of all.
  func parts(of output: StudyOutput) -> [(element: Element, output: StudyOutput)] {
    let elements = Array(self)
    return elements.enumerated().map { ($1, output.part($0, of: elements.count)) }
  }
}
