/// A point, a displacement or a spacing in `rank` dimensions: (x, y) or (x, y, z).
@frozen
public struct Vector<let rank: Int>: Sendable {
  @usableFromInline var components: InlineArray<rank, Double>

  /// A vector with the same value in each component.
  @inlinable
  public init(repeating value: Double) { components = InlineArray(repeating: value) }

  /// A vector from its components, x first.
  ///
  /// - Precondition: `elements` has `rank` elements.
  @inlinable
  public init(_ elements: some Collection<Double>) {
    precondition(elements.count == rank, "a vector has as many components as its rank")
    components = InlineArray(repeating: 0)
    var axis = 0
    for element in elements {
      components[axis] = element
      axis += 1
    }
  }

  /// The vector whose component along `axis` is `component(axis)`.
  @inlinable
  public init(_ component: (Int) throws -> Double) rethrows {
    components = InlineArray(repeating: 0)
    for axis in 0..<rank { components[axis] = try component(axis) }
  }

  @inlinable
  public static var zero: Self { Self(repeating: 0) }

  @inlinable
  public subscript(axis: Int) -> Double {
    get { components[axis] }
    set { components[axis] = newValue }
  }

  /// The components as an array, x first.
  @inlinable
  public var elements: [Double] { (0..<rank).map { components[$0] } }

  /// The Euclidean length.
  @inlinable
  public var length: Double { dot(self).squareRoot() }

  /// Whether every component is a finite number.
  @inlinable
  public var isFinite: Bool {
    var finite = true
    for axis in 0..<rank { finite = finite && components[axis].isFinite }
    return finite
  }

  @inlinable
  public func dot(_ other: Self) -> Double {
    var sum = 0.0
    for axis in 0..<rank { sum += components[axis] * other.components[axis] }
    return sum
  }

  @inlinable
  public static func + (left: Self, right: Self) -> Self {
    var sum = left
    for axis in 0..<rank { sum.components[axis] += right.components[axis] }
    return sum
  }

  @inlinable
  public static func - (left: Self, right: Self) -> Self {
    var difference = left
    for axis in 0..<rank { difference.components[axis] -= right.components[axis] }
    return difference
  }

  @inlinable
  public static func * (left: Self, right: Double) -> Self {
    var product = left
    for axis in 0..<rank { product.components[axis] *= right }
    return product
  }

  @inlinable
  public static func * (left: Double, right: Self) -> Self { right * left }

  @inlinable
  public static func / (left: Self, right: Double) -> Self {
    var quotient = left
    for axis in 0..<rank { quotient.components[axis] /= right }
    return quotient
  }

  @inlinable
  public static prefix func - (vector: Self) -> Self {
    var negative = vector
    for axis in 0..<rank { negative.components[axis] = -vector.components[axis] }
    return negative
  }

  @inlinable
  public static func += (left: inout Self, right: Self) {
    for axis in 0..<rank { left.components[axis] += right.components[axis] }
  }

  @inlinable
  public static func -= (left: inout Self, right: Self) {
    for axis in 0..<rank { left.components[axis] -= right.components[axis] }
  }
}

extension Vector: Equatable, Hashable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    for axis in 0..<rank where left.components[axis] != right.components[axis] { return false }
    return true
  }

  @inlinable
  public func hash(into hasher: inout Hasher) {
    for axis in 0..<rank { hasher.combine(components[axis]) }
  }
}

extension Vector: ExpressibleByArrayLiteral {
  /// - Precondition: the literal has `rank` elements.
  @inlinable
  public init(arrayLiteral elements: Double...) { self.init(elements) }
}

extension Vector: CustomStringConvertible {
  public var description: String {
    "(" + elements.map { "\($0)" }.joined(separator: ", ") + ")"
  }
}
