import Vernier

extension Array {
  /// One of the elements, each as often as its weight says.
  ///
  /// - Precondition: there is an element, and a weight is positive.
  func drawn(by weight: (Element) -> Double, using random: inout SplitMix64) -> Element {
    var rest = Double.random(in: 0..<reduce(0) { $0 + weight($1) }, using: &random)
    for element in self {
      rest -= weight(element)
      if rest < 0 { return element }
    }
    return self[0]
  }
}
