import CFilesPlugin

/// The file that an image was read from, as far as samples and grid do not tell it.
public struct ImageSource: Sendable {
  public var format: ImageFormat
  /// The unit in which the file gives its spacing, such as `µm`; nil where it has no physical one, so that the grid is one
  /// of pixels. The grid itself is in millimetres.
  public var unit: String?
  /// The number of the orientation's tag, 1 to 8; nil where the file has none. Samples come upright.
  public var orientation: Int?
  /// What a NIfTI header says its numbers are (`intent_code`), such as 1007 for vectors; nil where it says nothing.
  public var intent: Int?
  /// The channels, frames in time and levels of resolution that the file holds, whatever part of it was read.
  public var channels: Int
  public var frames: Int
  public var levels: Int
  /// What a person should know of how the file was read; a sentence each.
  public var remarks: [String]
  /// What to say of what ``ImageFile/luminance-swift.property`` takes: the channel, where no one chose it among several,
  /// and how many samples it leaves out.
  public var luminanceRemarks: [String] = []
  /// What the file said besides samples and grid, for writing.
  let header: ImageHeader?
}

/// What the plug-in keeps of a file's header.
final class ImageHeader: @unchecked Sendable {
  let pointer: OpaquePointer
  private let release: @convention(c) (OpaquePointer?) -> Void

  init(_ pointer: OpaquePointer, releasedBy release: @escaping @convention(c) (OpaquePointer?) -> Void) {
    (self.pointer, self.release) = (pointer, release)
  }

  deinit { release(pointer) }
}
