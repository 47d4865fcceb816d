import Vernier
import VernierFiles

/// A plate in memory, on one thread: all that `vernier colorize` does between reading and writing, or, with `-shift`
/// after its name, a published method's two shifts alone, its exposures cut before the clock starts.
///
/// The matrices are those of blue and red.
func plate(_ method: String, _ metric: String, _ path: String, runs: Int) throws -> Line {
  let image = try plane(path)
  guard let chosen = ShiftMetric(rawValue: metric) else { throw Usage() }
  if let assembly = PlateAssembly.Method(rawValue: method) {
    let assembly = PlateAssembly(method: assembly, metric: chosen, threads: 1)
    let (result, samples) = try measure(runs) { try assembly.assemble(image) }
    return Line(
      name: "plate", samples: samples, threads: 1, matrices: result.alignments.map { $0.transform.homogeneous })
  }
  let exposures = try PlateLayout(image, threads: 1).frames(of: image)
  let (green, others) = (exposures[1], [exposures[0], exposures[2]])
  func matrix(_ shift: Vector<2>) -> [[Double]] { Affine<2>(translation: shift).homogeneous }
  switch method {
  case "exhaustive-shift":
    let search = ExhaustiveShift(metric: chosen, threads: 1)
    let (shifts, samples) = measure(runs) { others.map { search.shift(aligning: $0, to: green) } }
    return Line(name: "shift", samples: samples, threads: 1, matrices: shifts.map(matrix))
  case "gradient-shift":
    let descent = GradientShift(metric: chosen, threads: 1)
    let (shifts, samples) = measure(runs) { others.map { descent.descend(aligning: $0, to: green).shift } }
    return Line(name: "shift", samples: samples, threads: 1, matrices: shifts.map(matrix))
  default: throw Usage()
  }
}
