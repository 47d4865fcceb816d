/// How two equally large patches are compared when a shift between them is looked for.
public enum ShiftMetric: String, Sendable, CaseIterable {
  /// The mean of (f − m)²; the smaller the better.
  case meanSquares = "mse"
  /// Normalized cross-correlation: Σ (f − f̄)(m − m̄) / √(Σ (f − f̄)² · Σ (m − m̄)²).
  case crossCorrelation = "ncc"
  /// The mean structural similarity over 7×7 windows (Wang et al. 2004, doi:10.1109/TIP.2003.819861).
  case structuralSimilarity = "ssim"

  /// The metric of the same name; nil for those that no shift is searched by.
  public init?(_ metric: Metric) {
    guard let same = Self(rawValue: metric.name) else { return nil }
    self = same
  }
}

extension ShiftMetric {
  /// The metric of a search for shifts: its own, or that of the task, or NCC.
  static func chosen(_ own: Self?, _ task: AlignmentTask) -> Self {
    own ?? Self(task.metric ?? .crossCorrelation) ?? .crossCorrelation
  }

  /// What a search for shifts says against a metric.
  static func objection(to metric: Metric) -> String? {
    Self(metric) == nil ? "it takes the metrics mse and ncc" : nil
  }
}

/// What a picture is taken to show beyond its border when it is shifted.
public enum ShiftPadding: String, Sendable, CaseIterable {
  /// What leaves on one side comes in on the other.
  case circular
  case zero
}
