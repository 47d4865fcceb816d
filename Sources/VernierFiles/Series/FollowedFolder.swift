import Glibc

/// The images that are written into a folder, each as soon as it is whole.
///
/// A file is whole when the program that writes it closes it or gives it its name, which the system tells at once
/// (`inotify`); and where nothing is told, as of folders on other machines, when it has not changed for two seconds.
/// Images that are there already come first, in the order in which people count.
public final class FollowedFolder {
  private let folder: String
  private let handle: Int32
  /// Names that were given out.
  private var taken: Set<String> = []
  private var ready: [String] = []
  /// How the others looked when they last changed, and when that was.
  private var looks: [String: (look: Look, since: ContinuousClock.Instant)] = [:]
  private var failures: [String: ContinuousClock.Instant] = [:]
  private var nextScan = ContinuousClock.now

  private struct Look: Equatable {
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  private static let calm = Duration.seconds(2)
  private static let patience = Duration.seconds(10)
  private static let scanInterval = Duration.milliseconds(500)
  /// In milliseconds, after which a request to stop is noticed at the latest.
  private static let pollInterval: Int32 = 50

  /// - Throws: ``FileError`` where there is no such folder.
  public init(_ folder: String) throws(FileError) {
    self.folder = folder.hasSuffix("/") ? folder : "\(folder)/"
    guard let names = imageNames(in: folder) else { throw FileError(folder, .unreadable(systemMessage())) }
    handle = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    if handle >= 0 {
      inotify_add_watch(handle, folder, UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO))
    }
    // What was written lately may not be whole yet.
    let now = time(nil)
    for name in names {
      guard let look = look(of: name), now - look.seconds > 2 else { continue }
      take(name)
    }
  }

  deinit { if handle >= 0 { close(handle) } }

  /// Waits for the next image.
  ///
  /// - Parameter isStopped: asked some twenty times a second.
  /// - Returns: its path; nil once it is stopped and all that were whole by then are given out.
  /// - Throws: ``FileError`` where the folder is gone.
  public func next(until isStopped: () -> Bool) throws(FileError) -> String? {
    while true {
      let isLast = isStopped()
      if isLast { readEvents() }
      if !ready.isEmpty { return folder + ready.removeFirst() }
      if isLast { return nil }
      if handle >= 0 {
        var waiting = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        if poll(&waiting, 1, Self.pollInterval) > 0 { readEvents() }
      } else {
        usleep(UInt32(Self.pollInterval) * 1000)
      }
      if ContinuousClock.now >= nextScan { try scan() }
    }
  }

  /// Gives a file out again later, since it cannot be read yet.
  ///
  /// - Returns: false where it has not been readable for ten seconds: it is broken.
  public func putBack(_ path: String) -> Bool {
    let name = String(path.dropFirst(folder.count))
    let first = failures[name] ?? .now
    failures[name] = first
    guard first.duration(to: .now) < Self.patience else { return false }
    taken.remove(name)
    looks[name] = look(of: name).map { ($0, .now) }
    return true
  }

  private func take(_ name: String) {
    guard taken.insert(name).inserted else { return }
    looks[name] = nil
    ready.append(name)
  }

  /// Takes the files that are told to be whole.
  private func readEvents() {
    guard handle >= 0 else { return }
    let headSize = 16
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(handle, &bytes, bytes.count)
      guard count >= headSize else { return }
      var place = 0
      while place + headSize <= count {
        let length = bytes[(place + 12)..<(place + headSize)].enumerated()
          .reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let start = place + headSize
        let name = String(decoding: bytes[start..<min(start + length, count)].prefix { $0 != 0 }, as: UTF8.self)
        if isImageName(name) { take(name) }
        place = start + length
      }
    }
  }

  /// Takes the files that have not changed for a while.
  private func scan() throws(FileError) {
    nextScan = .now + Self.scanInterval
    guard let names = imageNames(in: folder) else { throw FileError(folder, .unreadable(systemMessage())) }
    for name in names where !taken.contains(name) {
      guard let look = look(of: name) else { continue }
      if let known = looks[name], known.look == look {
        if known.since.duration(to: .now) >= Self.calm { take(name) }
      } else {
        looks[name] = (look, .now)
      }
    }
  }

  private func look(of name: String) -> Look? {
    var status = stat()
    guard stat(folder + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Look(
      size: Int(status.st_size), seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }
}
