extension ImageFile {
  /// Checks that the format that the path's extension asks for can hold this image, before the work whose result is
  /// to be written.
  ///
  /// - Throws: ``FileError`` as ``write(to:quality:)`` does for the format.
  public func checkWritable(to path: String) throws(FileError) {
    guard let target = ImageFormat(path: path) else { return }
    if let objection = target.objection(rank: rank, channels: channels.count, type: sampleType) {
      throw FileError(path, .unsupported(objection))
    }
  }
}
