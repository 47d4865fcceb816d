// Vernier's side of the in-process comparisons; Benchmarks/run calls it beside the rivals' scripts.
//
//   vernier-benchmarks refine affine|rigid FIXED MOVING RUNS      512×512 pictures, from the identity, one thread
//   vernier-benchmarks resample SIDE RUNS THREADS                 linear, SIDE³ onto itself through one affine map
//   vernier-benchmarks small FOLDER CHAIN                         the pairs of FOLDER/pairs.csv, rigid, one thread,
//   with evidence vernier-benchmarks together FOLDER CHAIN RUNS                 the same by one call for all pairs
//   vernier-benchmarks plate METHOD METRIC PLATE RUNS             a glass plate, one thread: METHOD of colorize, or a
//   shift method alone vernier-benchmarks volume FIXED MOVING RUNS THREADS           rigid, mutual information, from
//   nothing, with evidence vernier-benchmarks pairs published|strict SIDE COUNT RUNS THREADS   synthetic pairs of a
//   drawn scene, a thousand vernier-benchmarks inference NETWORK RUNS                     one pair, one thread, drawn
//   parameters vernier-benchmarks step RUNS THREADS                          a training step of two-headed-cnn, 256
//   pairs of 64×64
//
// Prints one line of JSON with the fields of rivals/common.py's `emit`. Files are read before the clock starts.

import FoundationEssentials
import Glibc
import Vernier
import VernierFiles

struct Line: Encodable {
  var name: String
  var samples: [Double]
  var threads: Int
  var matrix: [[Double]]?
  /// Where each sample is a pair of its own: null where there was no answer.
  var matrices: [[[Double]]?]?

  enum CodingKeys: String, CodingKey {
    case name = "case"
    case contender, n
    case samples = "samples_ms"
    case threads, matrix, matrices
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode("Vernier", forKey: .contender)
    try container.encode(samples.count, forKey: .n)
    try container.encode(samples, forKey: .samples)
    try container.encode(threads, forKey: .threads)
    try container.encodeIfPresent(matrix, forKey: .matrix)
    try container.encodeIfPresent(matrices, forKey: .matrices)
  }
}

struct Usage: Error {}

/// Calls `work` twice to warm up and then `runs` times; the last result, and milliseconds.
func measure<Result>(_ runs: Int, _ work: () throws -> Result) rethrows -> (Result, [Double]) {
  _ = try work()
  var result = try work()
  var samples: [Double] = []
  for _ in 0..<runs {
    let milliseconds: Double
    (result, milliseconds) = try timed(work)
    samples.append(milliseconds)
  }
  return (result, samples)
}

/// Calls `work` once; its result, and milliseconds.
func timed<Result>(_ work: () throws -> Result) rethrows -> (Result, Double) {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try work()
  let duration = (clock.now - start).components
  return (result, Double(duration.seconds) * 1e3 + Double(duration.attoseconds) * 1e-15)
}

func plane(_ path: String) throws -> Image<2> {
  guard case .plane(let image) = try ImageFile.read(path).luminance else { throw Usage() }
  return image
}

func volume(_ path: String) throws -> Image<3> {
  guard case .volume(let image) = try ImageFile.read(path).luminance else { throw Usage() }
  return image
}

func refine(model: TransformModel, fixed: Image<2>, moving: Image<2>, runs: Int) throws -> Line {
  let refinement = Refinement(model: model, metric: .crossCorrelation, threads: 1)
  let (found, samples) = try measure(runs) { try refinement.candidates(aligning: moving, to: fixed, from: []) }
  return Line(name: "refine \(model)", samples: samples, threads: 1, matrix: found[0].transform.homogeneous)
}

func resample(side: Int, runs: Int, threads: Int) throws -> Line {
  var random = SplitMix64(seed: 1)
  let grid = try Grid<3>(size: [side, side, side])
  let image = try Image<3>(
    grid: grid, samples: (0..<grid.count).map { _ in Float.random(in: 0..<1, using: &random) })
  // The rival's map: 3° about x, then 7° about z, stretched by 2 %, about the centre.
  let transform = Affine<3>(
    Affine<3>.Parameters(
      rotation: [3, 0, 7], scale: [1.02, 1.02, 1.02], shear: [0, 0, 0], translation: [2.5, -1.25, 3.75],
      center: grid.center))
  let (_, samples) = measure(runs) { image.resampled(onto: grid, through: transform, threads: threads) }
  return Line(name: "resample \(side)³", samples: samples, threads: threads)
}

func align(fixed: Image<3>, moving: Image<3>, runs: Int, threads: Int) throws -> Line {
  let registration = Registration(model: .rigid, metric: .mutualInformation, threads: threads)
  let (found, samples) = try measure(runs) { try registration.align(moving, to: fixed) }
  return Line(name: "rigid MI", samples: samples, threads: threads, matrix: found.transform.homogeneous)
}

func run(_ words: [String]) throws -> Line {
  func number(_ index: Int) throws -> Int {
    guard index < words.count, let value = Int(words[index]), value > 0 else { throw Usage() }
    return value
  }
  switch words.first {
  case "refine" where words.count == 5:
    guard let model = TransformModel(rawValue: words[1]) else { throw Usage() }
    return try refine(model: model, fixed: plane(words[2]), moving: plane(words[3]), runs: number(4))
  case "resample":
    return try resample(side: number(1), runs: number(2), threads: number(3))
  case "small" where words.count == 3: return try small(folder: words[1], chain: words[2])
  case "together" where words.count == 4:
    return try together(folder: words[1], chain: words[2], runs: number(3))
  case "plate" where words.count == 5: return try plate(words[1], words[2], words[3], runs: number(4))
  case "volume" where words.count == 5:
    return try align(fixed: volume(words[1]), moving: volume(words[2]), runs: number(3), threads: number(4))
  case "pairs" where words.count == 6:
    guard let kind = PairProtocol(rawValue: words[1]) else { throw Usage() }
    return try synthesis(kind, side: number(2), count: number(3), runs: number(4), threads: number(5))
  case "inference" where words.count == 3: return try inference(words[1], runs: number(2))
  case "step" where words.count == 3: return try trainingStep(runs: number(1), threads: number(2))
  default: throw Usage()
  }
}

do {
  let encoded = try JSONEncoder().encode(run(Array(CommandLine.arguments.dropFirst())))
  print(String(decoding: encoded, as: UTF8.self))
} catch {
  var line = "vernier-benchmarks: \(error)\n"
  _ = line.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(1)
}
