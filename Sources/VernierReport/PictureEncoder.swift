import Vernier

/// Makes a picture file in memory: what a page embeds its images as.
///
/// The report knows images and leaves file formats to its caller. A browser has to show what comes out: JPEG, PNG, WebP
/// or BMP.
public protocol PictureEncoder: Sendable {
  /// - Parameters:
  ///   - channels: one (grey) or three (red, green, blue), samples 0…255, all of one grid.
  ///   - isExact: whether every sample must come back as it is: label maps, drawings, masks. Photographs and scans may
  ///     lose what an eye does not miss.
  func encode(_ channels: [Image<2>], isExact: Bool) throws -> EncodedPicture
}

/// A picture file in memory.
public struct EncodedPicture: Sendable {
  public var bytes: [UInt8]
  /// Such as `image/jpeg`.
  public var mediaType: String

  public init(bytes: [UInt8], mediaType: String) {
    self.bytes = bytes
    self.mediaType = mediaType
  }
}
