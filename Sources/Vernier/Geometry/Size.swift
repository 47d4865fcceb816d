/// Whole numbers along each axis, x first: the size of a grid in samples, or the index of a sample.
///
/// It is a collection of its numbers, and needs no memory of its own.
@frozen
public struct Size<let rank: Int>: Sendable {
  @usableFromInline var counts: InlineArray<rank, Int>

  /// The same number along each axis.
  @inlinable
  public init(repeating count: Int) { counts = InlineArray(repeating: count) }

  /// The size whose number along `axis` is `count(axis)`.
  @inlinable
  public init(_ count: (Int) throws -> Int) rethrows {
    counts = InlineArray(repeating: 0)
    for axis in 0..<rank { counts[axis] = try count(axis) }
  }

  /// The size with these numbers; nil where they are not `rank`.
  @inlinable
  public init?(exactly numbers: some Collection<Int>) {
    guard numbers.count == rank else { return nil }
    counts = InlineArray(repeating: 0)
    var axis = 0
    for number in numbers {
      counts[axis] = number
      axis += 1
    }
  }

  /// The product of all numbers: the samples of a grid of this size.
  @inlinable
  public var product: Int {
    var product = 1
    for axis in 0..<rank { product *= counts[axis] }
    return product
  }

  /// How many samples lie between neighbours along an axis, x fastest.
  @inlinable
  public func stride(along axis: Int) -> Int {
    var stride = 1
    for before in 0..<axis { stride *= counts[before] }
    return stride
  }
}

extension Size: RandomAccessCollection {
  @inlinable
  public var startIndex: Int { 0 }
  @inlinable
  public var endIndex: Int { rank }

  @inlinable
  public subscript(axis: Int) -> Int {
    get { counts[axis] }
    set { counts[axis] = newValue }
  }
}

extension Size: Equatable, Hashable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    for axis in 0..<rank where left.counts[axis] != right.counts[axis] { return false }
    return true
  }

  @inlinable
  public func hash(into hasher: inout Hasher) {
    for axis in 0..<rank { hasher.combine(counts[axis]) }
  }
}

extension Size: ExpressibleByArrayLiteral {
  /// - Precondition: the literal has `rank` elements.
  @inlinable
  public init(arrayLiteral elements: Int...) {
    precondition(elements.count == rank, "a size has as many numbers as its rank")
    self.init { elements[$0] }
  }
}

extension Size: CustomStringConvertible {
  /// As people write sizes: `640×480`.
  public var description: String { map { "\($0)" }.joined(separator: "×") }
}
