import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// `vernier info`: what image and transform files hold.
struct Info: Subcommand {
  static let manual = Manual(
    name: "info",
    summary: "say what image and transform files hold",
    positionals: [Positional(name: "FILE", help: "an image, a folder of DICOM slices, or a transform", repeats: true)],
    options: [.json],
    discussion: [
      "With --json, one line a file. Files that cannot be read are named on standard error (exit status 1)."
    ],
    examples: [
      ("vernier info t1.nii.gz", "size, spacing, origin, direction, channels, sample type, range and mean"),
      ("vernier info t.tfm --json", "rank, matrix and parameters of a transform"),
    ])

  private let files: [String]
  private let asJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    files = arguments.positionals
    asJSON = arguments.has(.json)
  }

  func run() async throws -> ExitStatus {
    var status = ExitStatus.done
    for (index, file) in files.enumerated() {
      do {
        let members = try Self.describe(file)
        let separator = index > 0 && !asJSON ? "\n" : ""
        try Console.write(separator + (asJSON ? "\(JSON.object(members))\n" : Self.text(members)))
      } catch let error as FileError {
        Console.complain("\(error)")
        status = .unusable
      }
    }
    return status
  }

  private static func describe(_ file: String) throws -> [JSON.Member] {
    if TransformFile.isTransform(file) { return describe(file, try TransformFile.read(file)) }
    let image = try ImageFile.read(file)
    return image.open {
      describe(file, image, $0)
    } volume: {
      describe(file, image, $0)
    }
  }

  private static func describe(_ file: String, _ transform: TransformFile) -> [JSON.Member] {
    func members<let rank: Int>(_ map: Transform<rank>) -> [JSON.Member] {
      let name: String
      var region: Grid<rank>?
      var model = TransformModel.affine
      switch map.base {
      case let affine as Affine<rank>:
        // Most formats do not say with which model a transform was estimated.
        model = transform.model ?? TransformModel(simplestOf: affine)
        name = model.rawValue
      case is Homography: name = "homography"
      case let spline as BSplineTransform<rank>:
        (name, region) = (DeformationModel.bspline.rawValue, spline.controls.inner(samplesPerCell: 8))
      case let field as DisplacementField<rank>: (name, region) = ("field", field.grid)
      default: name = "composition"
      }
      var found = [
        JSON.Member(key: "model", value: .string(name)),
        JSON.Member(key: "matrix", value: .matrix(map.matrix)),
        JSON.Member(key: "parameters", value: JSON.parameters(of: map.linear, model: model)),
      ]
      if let region {
        let folding = map.folding(on: region)
        let numbers: [JSON.Member] = [
          JSON.Member(key: "folding", value: .number(folding.share)),
          JSON.Member(key: "least_jacobian", value: .number(folding.leastDeterminant)),
          JSON.Member(key: "most_jacobian", value: .number(folding.mostDeterminant)),
        ]
        found.append(JSON.Member(key: name, value: .object(JSON.grid(of: map) + numbers)))
      }
      return found
    }
    let found =
      switch transform.transform {
      case .plane(let map): members(map)
      case .space(let map): members(map)
      }
    return [
      JSON.Member(key: "file", value: .string(file)),
      JSON.Member(key: "kind", value: "transform"),
      JSON.Member(key: "rank", value: .integer(transform.rank)),
    ] + found
  }

  private static func describe<let rank: Int>(
    _ file: String, _ image: ImageFile, _ channels: [Image<rank>]
  ) -> [JSON.Member] {
    let grid = channels[0].grid
    let part = ImageName(file).part
    let frames = part.time == nil && part.index == nil ? image.source?.frames ?? 1 : 1
    let levels = part.level == nil ? image.source?.levels ?? 1 : 1
    let direction = (0..<rank).map { row in (0..<rank).map { grid.direction[row, $0] } }
    let statistics = SampleStatistics(channels.map(\.samples))
    return [
      JSON.Member(key: "file", value: .string(file)),
      JSON.Member(key: "kind", value: .string(image.kind)),
      JSON.Member(key: "format", value: .optional(image.format) { .string($0.rawValue) }),
      JSON.Member(key: "size", value: .array(grid.size.map(JSON.integer))),
      JSON.Member(key: "spacing", value: .numbers(grid.spacing.elements)),
      JSON.Member(key: "origin", value: .numbers(grid.origin.elements)),
      JSON.Member(key: "direction", value: .matrix(direction)),
      JSON.Member(key: "unit", value: .string(image.source?.unit == nil ? "px" : "mm")),
      JSON.Member(key: "file_unit", value: .optional(image.source?.unit, JSON.string)),
      JSON.Member(key: "orientation", value: .optional(image.source?.orientation, JSON.integer)),
      JSON.Member(key: "channels", value: .integer(channels.count)),
      JSON.Member(key: "frames", value: .integer(frames)),
      JSON.Member(key: "levels", value: .integer(levels)),
      JSON.Member(key: "nodata", value: .optional(image.nodata.map(Double.init), JSON.number)),
      JSON.Member(key: "sample_type", value: .string(image.sampleType.rawValue)),
      JSON.Member(key: "range", value: .numbers([statistics.least, statistics.most])),
      JSON.Member(key: "mean", value: .number(statistics.mean)),
      JSON.Member(key: "not_finite", value: .integer(statistics.notFinite)),
    ]
  }

  /// The same for a person: a line a property.
  private static func text(_ members: [JSON.Member]) -> String {
    members.map { member in
      [member.key.replacing("_", with: " "), member.value.string ?? "\(member.value)"]
    }.alignedColumns
  }
}

/// The range and mean of an image's finite samples.
struct SampleStatistics {
  private(set) var least = Double.infinity
  private(set) var most = -Double.infinity
  private(set) var mean = 0.0
  private(set) var notFinite = 0

  init(_ channels: [[Float]]) {
    var sum = 0.0
    var count = 0
    for samples in channels {
      for sample in samples {
        guard sample.isFinite else {
          notFinite += 1
          continue
        }
        let value = Double(sample)
        least = min(least, value)
        most = max(most, value)
        sum += value
        count += 1
      }
    }
    mean = sum / Double(count)
  }
}
