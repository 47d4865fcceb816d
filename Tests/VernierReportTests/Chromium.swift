import Foundation
import Testing

/// A headless browser, when there is one that can read the temporary folder (one from a snap cannot).
enum Chromium {
  static let skip: Comment =
    "needs chromium on the PATH (Debian: apt-get install chromium), able to open files in the temporary folder"

  static let executable: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let names = ["chromium", "chromium-browser", "google-chrome"]
    let paths = names.flatMap { name in folders.map { "\($0)/\(name)" } }
    guard let path = paths.first(where: FileManager.default.isExecutableFile) else { return nil }
    let page = FileManager.default.temporaryDirectory.appending(path: "vernier-probe-\(getpid()).html")
    defer { try? FileManager.default.removeItem(at: page) }
    guard (try? "<p>a page that can be read</p>".write(to: page, atomically: true, encoding: .utf8)) != nil,
      let text = try? run(path, ["--dump-dom", page.absoluteString])
    else { return nil }
    return text.contains("a page that can be read") ? path : nil
  }()

  /// The page's elements after its script has run.
  static func elements(of page: URL, state: String = "") throws -> String {
    try run(executable!, ["--virtual-time-budget=3000", "--dump-dom", page.absoluteString + state])
  }

  static func screenshot(of page: URL, state: String = "", to file: URL, height: Int, dark: Bool = false) throws {
    var arguments = ["--virtual-time-budget=3000", "--screenshot=\(file.path)", "--window-size=1200,\(height)"]
    if dark { arguments.append("--blink-settings=preferredColorScheme=0") }
    _ = try run(executable!, arguments + [page.absoluteString + state])
  }

  private static func run(_ path: String, _ arguments: [String]) throws -> String {
    let profile = FileManager.default.temporaryDirectory.appending(path: "vernier-profile-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: profile) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
        "--user-data-dir=\(profile.path)",
      ] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
