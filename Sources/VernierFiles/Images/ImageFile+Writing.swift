import CFilesPlugin
import Vernier

extension ImageFile {
  /// Writes the image in the format that the path's extension asks for.
  ///
  /// Integers are rounded to the nearest and clamped to the type's range. NIfTI (`.nii.gz`), NRRD and MetaImage are
  /// compressed and keep the grid; NIfTI keeps it in single precision. TIFF keeps the pixel size, as ImageJ and tifffile
  /// read it, and what the file said that the samples come from; PNG, JPEG and BMP keep no grid. The file appears whole
  /// or not at all, see ``PartialFiles``.
  ///
  /// - Parameters:
  ///   - path: where to.
  ///   - quality: JPEG's, 1 (smallest file) to 100 (least loss); nil leaves it to the library. Other formats do not
  ///     read it.
  /// - Precondition: the quality, where given, lies in 1…100.
  /// - Throws: ``FileError``: the extension is unknown, the format cannot hold the samples, or the folder cannot be
  ///   written.
  public func write(to path: String, quality: Int? = nil) throws(FileError) {
    precondition(quality.map { (1...100).contains($0) } ?? true, "JPEG's quality is a number from 1 to 100")
    guard let target = ImageFormat(path: path) else { throw FileError(path, .unsupported(Self.advice(for: path))) }
    if let objection = target.objection(rank: rank, channels: channels.count, type: sampleType) {
      throw FileError(path, .unsupported(objection))
    }
    if target.isPlainPicture, layout.alpha == nil, channels.count == 2 || channels.count == 4 {
      let words =
        "its last of \(channels.count) channels would be opacity there, which it is not; use .tif, .nrrd or .mha"
      throw FileError(path, .unsupported(words))
    }
    let functions: FilesPlugin.Functions
    do { functions = try FilesPlugin.functions.get() } catch { throw FileError(path, .plugin(error)) }

    var image = description(as: target)
    let samples = channels.map(\.samples)
    let (geometry, content) = (placement?.header, source?.header)
    try PartialFiles.replace(path) { temporary throws(FileError) in
      var message = PluginMessage()
      let status = withPointers(to: samples) {
        functions.write(
          temporary, &image, $0, Int32(quality ?? 0), geometry?.pointer, content?.pointer, &message.bytes,
          message.bytes.count)
      }
      guard status == VERNIER_OK else { throw FileError(path, .unwritable(message.text)) }
    }
  }

  /// What the plug-in is told of the image, for a format.
  func description(as target: ImageFormat) -> vernier_image {
    var image = vernier_image()
    image.format = target.code
    image.sample_type = sampleType.code
    switch channels[0] {
    case .plane(let plane): image.set(plane.grid, isPlain: target.isPlainPicture)
    case .volume(let volume): image.set(volume.grid, isPlain: target.isPlainPicture)
    }
    image.channels = Int32(channels.count)
    image.set(layout)
    if let nodata { (image.has_nodata, image.nodata) = (1, Double(nodata)) }
    image.set(unit: unit)
    return image
  }

  /// The unit of the grid in the file that is written; empty for pixels. An image made in memory is in millimetres where
  /// its samples are not 1 apart.
  private var unit: String {
    if let placement { return placement.unit ?? "" }
    func isOfPixels<let rank: Int>(_ grid: Grid<rank>) -> Bool { grid.spacing == Vector(repeating: 1) }
    return switch channels[0] {
    case .plane(let plane): isOfPixels(plane.grid) ? "" : "mm"
    case .volume(let volume): isOfPixels(volume.grid) ? "" : "mm"
    }
  }

  private static func advice(for path: String) -> String {
    let known = "use .png, .jpg, .tif, .bmp, .nii, .nii.gz, .nrrd or .mha"
    return switch fileExtension(of: path).lowercased() {
    case "": "its name has no extension to tell the format by; \(known)"
    case ".mhd": "a header beside its samples is not written; use .mha"
    case ".nhdr": "a header beside its samples is not written; use .nrrd"
    case ".hdr", ".img": "a header beside its samples is not written; use .nii or .nii.gz"
    case ".dcm": "DICOM is only read; use .nii.gz, .nrrd or .mha"
    case let other: "the extension \(other) is not one that can be written; \(known)"
    }
  }
}

extension vernier_image {
  mutating func set(_ layout: ChannelLayout) {
    is_color = layout.isColor ? 1 : 0
    alpha = Int32(layout.alpha ?? -1)
    is_alpha_associated = layout.isAlphaAssociated ? 1 : 0
  }

  /// Longer units are cut off; there are none.
  mutating func set(unit text: String) {
    withUnsafeMutableBytes(of: &unit) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      for (index, byte) in text.utf8.prefix(bytes.count - 1).enumerated() { bytes[index] = byte }
    }
  }

  mutating func set<let rank: Int>(_ grid: Grid<rank>, isPlain: Bool) {
    func padded(_ element: (Int) -> Double, with padding: Double) -> (Double, Double, Double) {
      (element(0), element(1), rank > 2 ? element(2) : padding)
    }
    self.rank = Int32(rank)
    size = (Int64(grid.size[0]), Int64(grid.size[1]), rank > 2 ? Int64(grid.size[2]) : 1)
    spacing = padded({ isPlain ? 1 : grid.spacing[$0] }, with: 1)
    origin = padded({ isPlain ? 0 : grid.origin[$0] }, with: 0)
    let elements = isPlain ? Matrix<rank>.identity.rowMajor : grid.direction.rowMajor
    withUnsafeMutableBytes(of: &direction) { bytes in
      for (index, element) in elements.enumerated() {
        bytes.storeBytes(of: element, toByteOffset: index * MemoryLayout<Double>.stride, as: Double.self)
      }
    }
  }
}

/// Calls `body` with the addresses of all channels' samples.
func withPointers<Result>(
  to channels: [[Float]], _ body: (UnsafePointer<UnsafePointer<Float>?>?) -> Result
) -> Result {
  func descend(_ index: Int, _ pointers: [UnsafePointer<Float>?]) -> Result {
    guard index < channels.count else { return body(pointers) }
    return channels[index].withUnsafeBufferPointer { descend(index + 1, pointers + [$0.baseAddress]) }
  }
  return descend(0, [])
}
