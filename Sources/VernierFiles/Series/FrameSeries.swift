import CFilesPlugin
import Glibc

/// The frames of a series, read one by one: the pages of a file, the volumes of one, or one file after another.
///
/// A file with several times is a series of these; a file of pages that says nothing of time is one of its pages; NIfTI
/// with more than three axes is one of its volumes. Several files, or the files of a folder in the order in which people
/// count (`t2` before `t10`), are a frame each. Only the frame that is asked for is in memory.
public final class FrameSeries {
  /// What the frames are.
  public enum Kind: Sendable {
    case time
    /// The pages of a file that says nothing of time.
    case slices

    var code: Int32 { Int32(self == .time ? VERNIER_SERIES_TIME : VERNIER_SERIES_SLICES) }
  }

  /// The name of each frame, under which `ImageFile.read(_:)` reads it, too.
  public private(set) var names: [String]
  public let kind: Kind
  /// Whether each frame is a file of its own.
  public var isOfFiles: Bool { file == nil }
  private let file: SeriesFile?

  /// - Parameter words: files, folders, or the name of one file with several frames. None make a series to which frames
  ///   are added.
  /// - Throws: ``FileError``, also for a folder without images.
  public init(_ words: [String]) throws(FileError) {
    if words.count == 1, let word = words.first, !isFolder(word) {
      let opened = try SeriesFile(word)
      if opened.frames > 1 {
        (file, kind, names) = (opened, opened.kind, (0..<opened.frames).map { opened.name(of: $0) })
        return
      }
    }
    (file, kind) = (nil, .time)
    var names: [String] = []
    for word in words { names += isFolder(word) ? try images(in: word) : [word] }
    self.names = names
  }

  public var count: Int { names.count }

  /// Adds a file as the next frame, without looking at it.
  ///
  /// - Precondition: each frame is a file of its own.
  public func append(_ file: String) {
    precondition(isOfFiles, "frames of one file are all known")
    names.append(file)
  }

  /// Reads a file, and adds it as the next frame where that succeeds.
  ///
  /// - Parameters:
  ///   - file: its path.
  ///   - channel: the only channel to read; nil for all.
  /// - Throws: ``FileError``; the series is then as it was.
  public func append(reading file: String, channel: Int? = nil) throws(FileError) -> ImageFile {
    let contents = try read(file, channel: channel)
    append(file)
    return contents
  }

  /// A frame of the series.
  ///
  /// - Parameters:
  ///   - index: its number, from 0.
  ///   - channel: the only channel to read; nil for all.
  /// - Throws: ``FileError``
  public func frame(_ index: Int, channel: Int? = nil) throws(FileError) -> ImageFile {
    if let file { return try file.frame(index, channel: channel) }
    return try read(names[index], channel: channel)
  }

  private func read(_ word: String, channel: Int?) throws(FileError) -> ImageFile {
    if let objection = ImageName.objection(to: word) { throw FileError(word, .unsupported(objection)) }
    let name = ImageName(word)
    var part = name.part
    if let channel { part.channel = channel }
    return try ImageFile.read(name.file, part, named: word)
  }
}

/// A file that is open to be read frame by frame.
private final class SeriesFile {
  let frames: Int
  let kind: FrameSeries.Kind
  private let name: ImageName
  private let handle: OpaquePointer?
  private let header: ImageHeader?
  private let functions: FilesPlugin.Functions

  /// A file whose part is chosen by number is that part alone.
  init(_ word: String) throws(FileError) {
    if let objection = ImageName.objection(to: word) { throw FileError(word, .unsupported(objection)) }
    name = ImageName(word)
    try checkReadable(name.file)
    let functions: FilesPlugin.Functions
    do { functions = try FilesPlugin.functions.get() } catch { throw FileError(word, .plugin(error)) }
    self.functions = functions
    guard name.part.index == nil, name.part.time == nil, name.part.slice == nil else {
      (frames, kind, handle, header) = (1, .time, nil, nil)
      return
    }
    var opened: OpaquePointer?
    var kept: OpaquePointer?
    var (count, code): (Int64, Int32) = (1, 0)
    var message = PluginMessage()
    let status = functions.openSeries(
      name.file, &opened, &count, &code, &kept, &message.bytes, message.bytes.count)
    guard status == VERNIER_OK else {
      throw FileError(word, ImageFile.reason(status: Int(status), message: message.text))
    }
    handle = opened
    header = kept.map { ImageHeader($0, releasedBy: functions.releaseHeader) }
    frames = Int(count)
    kind = code == Int32(VERNIER_SERIES_SLICES) ? .slices : .time
  }

  deinit { if let handle { functions.closeSeries(handle) } }

  func name(of frame: Int) -> String {
    let number = kind == .slices ? "z=\(frame)" : "t=\(frame)"
    return "\(name.file)[\(([number] + name.part.items).joined(separator: ","))]"
  }

  func frame(_ index: Int, channel: Int?) throws(FileError) -> ImageFile {
    var chosen = name.part
    if let channel { chosen.channel = channel }
    var part = vernier_part(chosen)
    var image = vernier_image()
    var decoded: OpaquePointer?
    var message = PluginMessage()
    let status = functions.readFrame(
      handle, Int64(index), &part, &image, &decoded, &message.bytes, message.bytes.count)
    defer { functions.release(decoded) }
    guard status == VERNIER_OK else {
      throw FileError(name(of: index), ImageFile.reason(status: Int(status), message: message.text))
    }
    return try ImageFile(image, decoded, remarks: message.text, header: header, named: name(of: index), by: functions)
  }
}

/// The paths of a folder's images in the order in which people count.
private func images(in folder: String) throws(FileError) -> [String] {
  guard let names = imageNames(in: folder) else { throw FileError(folder, .unreadable(systemMessage())) }
  guard !names.isEmpty else {
    throw FileError(folder, .unsupported("the folder holds no image; name frames, or a folder with files such as .tif"))
  }
  let prefix = folder.hasSuffix("/") ? folder : "\(folder)/"
  return names.map { prefix + $0 }
}

/// The names of a folder's images in the order in which people count, hidden files left out; nil where it cannot be read.
func imageNames(in folder: String) -> [String]? {
  guard let directory = opendir(folder) else { return nil }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if isImageName(name) { names.append(name) }
  }
  return names.sorted(by: isCountedBefore)
}

/// Whether a file of a folder is told to be an image by its ending, and not hidden.
func isImageName(_ name: String) -> Bool { !name.hasPrefix(".") && ImageFormat(path: name) != nil }

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether a name comes before another where runs of digits are compared as numbers: `t2` before `t10`.
func isCountedBefore(_ left: String, _ right: String) -> Bool {
  var (a, b) = (Array(left.utf8)[...], Array(right.utf8)[...])
  func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  func number(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = bytes.prefix(while: isDigit)
    bytes = bytes.dropFirst(digits.count)
    return digits.drop { $0 == 0x30 }
  }
  while let first = a.first, let second = b.first {
    if isDigit(first), isDigit(second) {
      let (m, n) = (number(&a), number(&b))
      if m.count != n.count { return m.count < n.count }
      if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
    } else {
      if first != second { return first < second }
      (a, b) = (a.dropFirst(), b.dropFirst())
    }
  }
  return a.isEmpty == b.isEmpty ? left < right : a.isEmpty
}
