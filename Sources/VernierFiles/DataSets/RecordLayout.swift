/// How a data set of small colour pictures lies in its binary file: records of equal length, red, green and blue in
/// turn.
public struct RecordLayout: Equatable, Sendable {
  public let name: String
  /// Pictures are `side` × `side`.
  public let side: Int
  /// What stands before each picture and is not read, such as its label.
  public let leadingBytes: Int
  /// Whether y varies fastest within a channel, as in files written by Matlab; otherwise x does.
  public let isColumnMajor: Bool

  /// CIFAR-10 (Krizhevsky 2009), `data_batch_1.bin` and its like: a label byte, then 3 × 32 × 32 row by row.
  public static let cifar10 = Self(name: "CIFAR-10", side: 32, leadingBytes: 1, isColumnMajor: false)

  /// STL-10 (Coates, Ng and Lee 2011), `test_X.bin` and its like: 3 × 96 × 96 column by column; the labels lie in
  /// another file.
  public static let stl10 = Self(name: "STL-10", side: 96, leadingBytes: 0, isColumnMajor: true)

  var channelBytes: Int { side * side }

  /// The length of a record.
  public var recordBytes: Int { leadingBytes + 3 * channelBytes }
}
