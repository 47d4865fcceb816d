import Glibc

/// A file's name as a person writes it: its path, and in brackets the index of one of its volumes where it holds
/// several.
///
/// `bold.nii.gz[3]` is the fourth volume of `bold.nii.gz`; the index counts from 0 along the fourth axis and on along
/// further ones. A file that exists under the whole name is meant as it stands.
public struct ImageName: Sendable, Equatable {
  public let file: String
  /// Nil where none is chosen.
  public let volume: Int?

  public init(_ name: String) {
    var found: (String, Int)?
    if name.hasSuffix("]"), let open = name.lastIndex(of: "["), open > name.startIndex, access(name, F_OK) != 0 {
      let digits = name[name.index(after: open)...].dropLast()
      if digits.allSatisfy({ $0.isASCII && $0.isNumber }), let index = Int(digits) {
        found = (String(name[..<open]), index)
      }
    }
    (file, volume) = found.map { ($0.0, $0.1) } ?? (name, nil)
  }
}
