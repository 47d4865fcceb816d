import CFilesPlugin
import Vernier

/// JPEG in memory: what a picture becomes by being saved with a quality and read again.
///
/// Colours are subsampled as the library's own settings say, 4:2:0.
public struct JPEGCodec: PictureCodec {
  private let functions: FilesPlugin.Functions

  /// - Throws: `PluginError` when the plug-in for files cannot be used.
  public init() throws { functions = try FilesPlugin.functions.get() }

  /// Replaces the samples by what remains of them; see `PictureCodec`.
  ///
  /// - Precondition: there are 1 or 3 channels and the quality lies in 1…100.
  /// - Throws: ``CodecError`` where the library fails, as it does for sides above 65,500 samples.
  public func compress(_ channels: [UnsafeMutablePointer<Float>], width: Int, height: Int, quality: Int) throws {
    precondition(channels.count == 1 || channels.count == 3, "JPEG holds 1 or 3 channels")
    precondition((1...100).contains(quality), "JPEG's quality is a number from 1 to 100")
    var message = [CChar](repeating: 0, count: 256)
    let status = functions.compressJPEG(
      channels.map(Optional.some), Int32(channels.count), Int32(clamping: width), Int32(clamping: height),
      Int32(quality), &message, message.count)
    guard status == VERNIER_OK else {
      throw CodecError(reason: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
  }
}

/// A picture that a codec cannot take.
public struct CodecError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The library's own words.
  public var reason: String

  public var description: String { "JPEG: \(reason); use a smaller picture" }
}
