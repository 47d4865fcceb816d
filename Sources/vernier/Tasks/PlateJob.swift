import Vernier
import VernierCommandLine
import VernierFiles
import VernierPlates
import VernierReport
import VernierText

/// One plate to colour: read, align, write.
struct PlateJob: Sendable {
  let plate: String
  let picture: String
  let report: String?

  struct Outcome: Sendable {
    var members: [JSON.Member]
    var verdict: Verdict
    var summary: String
    var warnings: [String]
  }

  /// The files to write.
  var destinations: [Destination] {
    [Destination(path: picture, endings: [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".nrrd", ".mha"])]
      + [report.map { Destination(path: $0, endings: [".html", ".htm"]) }].compactMap(\.self)
  }

  /// Reads the plate, aligns its exposures and writes the picture; of a failed one the report alone.
  ///
  /// - Throws: what makes a file unusable; then nothing was written.
  func run(_ assembly: PlateAssembly) throws -> Outcome {
    let file = try ImageFile.read(plate)
    guard let channels = file.channels(as: Image<2>.self) else {
      throw FileError(plate, .wrongRank(found: 3, needed: 2))
    }
    let (grey, result) = try assemble(channels, isColor: file.layout.isColor, assembly)
    var written: [String] = []
    if result.verdict != .failed {
      let contents = ImageFile(result.channels, sampleType: file.sampleType)
      try contents.checkWritable(to: picture)
      try contents.write(to: picture)
      written.append(picture)
    }
    if let report {
      let page = PlateReport(result, of: grey, title: plate, version: VernierCommand.version)
      try PartialFiles.replace(report, text: page.html())
      written.append(report)
    }
    return Outcome(
      members: members(result, method: assembly.method, written: written), verdict: result.verdict,
      summary: summary(result, written: written), warnings: warnings(result))
  }

  /// The plate as one channel, and what was made of it.
  private func assemble(
    _ channels: [Image<2>], isColor: Bool, _ assembly: PlateAssembly
  ) throws -> (Image<2>, ColorPlate) {
    let grey = isColor ? channels[1] : channels[0]
    if isColor, !Self.areAlike(channels) {
      return (grey, ColorPlate(refusedFor: .colored, reference: assembly.reference))
    }
    do throws(ImageError) { return (grey, try assembly.assemble(grey)) } catch {
      throw InputError(file: plate, problem: "\(error)")
    }
  }

  /// Whether the channels of a grey scan that was stored as a colour picture show the same, up to what JPEG and toning
  /// change: a tint, which shifts and scales a channel as a whole.
  private static func areAlike(_ channels: [Image<2>]) -> Bool {
    let step = max(1, channels[0].samples.count / 40_000) | 1
    func some(_ image: Image<2>) -> [Double] {
      stride(from: 0, to: image.samples.count, by: step).map { Double(image.samples[$0]) }
    }
    let green = some(channels[1])
    return [channels[0], channels[2]].allSatisfy { channel in correlation(some(channel), green) > 0.99 }
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    var (aa, bb, ab) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
      ab += (x - meanA) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 1
  }

  private func warnings(_ result: ColorPlate) -> [String] {
    let reasons = result.objections.map { "\($0)" }.joined(separator: "; ")
    return switch result.verdict {
    case .aligned: []
    case .doubtful: ["warning: \(plate): doubtful: \(reasons); look at it before use"]
    case .failed: ["\(plate): failed: \(reasons); not written: \(picture)"]
    }
  }

