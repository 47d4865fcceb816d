import Vernier

/// A way in which files hold transforms. ``TransformFile/formats`` lists those of Vernier; a program may read and write
/// its own beside them.
public protocol TransformFormat: Sendable {
  /// How the names of its files end, in lower case and with the dot.
  var endings: [String] { get }

  /// Whether a file is in this format: by its name unless the format says otherwise.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - beginning: its first bytes, 512 at most.
  func holds(_ path: String, beginning: [UInt8]) -> Bool

  /// - Throws: ``FileError``, with the line where the file is text.
  func read(_ path: String) throws(FileError) -> TransformFile

  /// Writes the file, which appears whole or not at all (``PartialFiles``).
  ///
  /// - Parameters:
  ///   - transform: what is to be written.
  ///   - model: the model that a linear transform was estimated with.
  ///   - path: where to; it ends in one of ``endings``.
  /// - Throws: ``FileError``, also where the format cannot hold this kind of transform.
  func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, to path: String
  ) throws(FileError)
}

extension TransformFormat {
  public func holds(_ path: String, beginning: [UInt8]) -> Bool { names(path) }

  /// Whether a name ends as those of this format do.
  public func names(_ path: String) -> Bool { endings.contains { path.lowercased().hasSuffix($0) } }
}
