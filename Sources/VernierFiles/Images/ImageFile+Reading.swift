import CFilesPlugin
import Glibc
import Vernier

extension ImageFile {
  /// Reads an image file, or a folder that holds one DICOM series.
  ///
  /// The format is told by the content. PNG, JPEG, TIFF and BMP are plain pictures (spacing 1, origin 0); a TIFF of
  /// several pages is a volume. Other formats keep physical coordinates in millimetres, LPS. Axes of size 1 at the end
  /// are dropped, so a volume of one slice is a picture. Rescaling in the header (NIfTI, DICOM) is applied. Of a file
  /// with more axes, such as a series in time, an index chooses one volume: `bold.nii.gz[3]`, see ``ImageName``.
  ///
  /// - Throws: ``FileError``; a file that ends before its samples do is an error, never filled up.
  public static func read(_ path: String) throws(FileError) -> Self {
    let name = ImageName(path)
    try checkReadable(name.file)
    let functions: FilesPlugin.Functions
    do { functions = try FilesPlugin.functions.get() } catch { throw FileError(path, .plugin(error)) }

    var image = vernier_image()
    var decoded: OpaquePointer?
    var message = [CChar](repeating: 0, count: 2048)
    let status = functions.read(name.file, Int64(name.volume ?? -1), &image, &decoded, &message, message.count)
    defer { functions.release(decoded) }
    guard status == VERNIER_OK else {
      let text = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw FileError(path, reason(status: Int(status), image: image, message: text))
    }
    guard let type = SampleType(code: image.sample_type), let format = ImageFormat(code: image.format) else {
      throw FileError(path, .failed("the plug-in answered with an unknown format"))
    }

    let geometry = Geometry(image)
    let samples = (0..<image.channels).map { channel in
      [Float](unsafeUninitializedCapacity: geometry.count) { buffer, count in
        buffer.preferHugePages()
        functions.copyChannel(decoded, channel, buffer.baseAddress)
        count = geometry.count
      }
    }
    if image.rank == 2 {
      return Self(try geometry.images(of: samples, path: path) as [Image<2>], sampleType: type, format: format)
    }
    return Self(try geometry.images(of: samples, path: path) as [Image<3>], sampleType: type, format: format)
  }

  private static func reason(status: Int, image: vernier_image, message: String) -> FileError.Reason {
    switch status {
    case VERNIER_NOT_AN_IMAGE: .notAnImage
    case VERNIER_TRUNCATED: .truncated(message)
    case VERNIER_EXTRA_AXIS: .extraAxis(size: fileSize(image))
    case VERNIER_EMPTY: .emptySize
    case VERNIER_UNUSABLE_SPACING: .unusableSpacing(message)
    case VERNIER_SEVERAL_SERIES: .severalSeries(message)
    case VERNIER_NO_SERIES: .noSeries
    case VERNIER_UNSUPPORTED: .unsupported(message)
    default: .failed("cannot be read: \(message)")
    }
  }

  private static func fileSize(_ image: vernier_image) -> [Int] {
    withUnsafeBytes(of: image.file_size) { bytes in
      bytes.bindMemory(to: Int64.self).prefix(Int(image.file_rank)).map(Int.init)
    }
  }
}

/// The grid of a file whose rank is known at run time only.
private struct Geometry {
  let size: [Int]
  let spacing: [Double]
  let origin: [Double]
  /// Rank × rank elements, row by row.
  let direction: [Double]

  var count: Int { size.reduce(1, *) }

  init(_ image: vernier_image) {
    let rank = Int(image.rank)
    size = [image.size.0, image.size.1, image.size.2].prefix(rank).map(Int.init)
    spacing = Array([image.spacing.0, image.spacing.1, image.spacing.2].prefix(rank))
    origin = Array([image.origin.0, image.origin.1, image.origin.2].prefix(rank))
    direction = withUnsafeBytes(of: image.direction) { bytes in
      Array(bytes.bindMemory(to: Double.self).prefix(rank * rank))
    }
  }

  func images<let rank: Int>(of samples: [[Float]], path: String) throws(FileError) -> [Image<rank>] {
    do throws(ImageError) {
      let grid = try Grid<rank>(
        size: size, spacing: Vector(spacing), origin: Vector(origin), direction: Matrix(rowMajor: direction))
      var images: [Image<rank>] = []
      for channel in samples { images.append(try Image(grid: grid, samples: channel)) }
      return images
    } catch {
      throw FileError(path, .unusableGeometry("\(error)"))
    }
  }
}

/// Throws where there is no file or folder that may be read.
func checkReadable(_ path: String) throws(FileError) {
  guard access(path, F_OK) == 0 else {
    throw FileError(path, errno == ENOENT ? .missing : .unreadable(systemMessage()))
  }
  var status = stat()
  stat(path, &status)
  let isFolder = status.st_mode & S_IFMT == S_IFDIR
  guard access(path, isFolder ? R_OK | X_OK : R_OK) == 0 else { throw FileError(path, .unreadable(systemMessage())) }
  let isPlain = isFolder || status.st_mode & S_IFMT == S_IFREG
  guard isPlain else { throw FileError(path, .unreadable("it is not a plain file")) }
}
