import Glibc

/// A file's name as a person writes it: its path, and in brackets the part of it that is meant.
///
/// `bold.nii.gz[3]` is the fourth volume of `bold.nii.gz`, `cells.ome.tif[t=2,c=0]` the first channel of its third frame;
/// ``ImagePart`` has all. A file that exists under the whole name is meant as it stands.
public struct ImageName: Sendable, Equatable {
  public let file: String
  public let part: ImagePart

  public init(_ name: String) {
    let found = Self.split(name).flatMap { halves in ImagePart(halves.part).map { (halves.file, $0) } }
    if let found, access(name, F_OK) != 0 { (file, part) = found } else { (file, part) = (name, ImagePart()) }
  }

  /// What is wrong with the brackets behind a file that exists, where they name no part; else nil.
  static func objection(to name: String) -> String? {
    guard let halves = split(name), access(name, F_OK) != 0, access(halves.file, F_OK) == 0,
      ImagePart(halves.part) == nil
    else { return nil }
    return "[\(halves.part)] names no part of \(halves.file); write \(ImagePart.forms)"
  }

  private static func split(_ name: String) -> (file: String, part: String)? {
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "["), open > name.startIndex else { return nil }
    return (String(name[..<open]), String(name[name.index(after: open)...].dropLast()))
  }
}

/// A part of an image file. All numbers count from 0; nil where none is chosen.
public struct ImagePart: Sendable, Equatable {
  /// Of a file with more than three axes the volume along the further ones, the fourth fastest; the frame in time of a
  /// file that has several; else the page of a file of pages, as a picture.
  public var index: Int?
  public var channel: Int?
  public var time: Int?
  public var slice: Int?
  /// Of a pyramid; 0 is the finest.
  public var level: Int?

  /// The whole file.
  public init() {}

  /// A part as it is written between brackets: `3`, `c=1`, `t=2,c=0`, `z=10`, `level=2`. Nil where the text is none.
  public init?(_ text: String) {
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { trimmed($0) }
      guard let digits = halves.last, !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
        let number = Int(digits)
      else { return nil }
      let member: WritableKeyPath<Self, Int?>
      switch halves.count == 1 ? "" : halves[0] {
      case "": member = \.index
      case "c": member = \.channel
      case "t": member = \.time
      case "z": member = \.slice
      case "level": member = \.level
      default: return nil
      }
      guard self[keyPath: member] == nil else { return nil }
      self[keyPath: member] = number
    }
    guard index == nil || time == nil else { return nil }
  }

  /// What is chosen, as it is written between brackets: `["t=2", "c=0"]`.
  public var items: [String] {
    let named = [("", index), ("t=", time), ("c=", channel), ("z=", slice), ("level=", level)]
    return named.compactMap { key, number in number.map { key + "\($0)" } }
  }

  static let forms = "[3], [c=1], [t=2,c=0], [z=10] or [level=2]"
}
