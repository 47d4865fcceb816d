import Vernier
import VernierText

extension KnownDataSet {
  /// Three exposures of one glass plate, through a blue, a green and a red filter.
  static let plates = KnownDataSet(
    title: "Glass plates", folder: "plates", unit: "px",
    note: """
      Each plate is cut into equal thirds (blue, green, red from the top), whole and with a tenth cut off at each side. There
      is no known answer; the error is that of the round trip, red → blue against red → green → blue. Wrong: above 2 px.
      """,
    columns: ["shift x, px", "shift y, px", "NCC before", "NCC after", "edge agreement"]
  ) { folder in
    let plates = ["00125v", "00149v", "00153v", "00351v", "00398v", "01112v"]
    return [(0, "whole"), (0.1, "inner")].flatMap { cut, part in plates.map { (cut, part, $0) } }.map {
      cut, part, name in
      KnownCase(name: name) {
        let channels = try folder.plane("\(name).jpg").thirds(cutting: cut)
        let (blue, green, red) = (channels[0], channels[1], channels[2])
        let registration = Registration(model: .translation, threads: folder.threads)
        let jobs = [("green → blue", green, blue), ("red → blue", red, blue), ("red → green", red, green)]
        let found = jobs.map { try? registration.align($0.1, to: $0.2) }
        var roundTrip = Double.infinity
        if let greenBlue = found[0], let redBlue = found[1], let redGreen = found[2] {
          let around = redGreen.linear.composed(after: greenBlue.linear)
          roundTrip = (around.translation - redBlue.linear.translation).length
        }
        return zip(jobs, found).map { job, alignment in
          let evidence = alignment?.evidence
          let shift = alignment?.linear.translation
          return KnownRow(
            name: "\(name) \(job.0)", group: part, model: .translation, method: alignment?.method ?? "–",
            metric: alignment?.metric.name ?? "–", error: roundTrip, floor: nil, tolerance: 2,
            verdict: alignment?.verdict ?? .failed, confidence: alignment?.confidence ?? 0,
            seconds: alignment?.seconds ?? 0,
            extra: [
              shift?[0], shift?[1], evidence?.similarityBefore, evidence?.similarityAfter, evidence?.edgeAgreement,
            ].map { ($0 ?? .nan).fixed(2) }, diagnosis: nil)
        }
      }
    }
  }
}

extension Image where rank == 2 {
  /// The upper, middle and lower third, each of the same height; rows left over at the bottom are dropped.
  ///
  /// - Parameter share: of each third's width and height, cut off at each side.
  func thirds(cutting share: Double = 0) throws -> [Image<2>] {
    let rows = height / 3
    let (across, down) = (Int(share * Double(width)), Int(share * Double(rows)))
    return try (0..<3).map { third in
      let lines = (third * rows + down)..<((third + 1) * rows - down)
      return try Image(
        width: width - 2 * across, height: lines.count,
        samples: lines.flatMap { samples[($0 * width + across)..<(($0 + 1) * width - across)] })
    }
  }
}
