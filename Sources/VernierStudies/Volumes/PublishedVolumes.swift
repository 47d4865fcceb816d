/// Tables 4 to 6 of the paper on unsupervised 3D spatial transformers for MR volumes: Dice, Hausdorff distance and
/// mutual information.
enum PublishedVolumes {
  enum Column: Int, CaseIterable, Sendable {
    case cubes, rotated, translated, both, people, twice

    /// What the tables call it.
    var title: String {
      switch self {
      case .cubes: "Synthetic"
      case .rotated: "Rotated"
      case .translated: "Translated"
      case .both: "Transl.-rotated"
      case .people: "People"
      case .twice: "One person twice"
      }
    }
  }

  /// One of the paper's rows.
  struct Row: Sendable {
    /// The six columns of Table 4.
    let dice: [Double]
    /// Of Table 5; none without registration.
    let hausdorff: [Double]
    /// Of Table 6: people and one patient alone; in units that the paper does not tell.
    let information: [Double]

    func dice(_ column: Column) -> Double? { dice[column.rawValue] }
    func hausdorff(_ column: Column) -> Double? { hausdorff.isEmpty ? nil : hausdorff[column.rawValue] }
    func information(_ column: Column) -> Double? {
      let index = column.rawValue - Column.people.rawValue
      return information.indices.contains(index) ? information[index] : nil
    }
  }

  static let none = Row(dice: [0.764, 0.880, 0.787, 0.821, 0.674, 0.751], hausdorff: [], information: [])
  static let separate = Row(
    dice: [0.937, 0.960, 0.843, 0.878, 0.791, 0.825], hausdorff: [17.68, 33.15, 37.15, 40.13, 70.98, 63.27],
    information: [0.344, 0.547])
  static let affine = Row(
    dice: [0.889, 0.891, 0.814, 0.855, 0.758, 0.837], hausdorff: [18.13, 39.41, 39.75, 41.61, 65.23, 63.73],
    information: [0.319, 0.538])
  static let simpleITK = Row(
    dice: [0.820, 0.893, 0.860, 0.887, 0.772, 0.816], hausdorff: [19.43, 64.40, 43.14, 34.95, 74.20, 67.39],
    information: [0.331, 0.535])
}
