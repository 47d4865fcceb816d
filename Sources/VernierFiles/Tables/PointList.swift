import Vernier
import VernierText

/// Points of a fixed image and the points of a moving image that belong to them, from a CSV file (RFC 4180) with a
/// header row and the columns `fixed_x,fixed_y` and `moving_x,moving_y`, in space also `fixed_z` and `moving_z`; others
/// are skipped.
///
/// Coordinates are physical: pixels of a plain picture, LPS millimetres of a volume.
public struct PointList<let rank: Int>: Sendable, Equatable {
  public let fixed: [Vector<rank>]
  public let moving: [Vector<rank>]

  /// - Throws: ``FileError`` with the line: where the file cannot be read, a column is missing, a field is no finite
  ///   number, or there is no row.
  public static func read(_ path: String) throws(FileError) -> Self {
    var table = CSV(parsing: try readText(path))
    let columns = ["fixed_", "moving_"].flatMap { side in ["x", "y", "z"].prefix(rank).map { side + $0 } }
    guard let header = table.next() else {
      throw FileError(path, .malformed("it is empty; the first row must be \(columns.joined(separator: ","))"))
    }
    let names = header.fields.map { String(trimmed($0)) }
    var places: [Int] = []
    for column in columns {
      guard let place = names.firstIndex(of: column) else {
        let what = "the header needs the columns \(columns.joined(separator: ",")); \(column) is missing"
        throw FileError(path, line: header.line, .malformed(what))
      }
      places.append(place)
    }
    var fixed: [Vector<rank>] = []
    var moving: [Vector<rank>] = []
    while let row = table.next() {
      var numbers: [Double] = []
      for (place, column) in zip(places, columns) {
        guard place < row.fields.count, let number = Double(String(trimmed(row.fields[place]))), number.isFinite
        else {
          throw FileError(path, line: row.line, .malformed("\(column) is not a finite number"))
        }
        numbers.append(number)
      }
      fixed.append(Vector(numbers[..<rank]))
      moving.append(Vector(numbers[rank...]))
    }
    guard !fixed.isEmpty else { throw FileError(path, .malformed("it has no points below its header")) }
    return Self(fixed: fixed, moving: moving)
  }
}
