/// A point, a displacement or a spacing in `rank` dimensions: (x, y) or (x, y, z).
public struct Vector<let rank: Int>: Sendable {
  @usableFromInline var components: InlineArray<rank, Double>

  /// A vector with the same value in each component.
  public init(repeating value: Double) { components = InlineArray(repeating: value) }

  /// A vector from its components, x first.
  ///
  /// - Precondition: `elements` has `rank` elements.
  public init(_ elements: some Collection<Double>) {
    precondition(elements.count == rank, "a vector of rank \(rank) needs \(rank) components")
    components = InlineArray(repeating: 0)
    for (axis, element) in elements.enumerated() { components[axis] = element }
  }

  /// The vector whose component along `axis` is `component(axis)`.
  public init(_ component: (Int) throws -> Double) rethrows {
    components = InlineArray(repeating: 0)
    for axis in 0..<rank { components[axis] = try component(axis) }
  }

  public static var zero: Self { Self(repeating: 0) }

  @inlinable
  public subscript(axis: Int) -> Double {
    get { components[axis] }
    set { components[axis] = newValue }
  }

  /// The components as an array, x first.
  public var elements: [Double] { (0..<rank).map { components[$0] } }

  /// The Euclidean length.
  public var length: Double { dot(self).squareRoot() }

  public func dot(_ other: Self) -> Double {
    var sum = 0.0
    for axis in 0..<rank { sum += components[axis] * other.components[axis] }
    return sum
  }

  public static func + (left: Self, right: Self) -> Self { Self { left[$0] + right[$0] } }
  public static func - (left: Self, right: Self) -> Self { Self { left[$0] - right[$0] } }
  public static func * (left: Self, right: Double) -> Self { Self { left[$0] * right } }
  public static func * (left: Double, right: Self) -> Self { right * left }
  public static func / (left: Self, right: Double) -> Self { Self { left[$0] / right } }
  public static prefix func - (vector: Self) -> Self { Self { -vector[$0] } }
  public static func += (left: inout Self, right: Self) { left = left + right }
  public static func -= (left: inout Self, right: Self) { left = left - right }
}

extension Vector: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    (0..<rank).allSatisfy { left[$0] == right[$0] }
  }
}

extension Vector: ExpressibleByArrayLiteral {
  /// - Precondition: the literal has `rank` elements.
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}

extension Vector: CustomStringConvertible {
  public var description: String {
    "(" + elements.map { "\($0)" }.joined(separator: ", ") + ")"
  }
}
