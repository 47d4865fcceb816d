import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// `vernier measure`: how well two images that lie on one grid agree, and how right a transform is.
struct Measure: Subcommand, PictureWork {
  static let manual = Manual(
    name: "measure",
    summary: "say how well two aligned images agree",
    positionals: [
      Positional(name: "FIXED", help: "the image that stayed"),
      Positional(name: "MOVED", help: "the image that was aligned to it, on the same grid"),
    ],
    options: [
      .fixedMask, .movingMask, .fixedLabels, .movedLabels, .measured, .reference, .points, .json,
    ],
    discussion: [
      """
      With labels: the Dice overlap and the Hausdorff distances of each label above 0, and their means; distances are exact and in \
      physical units, between the borders' sample centres.
      """,
      """
      With a transform (fixed to moving) and either a reference transform or a CSV file of points with the columns fixed_x,fixed_y,moving_x,moving_y \
      (in space also fixed_z and moving_z): the target registration error, over the fixed image's samples within its mask or at \
      the points.
      """,
    ],
    examples: [
      ("vernier measure fixed.png moved.png", "overlap, squared difference, correlation, information, edges"),
      (
        "vernier measure t1.nii.gz moved.nii.gz --fixed-labels a.nii.gz --moved-labels b.nii.gz",
        "Dice and Hausdorff distances of each label"
      ),
      (
        "vernier measure a.png b.png --measured-transform t.tfm --points landmarks.csv",
        "how far the transform sends the landmarks from where they belong"
      ),
    ])

