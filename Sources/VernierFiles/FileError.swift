import VernierPlugin

/// Why a file cannot be read or written. The description is one line that names the file and the remedy.
public struct FileError: Error, Equatable, Sendable {
  public var path: String
  /// The line in a text file, from 1.
  public var line: Int?
  public var reason: Reason

  public init(_ path: String, line: Int? = nil, _ reason: Reason) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  public enum Reason: Equatable, Sendable {
    case missing
    /// The system's reason, such as "Permission denied".
    case unreadable(String)
    case notAnImage
    /// A file of a format that is not read, with the format's name.
    case foreignFormat(String)
    /// The file ends before its content does, as its length proves; with the details.
    case truncated(String)
    /// The content breaks the rules of its format, or a checksum does not agree; with the library's words.
    case damaged(String)
    case emptySize
    case unusableSpacing(String)
    case unusableGeometry(String)
    /// The folder holds several DICOM series, listed with their numbers of files.
    case severalSeries(String)
    case noSeries
    /// What cannot be done with the file, and the remedy.
    case unsupported(String)
    /// The folder or file cannot be written, with the system's reason.
    case unwritable(String)
    case failed(String)
    case plugin(PluginError)
    case maskSize(mask: [Int], image: [Int])
    case maskGrid
    case emptyMask
    case wrongRank(found: Int, needed: Int)
    case malformed(String)
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    "\(path)\(line.map { ", line \($0)" } ?? ""): \(reason)"
  }
}

extension FileError.Reason: CustomStringConvertible {
  private static let known = "PNG, JPEG, TIFF, BMP, WebP, GIF, JPEG 2000, NIfTI, NRRD, MetaImage and DICOM"

  public var description: String {
    switch self {
    case .missing: "no such file or folder; check the path"
    case .unreadable(let why): "cannot be read (\(why)); check its permissions"
    case .notAnImage:
      "not an image that can be read; known are \(Self.known), told by their content"
    case .foreignFormat(let name): "\(name), which is not read; save it as TIFF or PNG, a volume as NIfTI or NRRD"
    case .truncated(let detail): "cut short (\(detail)); copy or download it again"
    case .damaged(let detail): "damaged (\(detail)); copy it again or save it anew"
    case .emptySize: "an axis has no samples; export it again"
    case .unusableSpacing(let detail):
      "the spacing is not usable (\(detail)); set the true distance between samples in its header"
    case .unusableGeometry(let detail): "\(detail); correct its header"
    case .severalSeries(let list): "the folder holds several DICOM series; move one into a folder of its own: \(list)"
    case .noSeries: "the folder holds no DICOM file; name an image file, or a folder with one DICOM series"
    case .unsupported(let detail): detail
    case .unwritable(let why): "cannot be written (\(why)); choose a folder that exists and that you may write to"
    case .failed(let detail): detail
    case .plugin(let error): "\(error)"
    case .maskSize(let mask, let image):
      "the mask's size \(product(mask)) differs from the image's \(product(image)); a mask needs the image's size"
    case .maskGrid:
      "the mask has the image's size but lies elsewhere (spacing, origin or direction); resample it onto the image"
    case .emptyMask: "the mask is zero everywhere; mark valid samples by a value other than zero"
    case .wrongRank(let found, let needed): "it is for \(found) dimensions, \(needed) are needed"
    case .malformed(let detail): detail
    }
  }
}

func product(_ size: [Int]) -> String { size.map(String.init).joined(separator: "×") }
