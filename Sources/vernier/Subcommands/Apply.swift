import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier apply`: a saved transform on another image, or on points.
struct Apply: Subcommand {
  static let manual = Manual(
    name: "apply",
    summary: "move an image or points by a saved transform",
    positionals: [
      Positional(
        name: "TRANSFORM", help: "a transform file (fixed to moving) of ITK, ANTs, FSL, FreeSurfer or Vernier"),
      Positional(
        name: "MOVING",
        help: "the image to move; or a table of points of the fixed image (.csv, .tsv, .txt, .fcsv, .json)"),
    ],
    options: [
      .like, .requiredOutput, .interpolation, .background, .inverse, .pointsScale, .fixedImage, .movingImage, .threads,
    ],
    discussion: [
      """
      Points go as the transform does: those of the fixed image to where they lie in the moving one; with --inverse the \
      other way. The table that is written has the form and the further columns of the one that was read. Of a table of \
      pairs (fixed_x,fixed_y,moving_x,moving_y) the one side is read and the other written.
      """
    ],
    examples: [
      ("vernier apply t.tfm labels.nii.gz --like t1.nii.gz -o moved.nii.gz --interpolation nearest", "labels"),
      (
        "vernier apply t.tfm fixed.png --like moving.png --inverse -o back.png",
        "the fixed image on the moving one's grid"
      ),
      ("vernier apply t.tfm landmarks.csv -o moved.csv", "where the fixed image's landmarks lie in the moving one"),
    ])

  private let transform: String
  private let moving: String
  private let output: String
  private let isInverse: Bool
  private let work: Work

  private enum Work {
    case image(like: String, Interpolation, BackgroundChoice, threads: Int)
    case points(scale: Double, fixed: String?, moving: String?)
  }

  init(_ arguments: Arguments) throws(UsageError) {
    guard let output = arguments[.requiredOutput] else { throw .missingOption(.requiredOutput) }
    transform = arguments.positionals[0]
    moving = arguments.positionals[1]
    self.output = output
    isInverse = arguments.has(.inverse)
    let isTable = PointTable<2>.names(moving)
    let strange: [Option] = isTable ? [.like, .interpolation, .background] : [.pointsScale, .fixedImage, .movingImage]
    for option in strange where arguments.isGiven(option) {
      throw .conflict(
        "\(option.spelled) is for \(isTable ? "images" : "points"), and \(moving) holds none; leave it out")
    }
    if isTable {
      work = .points(
        scale: arguments.number(.pointsScale) ?? 1, fixed: arguments[.fixedImage], moving: arguments[.movingImage])
    } else {
      guard let like = arguments[.like] else { throw .missingOption(.like) }
      work = .image(
        like: like, arguments.choice(.interpolation) ?? .linear, try BackgroundChoice(arguments),
        threads: arguments.count(.threads) ?? processors)
    }
  }

  func run() async throws -> ExitStatus {
    switch work {
    case .image(let like, let interpolation, let background, let threads):
      try Destination.check(
        [Destination(path: output, endings: ImageFile.writableEndings)], inputs: [transform, moving, like])
      try ImageMoving(
        transform: transform, output: output, isInverse: isInverse, interpolation: interpolation,
        background: background,
        threads: threads)(reading: like, moving)
    case .points(let scale, let fixed, let moving):
      try Destination.check(
        [Destination(path: output, endings: PointTable<2>.endings)],
        inputs: [transform, self.moving, fixed, moving].compactMap(\.self))
      switch try TransformFile.read(transform, between: TransformVolumes(fixed: fixed, moving: moving)).transform {
      case .plane(let map): try movePoints(by: map, scale: scale)
      case .space(let map): try movePoints(by: map, scale: scale)
      }
    }
    return .done
  }

  private func movePoints<let rank: Int>(by map: Transform<rank>, scale: Double) throws {
    let map = try isInverse ? map.inverse(of: transform) : map
    let table = try PointTable<rank>.read(moving)
    let points = (isInverse ? table.moving : table.fixed).map { map($0 * scale) / scale }
    let missing = points.count { !$0.isFinite }
    try (isInverse ? table.replacingFixed(by: points) : table.replacingMoving(by: points)).write(to: output)
    if missing > 0 {
      Console.complain("\(output): \(missing) of \(points.count) points have no image and are not a number")
    }
  }
}

/// Moves an image.
private struct ImageMoving: PictureWork {
  let transform: String
  let output: String
  let isInverse: Bool
  let interpolation: Interpolation
  let background: BackgroundChoice
  let threads: Int

  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws {
    try moving.contents.checkWritable(to: output)
    try background.check(moving)
    // The transform's own fixed image is the one that goes back.
    let volumes =
      isInverse ? TransformVolumes(fixed: moving, moving: fixed) : TransformVolumes(fixed: fixed, moving: moving)
    let map = try TransformFile.read(transform, as: Transform<rank>.self, between: volumes)
    let through = isInverse ? try map.inverse(of: transform) : map
    let moved = moving.moved(
      onto: fixed.grid, through: through, interpolation: interpolation, background: background, threads: threads)
    try moving.contents(movedTo: moved, on: fixed, through: through).write(to: output)
    moving.contents.sayRemarks(of: moving.file)
    for remark in moving.pairRemarks { Console.complain(remark) }
  }
}

extension Transform {
  /// - Throws: ``InputError`` where there is none.
  fileprivate func inverse(of file: String) throws -> Self {
    guard let inverse = inverted() else {
      throw InputError(file: file, problem: "the transform has no inverse (its matrix is singular)")
    }
    return inverse
  }
}

extension Option {
  fileprivate static let like = Option(
    "like", .text("FIXED"), help: "the image whose grid the result takes (required for an image)")
  fileprivate static let requiredOutput = Option(
    "output", short: "o", .text("MOVED"), help: "the image or table to write (required)")
  fileprivate static let inverse = Option("inverse", .flag, help: "apply the inverse: moving point to fixed point")
  static let pointsScale = Option(
    "points-scale", .number("FACTOR", 1e-9...1e9), default: "1",
    help: "what the coordinates of points are multiplied by to be physical; points are written in their own unit again")
}
