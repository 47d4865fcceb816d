import Vernier

extension PointPairs {
  /// The same pairs, the targets all shifted alike so that their mean is where the transform has it.
  func shifted(toFit transform: Affine<rank>) -> Self {
    let gap = zip(points, targets).reduce(Vector<rank>.zero) { $0 + (transform($1.0) - $1.1) } / Double(points.count)
    return Self(points: points, targets: targets.map { $0 + gap })
  }

  /// What a model can express of a known answer.
  ///
  /// - Precondition: for models above translation the points span the space.
  func bestFit(_ model: TransformModel) -> Affine<rank> {
    guard let fit = fit(model) else { preconditionFailure("known answers have points that span the space") }
    return fit
  }
}

extension Grid {
  /// `count` points along each axis of the part of the grid between two shares of its extent.
  func lattice(_ count: Int, over share: ClosedRange<Double> = 0...1) -> [Vector<rank>] {
    let total = (0..<rank).reduce(1) { product, _ in product * count }
    return (0..<total).map { number in
      var rest = number
      return point(
        atIndex: Vector { axis in
          let step = rest % count
          rest /= count
          let place =
            share.lowerBound + (share.upperBound - share.lowerBound) * Double(step) / Double(max(count - 1, 1))
          return place * Double(size[axis] - 1)
        })
    }
  }
}
