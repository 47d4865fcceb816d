import VernierCommandLine
import VernierFiles

/// `vernier reference`: manual pages and completions, out of the manuals that the help is made of.
struct Reference: Subcommand {
  static let manual = Manual(
    name: "reference",
    summary: "write the manual pages and the completions for bash, zsh and fish",
    options: [.shareFolder],
    examples: [("vernier reference -o share", "share/man/man1, share/bash-completion and so on")],
    isHidden: true)

  private let folder: String

  init(_ arguments: Arguments) throws(UsageError) {
    guard let folder = arguments[.shareFolder] else { throw .missingOption(.shareFolder) }
    self.folder = folder
  }

  func run() async throws -> ExitStatus {
    let program = VernierCommand.manual
    let files =
      ManualPages(program).files.map { ("man/man1/\($0.name)", $0.text) }
      + Completions(program).files.map { ($0.path, $0.text) }
    for (path, text) in files {
      let whole = "\(folder)/\(path)"
      try Folder.make(String(whole[..<whole.lastIndex(of: "/")!]))
      try PartialFiles.replace(whole, text: text)
    }
    return .done
  }
}

extension Option {
  fileprivate static let shareFolder = Option(
    "output", short: "o", .text("SHARE"), help: "the folder that becomes PREFIX/share (required)")
}