  private let fixed: String
  private let moved: String
  private let fixedMask: String?
  private let movedMask: String?
  private let labels: (fixed: String, moved: String)?
  private let transform: String?
  private let reference: String?
  private let points: String?
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    fixed = arguments.positionals[0]
    moved = arguments.positionals[1]
    fixedMask = arguments[.fixedMask]
    movedMask = arguments[.movingMask]
    transform = arguments[.measured]
    reference = arguments[.reference]
    points = arguments[.points]
    asJSON = arguments.has(.json)
    switch (arguments[.fixedLabels], arguments[.movedLabels]) {
    case (nil, nil): labels = nil
    case (let fixed?, let moved?): labels = (fixed, moved)
    default: throw .conflict("--fixed-labels and --moved-labels go together; give both")
    }
    guard (transform != nil) == (reference != nil || points != nil), reference == nil || points == nil else {
      throw .conflict("--measured-transform needs --reference or --points, one of them; and these need it")
    }
  }

  func run() async throws -> ExitStatus {
    let found = try self(reading: fixed, moved)
    if asJSON {
      let files = [JSON.Member(key: "fixed", value: .string(fixed)), JSON.Member(key: "moved", value: .string(moved))]
      try Console.write("\(JSON.object(files + found.members))\n")
    } else {
      try Console.write(found.rows.alignedColumns)
      if let labels = found.labels { try Console.write("\n" + labels.alignedColumns) }
    }
    return .done
  }

  /// What was measured, for a program and for a person.
  struct Found {
    var members: [JSON.Member] = []
    var rows: [[String]] = []
    var labels: [[String]]?

    mutating func add(_ name: String, _ value: Double?) {
      members.append(JSON.Member(key: name, value: .optional(value, JSON.number)))
      rows.append([name, value?.rounded(to: 6) ?? "none"])
    }
  }

  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moved: Picture<rank>) throws -> Found {
    guard fixed.luminance.size == moved.luminance.size else {
      throw InputError(
        file: moved.file,
        problem: "has the size \(moved.luminance.size) but \(fixed.file) has \(fixed.luminance.size)",
        remedy: "bring it onto that grid with vernier apply --like \(fixed.file)")
    }
    let still = try fixed.masked(by: fixedMask)
    var found = Found()
    do {
      for figure in try Measurement(fixed: still, moved: try moved.masked(by: movedMask)).figures {
        found.add(figure.name, figure.value)
      }
    } catch let error as AlignmentError {
      throw error.naming(fixed: fixed.file, moving: moved.file)
    }
    for remark in fixed.remarks + moved.remarks { Console.complain(remark) }
    if let labels { try add(labels, of: still, to: &found) }
    if let transform { try add(transform, over: still, to: &found) }
    return found
  }

  private func add<let rank: Int>(
    _ files: (fixed: String, moved: String), of image: Image<rank>, to found: inout Found
  ) throws {
    let labels = try [files.fixed, files.moved].map { file in
      let labels = try Image<rank>(labels: file)
      guard labels.isPlaced(as: image) else {
        throw InputError(
          file: file, problem: "does not lie on the grid of \(fixed)",
          remedy: "bring it there with vernier apply --like \(fixed) --interpolation nearest")
      }
      return labels
    }
    let agreement: LabelAgreement
    do { agreement = try LabelAgreement(fixed: labels[0], moved: labels[1], threads: processors) } catch {
      throw InputError(file: files.moved, problem: "cannot be compared with \(files.fixed): \(error)")
    }
    found.add("dice", agreement.meanDice)
    found.add("hausdorff", agreement.meanHausdorff)
    found.add("hausdorff_95", agreement.meanHausdorff95)
    let each = agreement.labels.map { label -> JSON in
      [
        "label": .integer(label.label), "dice": .number(label.dice), "hausdorff": .number(label.hausdorff),
        "hausdorff_95": .number(label.hausdorff95),
      ]
    }
    found.members.append(JSON.Member(key: "labels", value: .array(each)))
    func distance(_ value: Double) -> String { value.isFinite ? value.rounded(to: 3) : "–" }
    found.labels =
      [["label", "dice", "hausdorff", "hausdorff_95"]]
      + agreement.labels.map {
        ["\($0.label)", $0.dice.rounded(to: 4), distance($0.hausdorff), distance($0.hausdorff95)]
      }
  }

  private func add<let rank: Int>(_ path: String, over image: Image<rank>, to found: inout Found) throws {
    let map = try TransformFile.read(path, as: Transform<rank>.self)
    let error: RegistrationError
    if let points {
      let list = try PointList<rank>.read(points)
      error = RegistrationError(of: map, at: list.fixed, targets: list.moving)
    } else {
      let truth = try TransformFile.read(reference ?? path, as: Transform<rank>.self)
      guard let measured = RegistrationError(of: map, reference: truth, over: image) else {
        throw InputError(file: fixed, problem: "\(ImageError.emptyMask)")
      }
      error = measured
    }
    found.add("tre", error.mean)
    found.add("tre_median", error.median)
    found.add("tre_95", error.percentile95)
    found.add("tre_max", error.largest)
    found.add("tre_points", Double(error.count))
  }

}

extension Image {
  /// Reads labels of this rank.
  ///
  /// - Throws: `FileError`; ``InputError`` where the file has another rank or several channels.
  fileprivate init(labels file: String) throws {
    let contents = try ImageFile.read(file)
    guard contents.channels.count == 1 else {
      throw InputError(file: file, problem: "has \(contents.channels.count) channels; labels have one")
    }
    guard let image = contents.luminance.image(as: Image<rank>.self) else {
      throw InputError(file: file, problem: "is a \(contents.kind), and the image is not")
    }
    self = image
  }
}

extension Option {
  fileprivate static let fixedLabels = Option(
    "fixed-labels", .text("FILE"), help: "labels on the fixed image's grid; whole numbers, 0 is background")
  fileprivate static let movedLabels = Option(
    "moved-labels", .text("FILE"), help: "the moved image's labels, there too")
  fileprivate static let measured = Option(
    "measured-transform", .text("TRANSFORM"), help: "a transform (fixed to moving) whose error is measured")
  fileprivate static let reference = Option(
    "reference", .text("TRANSFORM"), help: "the transform that it should be")
  fileprivate static let points = Option(
    "points", .text("FILE.csv"), help: "points of the fixed image and where they belong in the moving one")
}
