import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier apply`: a saved transform on another image.
struct Apply: Subcommand {
  static let manual = Manual(
    name: "apply",
    summary: "move an image by a saved transform",
    positionals: [
      Positional(name: "TRANSFORM", help: "a transform file (fixed to moving) as --save-transform or ITK writes it"),
      Positional(name: "MOVING", help: "the image to move"),
    ],
    options: [.like, .requiredOutput, .interpolation, .inverse, .threads],
    examples: [
      ("vernier apply t.tfm labels.nii.gz --like t1.nii.gz -o moved.nii.gz --interpolation nearest", "labels"),
      (
        "vernier apply t.tfm fixed.png --like moving.png --inverse -o back.png",
        "the fixed image on the moving one's grid"
      ),
    ])

  private let transform: String
  private let moving: String
  private let like: String
  private let output: String
  private let interpolation: Interpolation
  private let isInverse: Bool
  private let threads: Int

  init(_ arguments: Arguments) throws(UsageError) {
    guard let like = arguments[.like] else { throw .missingOption(.like) }
    guard let output = arguments[.requiredOutput] else { throw .missingOption(.requiredOutput) }
    transform = arguments.positionals[0]
    moving = arguments.positionals[1]
    self.like = like
    self.output = output
    interpolation = arguments.choice(.interpolation) ?? .linear
    isInverse = arguments.has(.inverse)
    threads = arguments.count(.threads) ?? processors
  }

  func run() async throws -> ExitStatus {
    try Destination.check(
      [Destination(path: output, endings: ImageFile.writableEndings)], inputs: [transform, moving, like])
    try self(reading: like, moving)
    return .done
  }
}

extension Apply: PictureWork {
  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws {
    try moving.contents.checkWritable(to: output)
    // The transform's own fixed image is the one that goes back.
    let volumes =
      isInverse ? TransformVolumes(fixed: moving, moving: fixed) : TransformVolumes(fixed: fixed, moving: moving)
    var map = try TransformFile.read(transform, as: Transform<rank>.self, between: volumes)
    if isInverse {
      guard let inverse = map.inverted() else {
        throw InputError(file: transform, problem: "the transform has no inverse (its matrix is singular)")
      }
      map = inverse
    }
    let moved = moving.moved(onto: fixed.grid, through: map, interpolation: interpolation, threads: threads)
    try moving.contents(movedTo: moved, on: fixed, through: map).write(to: output)
    moving.contents.sayRemarks(of: moving.file)
    for remark in moving.pairRemarks { Console.complain(remark) }
  }
}

extension Option {
  fileprivate static let like = Option("like", .text("FIXED"), help: "the image whose grid the result takes (required)")
  fileprivate static let requiredOutput = Option(
    "output", short: "o", .text("MOVED"), help: "the image to write (required)")
  fileprivate static let inverse = Option("inverse", .flag, help: "apply the inverse: moving point to fixed point")
}
