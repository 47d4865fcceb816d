import CFilesPlugin

/// A file that is written frame by frame: TIFF, a page or more each, or NIfTI, a volume each.
///
/// The first frame says what the file is like: its grid, sample type and channels, and what the file that it came from
/// said besides. Only the frame that is being written is in memory.
public final class FrameWriter {
  private let path: String
  private let temporary: String
  private let count: Int
  private let kind: FrameSeries.Kind
  private let functions: FilesPlugin.Functions
  private var handle: OpaquePointer?
  /// The first frame's channels, size and headers, which live until the file is done.
  private var first: ImageFile?

  /// The endings of files that can be written so.
  public static let writableEndings = [".tif", ".tiff", ".nii", ".nii.gz"]

  private init(_ path: String, temporary: String, count: Int, kind: FrameSeries.Kind) throws(FileError) {
    (self.path, self.temporary, self.count, self.kind) = (path, temporary, count, kind)
    do { functions = try FilesPlugin.functions.get() } catch { throw FileError(path, .plugin(error)) }
  }

  deinit { if let handle { functions.abandonSeries(handle) } }

  /// Writes a file of so many frames; it appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: where to.
  ///   - count: how many frames there are.
  ///   - kind: what they are.
  ///   - body: hands the frames, one after another, to the writer that it is given.
  /// - Throws: ``FileError``, or what `body` throws.
  public static func write(
    to path: String, count: Int, kind: FrameSeries.Kind, by body: (FrameWriter) throws(FileError) -> Void
  ) throws(FileError) {
    try PartialFiles.replace(path) { temporary throws(FileError) in
      let writer = try FrameWriter(path, temporary: temporary, count: count, kind: kind)
      try body(writer)
      try writer.finish()
    }
  }

  /// Says why such frames cannot be written to a file, before the work whose result they are.
  ///
  /// - Throws: ``FileError``
  public static func check(_ frame: ImageFile, for path: String) throws(FileError) {
    guard let target = ImageFormat(path: path), target == .tiff || target == .nifti else {
      throw FileError(
        path, .unsupported("several frames go into one file as TIFF (.tif) or NIfTI (.nii.gz); name one of these"))
    }
    if let objection = target.objection(rank: frame.rank, channels: frame.channels.count, type: frame.sampleType) {
      throw FileError(path, .unsupported(objection))
    }
    let isOfColors = frame.layout.isColor && frame.sampleType == .uint8
    guard target != .nifti || frame.channels.count == 1 || isOfColors else {
      throw FileError(
        path, .unsupported("NIfTI puts the channels of all frames one after another; write TIFF (.tif)"))
    }
  }

  /// Writes the next frame.
  ///
  /// - Precondition: it has the first one's size and number of channels.
  /// - Throws: ``FileError``, such as on a full disk.
  public func append(_ frame: ImageFile) throws(FileError) {
    if first == nil { try begin(like: frame) }
    precondition(frame.size == first?.size && frame.channels.count == first?.channels.count, "frames are alike")
    var message = PluginMessage()
    let status = withPointers(to: frame.channels.map(\.samples)) {
      functions.appendFrame(handle, $0, &message.bytes, message.bytes.count)
    }
    guard status == VERNIER_OK else { throw FileError(path, .unwritable(message.text)) }
  }

  private func begin(like frame: ImageFile) throws(FileError) {
    try Self.check(frame, for: path)
    guard let target = ImageFormat(path: path) else { return }
    first = frame
    var image = frame.description(as: target)
    var message = PluginMessage()
    let status = functions.beginSeries(
      temporary, &image, Int64(count), kind.code, frame.placement?.header?.pointer, frame.source?.header?.pointer,
      &handle, &message.bytes, message.bytes.count)
    guard status == VERNIER_OK else { throw FileError(path, .unwritable(message.text)) }
  }

  private func finish() throws(FileError) {
    guard let writing = handle else { throw FileError(path, .unwritable("there is no frame")) }
    handle = nil
    var message = PluginMessage()
    let status = functions.finishSeries(writing, &message.bytes, message.bytes.count)
    guard status == VERNIER_OK else { throw FileError(path, .unwritable(message.text)) }
  }
}
