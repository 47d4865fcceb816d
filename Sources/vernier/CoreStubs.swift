import Vernier

// Stand-ins for what the library is to provide; this file goes when it does.

struct Measurement {
  var figures: [(name: String, value: Double)]

  init<let rank: Int>(fixed: Image<rank>, moved: Image<rank>) {
    let squares = zip(fixed.samples, moved.samples).map { Double(($0 - $1) * ($0 - $1)) }
    figures = [("mse", squares.reduce(0, +) / Double(squares.count))]
  }
}

struct MethodDescription: Sendable {
  enum Kind: String { case classical, learned }
  var name: String
  var kind: Kind
  var transforms: [TransformModel]
  var ranks: [Int]
  var source: String

  static let all = [
    MethodDescription(
      name: "search", kind: .classical, transforms: [.translation, .rigid, .similarity], ranks: [2, 3],
      source: "Padfield 2012, https://doi.org/10.1109/TIP.2011.2181402"),
    MethodDescription(
      name: "refine", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "Thévenaz, Ruttimann and Unser 1998, https://doi.org/10.1109/83.650848"),
  ]
}
