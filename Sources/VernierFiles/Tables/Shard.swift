/// One of several equal parts of a list: the rows that one machine of a cluster works on.
///
/// The parts are runs of neighbouring rows whose lengths differ by one at most, so that their results, one after the
/// other, are those of the whole list.
public struct Shard: Sendable, Equatable {
  /// From 1.
  public let number: Int
  public let count: Int

  /// Nil unless 1 ≤ number ≤ count.
  public init?(_ number: Int, of count: Int) {
    guard number >= 1, number <= count else { return nil }
    self.number = number
    self.count = count
  }

  /// A part as it is written on a command line: `3/7` is the third of seven. Nil where the text is none.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard halves.count == 2, let number = halves[0], let count = halves[1] else { return nil }
    self.init(number, of: count)
  }

  /// The rows of this part, from 0, of a list of so many. Empty where there are more parts than rows.
  public func rows(of total: Int) -> Range<Int> {
    // Quotient and remainder apart, so that nothing overflows.
    func start(_ part: Int) -> Int {
      let (quotient, remainder) = total.quotientAndRemainder(dividingBy: count)
      return part * quotient + min(part, remainder)
    }
    return start(number - 1)..<start(number)
  }
}

extension Shard: CustomStringConvertible {
  public var description: String { "\(number)/\(count)" }
}
