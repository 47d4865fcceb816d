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

  /// Reads a file whose numbers may count in the voxels of the images that it belongs to.
  ///
  /// The default does without these.
  ///
  /// - Throws: ``FileError``, also where a volume is needed that is not known.
  func read(_ path: String, between volumes: TransformVolumes) throws(FileError) -> TransformFile

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

  /// As the other, where the file's numbers may count in the voxels of the images.
  ///
  /// The default does without these.
  func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, between volumes: TransformVolumes, to path: String
  ) throws(FileError)
}

extension TransformFormat {
  public func holds(_ path: String, beginning: [UInt8]) -> Bool { names(path) }

  public func read(_ path: String, between volumes: TransformVolumes) throws(FileError) -> TransformFile {
    try read(path)
  }

  public func write<let rank: Int>(
    _ transform: Transform<rank>, model: TransformModel?, between volumes: TransformVolumes, to path: String
  ) throws(FileError) {
    try write(transform, model: model, to: path)
  }

  /// Whether a name ends as those of this format do.
  public func names(_ path: String) -> Bool { endings.contains { path.lowercased().hasSuffix($0) } }
}
