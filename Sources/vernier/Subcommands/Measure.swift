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
      Positional(name: "FIXED", help: "the image that stayed", isOptional: true),
      Positional(name: "MOVED", help: "the image that was aligned to it, on the same grid", isOptional: true),
    ],
    options: [
      .fixedMask, .movingMask, .fixedLabels, .movedLabels, .measured, .reference, .points, .movingPoints, .pointsScale,
      .json,
    ],
    discussion: [
      """
      With labels: the Dice overlap and the Hausdorff distances of each label above 0, and their means; distances are exact and in \
      physical units, between the borders' sample centres.
      """,
      """
      With a transform (fixed to moving) and either a reference transform or points: the target registration error, over the fixed \
      image's samples within its mask or at the points. Points are a table with the columns fixed_x,fixed_y,moving_x,moving_y (in \
      space also fixed_z and moving_z), BigWarp's landmarks, or a table for each image (x,y and in space z, as BIRL, Fiji and \
      Slicer write them). At points no images are needed.
      """,
    ],
    examples: [
      ("vernier measure fixed.png moved.png", "overlap, squared difference, correlation, information, edges"),
      (
        "vernier measure t1.nii.gz moved.nii.gz --fixed-labels a.nii.gz --moved-labels b.nii.gz",
        "Dice and Hausdorff distances of each label"
      ),
      (
        "vernier measure --measured-transform t.tfm --points landmarks.csv",
        "how far the transform sends the landmarks from where they belong"
      ),
      (
        "vernier measure --measured-transform t.tfm --points a.csv --moving-points b.csv --points-scale 0.1",
        "the same with a table for each image, set in images ten times as large"
      ),
    ])

  /// Nil where the error at points alone is measured.
  private let images: (fixed: String, moved: String)?
  private let fixedMask: String?
  private let movedMask: String?
  private let labels: (fixed: String, moved: String)?
  private let transform: String?
  private let reference: String?
  private let points: String?
  private let movingPoints: String?
  private let pointsScale: Double
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    switch arguments.positionals.count {
    case 0: images = nil
    case 1: throw .missingPositional("MOVED", command: Self.manual.command)
    default: images = (arguments.positionals[0], arguments.positionals[1])
    }
    fixedMask = arguments[.fixedMask]
    movedMask = arguments[.movingMask]
    transform = arguments[.measured]
    reference = arguments[.reference]
    points = arguments[.points]
    movingPoints = arguments[.movingPoints]
    pointsScale = arguments.number(.pointsScale) ?? 1
    asJSON = arguments.has(.json)
    switch (arguments[.fixedLabels], arguments[.movedLabels]) {
    case (nil, nil): labels = nil
    case (let fixed?, let moved?): labels = (fixed, moved)
    default: throw .conflict("--fixed-labels and --moved-labels go together; give both")
    }
    guard (transform != nil) == (reference != nil || points != nil), reference == nil || points == nil else {
      throw .conflict("--measured-transform needs --reference or --points, one of them; and these need it")
    }
    guard points != nil || (movingPoints == nil && !arguments.isGiven(.pointsScale)) else {
      throw .conflict("--moving-points and --points-scale go with --points; give it, too")
    }
    let needImages: [Option] = [.fixedMask, .movingMask, .fixedLabels, .movedLabels, .reference]
    if images == nil, points == nil || needImages.contains(where: arguments.isGiven) {
      throw .missingPositional("FIXED", command: Self.manual.command)
    }
  }

  func run() async throws -> ExitStatus {
    let found: Found
    let files: [JSON.Member]
    if let images {
      found = try self(reading: images.fixed, images.moved)
      files = [
        JSON.Member(key: "fixed", value: .string(images.fixed)),
        JSON.Member(key: "moved", value: .string(images.moved)),
      ]
    } else {
      found = try atPoints()
      files = [JSON.Member(key: "measured_transform", value: .optional(transform, JSON.string))]
    }
    if asJSON {
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

    mutating func add(_ error: RegistrationError) {
      add("tre", error.mean)
      add("tre_median", error.median)
      add("tre_95", error.percentile95)
      add("tre_max", error.largest)
      add("tre_points", Double(error.count))
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
    if let labels { try add(labels, of: still, in: fixed.file, to: &found) }
    if let transform { try add(transform, over: still, of: fixed.file, to: &found) }
    return found
  }

  /// The error at points, which needs no images.
  private func atPoints() throws -> Found {
    var found = Found()
    guard let transform, let points else { return found }
    switch try TransformFile.read(transform).transform {
    case .plane(let map): found.add(try error(of: map, at: points))
    case .space(let map): found.add(try error(of: map, at: points))
    }
    return found
  }

  private func error<let rank: Int>(of map: Transform<rank>, at points: String) throws -> RegistrationError {
    let error = RegistrationError(
      of: map, at: try PointPairs<rank>(reading: points, moving: movingPoints, scale: pointsScale))
    guard error.mean.isFinite else {
      throw InputError(
        file: points, problem: "the transform gives one of the points no image", remedy: "take the others alone")
    }
    return error
  }

  private func add<let rank: Int>(
    _ files: (fixed: String, moved: String), of image: Image<rank>, in fixed: String, to found: inout Found
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

  private func add<let rank: Int>(
    _ path: String, over image: Image<rank>, of fixed: String, to found: inout Found
  ) throws {
    let map = try TransformFile.read(path, as: Transform<rank>.self)
    if let points { return found.add(try error(of: map, at: points)) }
    let truth = try TransformFile.read(reference ?? path, as: Transform<rank>.self)
    guard let error = RegistrationError(of: map, reference: truth, over: image) else {
      throw InputError(file: fixed, problem: "\(ImageError.emptyMask)")
    }
    found.add(error)
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
    "points", .text("FILE"), help: "points of the fixed image, and where they belong in the moving one")
  fileprivate static let movingPoints = Option(
    "moving-points", .text("FILE"),
    help: "where they belong, one by one, where --points has those of the fixed image alone")
}
