/// A TIFF file of a few pages, made by hand (TIFF 6.0, section 2), so that tests hold what other programs write.
struct SmallTIFF {
  /// The value of a tag; numbers are stored in the type.
  enum Value {
    case shorts([Int])
    case longs([Int])
    case text(String)
    case bytes([UInt8])
    case rationals([(Int, Int)])
  }

  struct Page {
    var tags: [Int: Value]
    /// Strips or tiles; nil for one that was never written.
    var parts: [[UInt8]?]
    var isTiled = false
    /// Directories that belong to this one, such as smaller copies.
    var children: [Page] = []
  }

  var pages: [Page]
  var isBigEndian = false

  /// The tags of a page of one strip.
  static func tags(
    width: Int, height: Int, bits: Int = 8, samples: Int = 1, photometric: Int = 1, format: Int = 1,
    description: String? = nil
  ) -> [Int: Value] {
    var tags: [Int: Value] = [
      256: .longs([width]), 257: .longs([height]), 258: .shorts([Int](repeating: bits, count: samples)),
      259: .shorts([1]), 262: .shorts([photometric]), 277: .shorts([samples]), 278: .longs([height]),
    ]
    if format != 1 { tags[339] = .shorts([Int](repeating: format, count: samples)) }
    if let description { tags[270] = .text(description) }
    return tags
  }

  /// The file.
  var bytes: [UInt8] {
    var file = Array((isBigEndian ? "MM" : "II").utf8) + number(42, 2) + number(0, 4)
    var link = 4
    for page in pages {
      let (place, next) = append(page, to: &file)
      file.replaceSubrange(link..<link + 4, with: number(place, 4))
      link = next
    }
    return file
  }

  /// Appends a page; returns where its directory lies and where the offset of the next one stands.
  private func append(_ page: Page, to file: inout [UInt8]) -> (place: Int, next: Int) {
    var tags = page.tags
    if !page.children.isEmpty {
      tags[330] = .longs(page.children.map { append($0, to: &file).place })
    }
    var offsets: [Int] = []
    for part in page.parts {
      offsets.append(part == nil ? 0 : file.count)
      file += part ?? []
    }
    tags[page.isTiled ? 324 : 273] = .longs(offsets)
    tags[page.isTiled ? 325 : 279] = .longs(page.parts.map { $0?.count ?? 0 })
    var entries: [UInt8] = []
    for (tag, value) in tags.sorted(by: { $0.key < $1.key }) {
      let (type, count, data) = stored(value)
      entries += number(tag, 2) + number(type, 2) + number(count, 4)
      if data.count <= 4 {
        entries += data + [UInt8](repeating: 0, count: 4 - data.count)
      } else {
        if file.count % 2 == 1 { file.append(0) }
        entries += number(file.count, 4)
        file += data
      }
    }
    if file.count % 2 == 1 { file.append(0) }
    let place = file.count
    file += number(tags.count, 2) + entries + number(0, 4)
    return (place, file.count - 4)
  }

  private func stored(_ value: Value) -> (type: Int, count: Int, data: [UInt8]) {
    switch value {
    case .shorts(let values): (3, values.count, values.flatMap { number($0, 2) })
    case .longs(let values): (4, values.count, values.flatMap { number($0, 4) })
    case .text(let text): (2, text.utf8.count + 1, Array(text.utf8) + [0])
    case .bytes(let bytes): (1, bytes.count, bytes)
    case .rationals(let values): (5, values.count, values.flatMap { number($0.0, 4) + number($0.1, 4) })
    }
  }

  /// A number of so many bytes in the file's order.
  func number(_ value: Int, _ count: Int) -> [UInt8] {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return isBigEndian ? bytes.reversed() : bytes
  }
}
