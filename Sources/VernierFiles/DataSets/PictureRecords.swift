import FoundationEssentials
import Vernier

/// The pictures of a data set that lie in one binary file; each is decoded when it is asked for.
public struct PictureRecords: Sendable {
  public let layout: RecordLayout
  /// How many pictures the file holds, at least one.
  public let count: Int
  private let bytes: Data

  /// Opens a file.
  ///
  /// - Throws: ``FileError``: the file is missing, empty or does not end with a whole record.
  public init(_ path: String, layout: RecordLayout) throws(FileError) {
    try checkReadable(path)
    do { bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
      throw FileError(path, .unreadable("it is not a plain file"))
    }
    let length = layout.recordBytes
    guard !bytes.isEmpty else { throw FileError(path, .truncated("it is empty")) }
    guard bytes.count % length == 0 else {
      throw FileError(
        path, .truncated("\(bytes.count) bytes are not a whole number of \(layout.name)'s records of \(length)"))
    }
    self.layout = layout
    count = bytes.count / length
  }

  /// Red, green and blue of one picture, 0…255.
  ///
  /// - Precondition: `index` lies in 0..<``count``.
  public func channels(at index: Int) -> [Image<2>] {
    precondition((0..<count).contains(index), "the file has \(count) pictures")
    let start = bytes.startIndex + index * layout.recordBytes + layout.leadingBytes
    let side = layout.side
    return (0..<3).map { channel in
      let first = start + channel * layout.channelBytes
      let samples = (0..<layout.channelBytes).map { place in
        let (row, column) = place.quotientAndRemainder(dividingBy: side)
        return Float(bytes[first + (layout.isColumnMajor ? column * side + row : place)])
      }
      guard let image = try? Image<2>(width: side, height: side, samples: samples) else {
        preconditionFailure("a layout has a positive side")
      }
      return image
    }
  }

  /// The brightness of one picture, see ``ImageFile/luminance(of:layout:)``.
  ///
  /// - Precondition: `index` lies in 0..<``count``.
  public func luminance(at index: Int) -> Image<2> { ImageFile.luminance(of: channels(at: index)) }
}
