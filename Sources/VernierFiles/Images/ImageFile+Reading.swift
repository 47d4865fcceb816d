import CFilesPlugin
import Glibc
import Vernier

extension ImageFile {
  /// Reads an image file, or a folder that holds one DICOM series.
  ///
  /// The format is told by the content. Pictures without a pixel size have spacing 1 and origin 0; everything else has
  /// physical coordinates in millimetres, LPS. Axes of size 1 at the end are dropped, so a volume of one slice is a
  /// picture. Rescaling in the header (NIfTI, DICOM) is applied, and orientation, so that samples are upright. Brackets
  /// after the name choose a part: `bold.nii.gz[3]`, see ``ImageName``. Of several frames the first is taken unless one
  /// is chosen; ``ImageSource/remarks`` says so.
  ///
  /// - Throws: ``FileError``; a file that ends before its samples do is an error, never filled up.
  public static func read(_ path: String) throws(FileError) -> Self {
    if let objection = ImageName.objection(to: path) { throw FileError(path, .unsupported(objection)) }
    let name = ImageName(path)
    return try read(name.file, name.part, named: path)
  }

  /// Reads a part of a file; errors tell of it by another name.
  static func read(_ file: String, _ part: ImagePart, named name: String) throws(FileError) -> Self {
    try checkReadable(file)
    let functions: FilesPlugin.Functions
    do { functions = try FilesPlugin.functions.get() } catch { throw FileError(name, .plugin(error)) }

    var image = vernier_image()
    var decoded: OpaquePointer?
    var header: OpaquePointer?
    var message = PluginMessage()
    var part = vernier_part(part)
    let status = functions.read(file, &part, &image, &decoded, &header, &message.bytes, message.bytes.count)
    defer { functions.release(decoded) }
    let kept = header.map { ImageHeader($0, releasedBy: functions.releaseHeader) }
    guard status == VERNIER_OK else { throw FileError(name, reason(status: Int(status), message: message.text)) }
    return try Self(image, decoded, remarks: message.text, header: kept, named: name, by: functions)
  }

  /// What the plug-in has decoded.
  init(
    _ image: vernier_image, _ decoded: OpaquePointer?, remarks: String, header: ImageHeader?, named name: String,
    by functions: FilesPlugin.Functions
  ) throws(FileError) {
    guard let type = SampleType(code: image.sample_type),
      var source = ImageSource(image, remarks: remarks.split(separator: "\n").map(String.init), header: header)
    else { throw FileError(name, .failed("the plug-in answered with an unknown format")) }
    let geometry = Geometry(image)
    var findings: Int32 = 0
    let samples = (0..<image.channels).map { channel in
      [Float](unsafeUninitializedCapacity: geometry.count) { buffer, count in
        buffer.preferHugePages()
        findings |= functions.copyChannel(decoded, channel, buffer.baseAddress)
        count = geometry.count
      }
    }
    if findings & Int32(VERNIER_ROUNDED) != 0 {
      source.remarks.append("whole numbers above 16777216 are rounded to the nearest that a 32-bit float holds")
    }
    func file<let rank: Int>(_ channels: [Image<rank>]) -> Self {
      Self(
        channels, layout: ChannelLayout(image), sampleType: type,
        nodata: image.has_nodata != 0 ? Float(image.nodata) : nil, source: source
      ).withoutNodata(isBroken: findings & Int32(VERNIER_NOT_FINITE) != 0)
    }
    if image.rank == 2 {
      self = file(try geometry.images(of: samples, path: name) as [Image<2>])
    } else {
      self = file(try geometry.images(of: samples, path: name) as [Image<3>])
    }
  }

  static func reason(status: Int, message: String) -> FileError.Reason {
    switch status {
    case VERNIER_NOT_AN_IMAGE: message.isEmpty ? .notAnImage : .foreignFormat(message)
    case VERNIER_TRUNCATED: .truncated(message)
    case VERNIER_DAMAGED: .damaged(message)
    case VERNIER_EMPTY: .emptySize
    case VERNIER_UNUSABLE_SPACING: .unusableSpacing(message)
    case VERNIER_SEVERAL_SERIES: .severalSeries(message)
    case VERNIER_NO_SERIES: .noSeries
    case VERNIER_UNSUPPORTED: .unsupported(message)
    default: .failed("cannot be read: \(message)")
    }
  }
}

/// A line, or several, that the plug-in has written.
struct PluginMessage {
  var bytes = [CChar](repeating: 0, count: 2048)

  var text: String { String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) }
}

extension vernier_part {
  init(_ part: ImagePart) {
    func number(_ chosen: Int?) -> Int64 { Int64(chosen ?? -1) }
    self.init(
      index: number(part.index), channel: number(part.channel), time: number(part.time), slice: number(part.slice),
      level: number(part.level))
  }
}

extension ChannelLayout {
  init(_ image: vernier_image) {
    self.init(
      isColor: image.is_color != 0, alpha: image.alpha < 0 ? nil : Int(image.alpha),
      isAlphaAssociated: image.is_alpha_associated != 0)
  }
}

extension ImageSource {
  /// Nil where the format is unknown.
  init?(_ image: vernier_image, remarks: [String], header: ImageHeader?) {
    guard let format = ImageFormat(code: image.format) else { return nil }
    let unit = withUnsafeBytes(of: image.unit) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    self.init(
      format: format, unit: unit.isEmpty ? nil : unit,
      orientation: image.orientation == 0 ? nil : Int(image.orientation),
      intent: image.intent == 0 ? nil : Int(image.intent), channels: Int(image.file_channels),
      frames: Int(image.frames), levels: Int(image.levels), remarks: remarks, header: header)
    if image.frame_by_rule >= 0 {
      let frame = image.frame_by_rule
      self.remarks.append("it holds \(frames) frames; [t=\(frame)] is taken, and another one is named in the same way")
    }
    if image.channel_by_rule >= 0 {
      let channel = image.channel_by_rule
      luminanceRemarks.append(
        "it has \(image.channels) channels; [c=\(channel)] is used, and another one is named in the same way")
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
