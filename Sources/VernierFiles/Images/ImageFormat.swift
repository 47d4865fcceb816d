import CFilesPlugin

/// A file format of images.
public enum ImageFormat: String, Sendable, CaseIterable {
  case png, jpeg, tiff, bmp, nifti, nrrd, metaImage, dicom, webp, gif, jpeg2000

  /// The format that a name's extension asks for; nil where there is none of these.
  public init?(path: String) {
    switch fileExtension(of: path).lowercased() {
    case ".png": self = .png
    case ".jpg", ".jpeg": self = .jpeg
    case ".tif", ".tiff": self = .tiff
    case ".bmp": self = .bmp
    case ".nii", ".nii.gz": self = .nifti
    case ".nrrd": self = .nrrd
    case ".mha": self = .metaImage
    case ".webp": self = .webp
    case ".gif": self = .gif
    case ".jp2", ".j2k", ".j2c", ".jpx": self = .jpeg2000
    default: return nil
    }
  }

  /// Whether files of this format are plain pictures, without a place in space: spacing 1, origin 0 and no direction.
  ///
  /// TIFF has room for a pixel size, and is a plain picture where it states none.
  public var isPlainPicture: Bool {
    switch self {
    case .png, .jpeg, .bmp, .webp, .gif, .jpeg2000: true
    case .tiff, .nifti, .nrrd, .metaImage, .dicom: false
    }
  }

  /// The sample types that can be written, the narrowest first; none where the format is only read.
  public var writableTypes: [SampleType] {
    switch self {
    case .png: [.uint8, .uint16]
    case .jpeg, .bmp: [.uint8]
    case .tiff, .nifti, .nrrd, .metaImage: SampleType.allCases
    case .dicom, .webp, .gif, .jpeg2000: []
    }
  }

  /// Why such an image cannot be written, with the remedy; nil where it can.
  func objection(rank: Int, channels: Int, type: SampleType) -> String? {
    let name = rawValue.uppercased()
    if writableTypes.isEmpty {
      return isPlainPicture
        ? "\(label) is only read; write PNG (.png) or TIFF (.tif)"
        : "\(label) is only read; write NIfTI (.nii.gz), NRRD (.nrrd) or MetaImage (.mha)"
    }
    if rank == 3 && (self == .png || self == .jpeg || self == .bmp) {
      return "\(name) holds no volumes; write TIFF (.tif), NIfTI (.nii.gz), NRRD (.nrrd) or MetaImage (.mha)"
    }
    if !writableTypes.contains(type) {
      let others = Self.allCases.filter { $0.writableTypes.contains(type) && ($0 == .tiff || $0 == .png || rank == 3) }
      return "\(name) holds no \(type.rawValue) samples; write \(others.map(\.label).joined(separator: " or "))"
    }
    if (self == .jpeg || self == .bmp) && channels != 1 && channels != 3 {
      let others = channels > 4 ? "TIFF (.tif)" : "PNG (.png) or TIFF (.tif)"
      return "\(name) holds 1 or 3 channels, this image has \(channels); write \(others)"
    }
    if self == .png && channels > 4 {
      return "\(name) holds 1 to 4 channels, this image has \(channels); write TIFF (.tif)"
    }
    return nil
  }

  private var label: String {
    switch self {
    case .png: "PNG (.png)"
    case .jpeg: "JPEG (.jpg)"
    case .tiff: "TIFF (.tif)"
    case .bmp: "BMP (.bmp)"
    case .nifti: "NIfTI (.nii.gz)"
    case .nrrd: "NRRD (.nrrd)"
    case .metaImage: "MetaImage (.mha)"
    case .dicom: "DICOM"
    case .webp: "WebP"
    case .gif: "GIF"
    case .jpeg2000: "JPEG 2000"
    }
  }

  init?(code: Int32) {
    guard let format = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = format
  }

  var code: Int32 {
    let code =
      switch self {
      case .png: VERNIER_FORMAT_PNG
      case .jpeg: VERNIER_FORMAT_JPEG
      case .tiff: VERNIER_FORMAT_TIFF
      case .bmp: VERNIER_FORMAT_BMP
      case .nifti: VERNIER_FORMAT_NIFTI
      case .nrrd: VERNIER_FORMAT_NRRD
      case .metaImage: VERNIER_FORMAT_META
      case .dicom: VERNIER_FORMAT_DICOM
      case .webp: VERNIER_FORMAT_WEBP
      case .gif: VERNIER_FORMAT_GIF
      case .jpeg2000: VERNIER_FORMAT_JPEG2000
      }
    return Int32(code)
  }
}
