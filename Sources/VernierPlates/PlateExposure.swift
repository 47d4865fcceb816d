/// One of the three pictures that a plate was exposed to through a colour filter.
///
/// On the plate they stand above each other, blue, green and red from the top, as Prokudin-Gorskii's camera took them.
public enum PlateExposure: String, Sendable, CaseIterable {
  case blue, green, red
}

/// A rectangle of samples.
public struct PlateRegion: Sendable, Equatable {
  public var columns: Range<Int>
  public var rows: Range<Int>

  public init(columns: Range<Int>, rows: Range<Int>) {
    self.columns = columns
    self.rows = rows
  }
}
