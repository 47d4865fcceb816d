/// What two files are called in a heading: their names alone, with as many folders as it takes to tell them apart.
struct FileNames: Sendable, Equatable {
  let fixed: String
  let moving: String

  init(_ fixed: String, _ moving: String) {
    let paths = [fixed, moving].map { $0.split(separator: "/").map(String.init) }
    let longest = paths.map(\.count).max() ?? 1
    let count = (1...max(longest, 1)).first { paths[0].suffix($0) != paths[1].suffix($0) } ?? 1
    self.fixed = paths[0].suffix(count).joined(separator: "/")
    self.moving = paths[1].suffix(count).joined(separator: "/")
  }
}