  private func summary(_ result: ColorPlate, written: [String]) -> String {
    func pixels(_ value: Double) -> String { value.printed(decimals: 2) }
    var rows = [["plate", plate]]
    if let layout = result.layout {
      let seams = layout.origins.dropFirst().map { "\($0)" }.joined(separator: " and ")
      rows.append(["seams", layout.hasSeams ? "at rows \(seams)" : "not found: thirds of the plate"])
    }
    rows.append(["reference", result.reference.rawValue])
    for alignment in result.alignments {
      let shift = alignment.transform.translation
      rows.append([
        alignment.exposure.rawValue,
        "shifted by (\(pixels(shift[0])), \(pixels(shift[1]))) px, \(alignment.model.rawValue); edges agree to "
          + "\(pixels(alignment.agreementBefore)) before, \(pixels(alignment.agreementAfter)) after",
      ])
    }
    if let size = result.channels.first?.size {
      rows.append(["picture", "\(size[0])×\(size[1]), \(result.seconds.duration)"])
    }
    rows += result.objections.map { ["reason", "\($0)"] } + written.map { ["written", $0] }
    return "\(result.verdict.rawValue)\n" + rows.map { ["  " + $0[0], $0[1]] }.alignedColumns
  }

  private func members(_ result: ColorPlate, method: PlateAssembly.Method, written: [String]) -> [JSON.Member] {
    func range(_ range: Range<Int>) -> JSON { .array([.integer(range.lowerBound), .integer(range.upperBound)]) }
    let layout = result.layout.map { layout -> JSON in
      [
        "seams_found": .boolean(layout.hasSeams),
        "origins": .array(layout.origins.map(JSON.integer)),
        "exposures": .object(
          zip(PlateExposure.allCases, layout.exposures).map { exposure, region in
            JSON.Member(
              key: exposure.rawValue, value: ["columns": range(region.columns), "rows": range(region.rows)])
          }),
      ]
    }
    return [
      JSON.Member(key: "plate", value: .string(plate)),
      JSON.Member(key: "picture", value: .optional(written.first { $0 == picture }, JSON.string)),
      JSON.Member(key: "size", value: .optional(result.channels.first?.size) { .array($0.map(JSON.integer)) }),
      JSON.Member(key: "method", value: .string(method.rawValue)),
      JSON.Member(key: "reference", value: .string(result.reference.rawValue)),
      JSON.Member(key: "layout", value: layout ?? .null),
      JSON.Member(key: "alignments", value: .array(result.alignments.map(JSON.exposure))),
      JSON.Member(key: "verdict", value: .string(result.verdict.rawValue)),
      JSON.Member(key: "reasons", value: .array(result.objections.map { .string("\($0)") })),
      JSON.Member(key: "seconds", value: .number(result.seconds)),
    ]
  }

  /// The line of a plate whose file cannot be used.
  static func failure(_ plate: String, _ error: String) -> [JSON.Member] {
    [
      JSON.Member(key: "plate", value: .string(plate)), JSON.Member(key: "picture", value: .null),
      JSON.Member(key: "verdict", value: .string(Verdict.failed.rawValue)),
      JSON.Member(key: "error", value: .string(error)),
    ]
  }
}

extension JSON {
  /// How one exposure lies on the reference.
  static func exposure(_ alignment: ExposureAlignment) -> JSON {
    var members = [
      Member(key: "exposure", value: .string(alignment.exposure.rawValue)),
      Member(key: "model", value: .string(alignment.model.rawValue)),
      Member(key: "metric", value: .string(alignment.metric.rawValue)),
      Member(key: "matrix", value: .matrix(alignment.transform.homogeneous)),
      Member(key: "parameters", value: parameters(of: alignment.transform, model: alignment.model)),
      Member(
        key: "evidence",
        value: [
          "edge_agreement_before": .number(alignment.agreementBefore),
          "edge_agreement_after": .number(alignment.agreementAfter), "overlap": .number(alignment.overlap),
          "peak": .number(alignment.peak), "peak_ratio": .number(alignment.peakRatio),
          "stop_reason": .string(alignment.stopReason.rawValue), "iterations": .integer(alignment.iterations),
        ]),
    ]
    if !alignment.trace.isEmpty {
      members.append(
        Member(
          key: "trace",
          value: .array(
            alignment.trace.map { ["shift": .numbers($0.shift.elements), "loss": .number($0.loss)] })))
    }
    return .object(members)
  }
}
