import Vernier

/// The largest absolute difference between the components.
func difference<let rank: Int>(_ left: Vector<rank>, _ right: Vector<rank>) -> Double {
  difference(left.elements, right.elements)
}

/// The largest absolute difference between the elements.
func difference<let rank: Int>(_ left: Matrix<rank>, _ right: Matrix<rank>) -> Double {
  difference(left.rowMajor, right.rowMajor)
}

/// The largest absolute difference between the elements; infinite where one is not a number.
func difference(_ left: [Double], _ right: [Double]) -> Double {
  precondition(left.count == right.count)
  return zip(left, right).map { pair in
    let distance = abs(pair.0 - pair.1)
    return distance.isNaN ? .infinity : distance
  }.max() ?? 0
}

/// The largest distance between where two maps send points of a cube 100 wide about the origin.
func difference<let rank: Int>(_ left: Affine<rank>, _ right: Affine<rank>) -> Double {
  (0..<(1 << rank)).map { corner in
    let point = Vector<rank> { corner & (1 << $0) == 0 ? -50 : 50 }
    return difference(left(point), right(point))
  }.max() ?? 0
}
