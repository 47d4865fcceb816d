import CSupport
import Glibc

extension ImageFile {
  /// The bytes of the file that ``write(to:quality:)`` would write, made in a temporary folder that is gone afterwards.
  ///
  /// - Parameters:
  ///   - ending: the format's, such as `.png`.
  ///   - quality: JPEG's, see there.
  /// - Throws: ``FileError`` as writing does, or where the temporary folder (`TMPDIR`, else `/tmp`) cannot be used.
  public func encoded(ending: String, quality: Int? = nil) throws(FileError) -> [UInt8] {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((parent + "/vernier-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError(parent, .unwritable(systemMessage())) }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let path = folder + "/picture" + ending
    let slot = partial_files_add(path)
    defer {
      unlink(path)
      rmdir(folder)
      partial_files_forget(slot)
    }
    try write(to: path, quality: quality)
    guard let file = fopen(path, "rb") else { throw FileError(path, .unreadable(systemMessage())) }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = max(ftell(file), 0)
    rewind(file)
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      filled = fread(bytes.baseAddress, 1, count, file)
    }
    guard bytes.count == count, ferror(file) == 0 else { throw FileError(path, .unreadable(systemMessage())) }
    return bytes
  }
}
