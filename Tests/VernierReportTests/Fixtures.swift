import Foundation
import VernierReport

@testable import Vernier

/// Noise that is the same on every run.
struct Noise {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 33) / Double(1 << 31) - 0.5
  }
}

/// Something to look at: a textured field with discs, bars and a grid, defined everywhere.
func scene(_ x: Double, _ y: Double) -> Double {
  var value = 90 + 22 * sin(x / 19 + 2 * sin(y / 31)) + 16 * cos(y / 13 - x / 47) + 8 * sin(x / 5) * sin(y / 6)
  for (cx, cy, radius, level) in [(90.0, 80.0, 34.0, 190.0), (225, 60, 20, 30), (240, 165, 44, 160), (70, 185, 26, 45)]
  {
    let edge = 1 / (1 + exp(hypot(x - cx, y - cy) - radius))
    value += (level + 12 * sin(x / 3) - value) * edge
  }
  if abs(x - y * 0.4 - 120) < 5 { value = 215 }
  if x > 130, x < 190, y > 130, y < 200, Int(x / 6) & 1 == Int(y / 6) & 1 { value += 55 }
  return value
}

/// Something like a head: skin, bone, tissue and a few inner bodies, in millimetres about its centre.
func head(_ x: Double, _ y: Double, _ z: Double) -> Double {
  func ball(_ cx: Double, _ cy: Double, _ cz: Double, _ rx: Double, _ ry: Double, _ rz: Double) -> Double {
    let u = (x - cx) / rx
    let v = (y - cy) / ry
    let w = (z - cz) / rz
    return 1 / (1 + exp(26 * ((u * u + v * v + w * w).squareRoot() - 1)))
  }
  var value = 150 * ball(0, 0, 0, 38, 46, 42) - 110 * ball(0, 0, 0, 34, 42, 38) + 85 * ball(0, -1, 0, 31, 39, 35)
  value += ball(0, 0, 0, 30, 38, 34) * 18 * sin(x / 3.1 + sin(y / 5)) * cos(y / 3.7 + z / 6)
  value -= 80 * ball(-8, -4, 4, 4, 13, 8) + 80 * ball(8, -4, 4, 4, 13, 8)
  return value + 90 * ball(14, 12, 10, 6, 6, 7) + 40 * ball(-13, 18, -12, 8, 7, 6)
}

/// A scene seen on a grid before and after a known motion. Both images have one grid, so the moving image is
/// also what lay on the fixed grid before.
struct Pair<let rank: Int>: Sendable {
  var motion: Affine<rank>
  var fixed: Image<rank>
  var moving: Image<rank>
  var moved: Image<rank>

  init(_ grid: Grid<rank>, motion: Affine<rank>, noise amplitude: Double, scene: (Vector<rank>) -> Double) {
    let back = motion.inverted()!
    var noise = Noise()
    let points = (0..<grid.count).map { sample in
      var rest = sample
      return grid.point(
        atIndex: Vector { axis in
          defer { rest /= grid.size[axis] }
          return Double(rest % grid.size[axis])
        })
    }
    func image(_ mask: [UInt8]? = nil, _ place: (Vector<rank>) -> Vector<rank>) -> Image<rank> {
      let samples = points.map { Float(scene(place($0)) + amplitude * noise.next()) }
      return Image(unchecked: grid, samples: samples, mask: mask)
    }
    let covered: [UInt8] = points.map { point in
      let index = grid.index(atPoint: motion(point))
      return (0..<rank).allSatisfy { index[$0] >= 0 && index[$0] <= Double(grid.size[$0] - 1) } ? 1 : 0
    }
    self.motion = motion
    fixed = image { $0 }
    moving = image { back($0) }
    moved = image(covered) { $0 }
  }
}

/// Uncompressed pictures (BMP of 24 bits), which every browser shows.
struct PlainPictures: PictureEncoder {
  func encode(_ channels: [Image<2>], isExact: Bool) -> EncodedPicture {
    let (width, height) = (channels[0].width, channels[0].height)
    let row = (3 * width + 3) / 4 * 4
    func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
    var bytes = Array("BM".utf8) + number(54 + row * height, 4) + number(0, 4) + number(54, 4)
    bytes += number(40, 4) + number(width, 4) + number(height, 4) + number(1, 2) + number(24, 2)
    bytes += [UInt8](repeating: 0, count: 24)
    for y in (0..<height).reversed() {
      for x in 0..<width {
        for channel in [channels.count - 1, channels.count / 2, 0] { bytes.append(UInt8(channels[channel][x, y])) }
      }
      bytes += [UInt8](repeating: 0, count: row - 3 * width)
    }
    return EncodedPicture(bytes: bytes, mediaType: isExact ? "image/bmp" : "image/x-bmp")
  }
}

extension Report {
  func page() throws -> String { try html(encodedBy: PlainPictures()) }
}

enum Fixtures {
  static let pictures = Pair<2>(
    try! Grid(size: [320, 240]),
    motion: Affine(
      Affine.Parameters(
        rotation: [7], scale: [1, 1], shear: [0], translation: [14.25, -9.5], center: [159.5, 119.5])),
    noise: 12
  ) { scene($0[0], $0[1]) }

  /// Slices twice as far apart as their pixels.
  static let volumes = Pair<3>(
    try! Grid(size: [84, 100, 48], spacing: [1, 1, 2], origin: [-41.5, -49.5, -47]),
    motion: Affine(
      Affine.Parameters(
        rotation: [3, -4, 12], scale: [1, 1, 1], shear: [0, 0, 0], translation: [5, -7.5, 4], center: .zero)),
    noise: 14
  ) { head($0[0], $0[1], $0[2]) }

  static func evidence(variances: [Double]?, rival: [[Double]]? = nil) -> Evidence {
    Evidence(
      overlap: 0.873, coverage: 0.9, similarityBefore: 0.112, similarityAfter: 0.968, informationCorrelation: 0.941,
      edgeAgreement: 0.634, distinctness: 23.4,
      blocks: BlockAgreement(
        share: 1, leastShare: 0.9, evidence: 60, count: 40, cornerError: 0.1, trendEvidence: 60),
      rivalAgreement: 0,
      peakRatio: rival == nil ? 0 : 0.86, rival: rival, forwardBackward: 0.04,
      covariance: variances.map { values in
        values.indices.map { row in values.indices.map { $0 == row ? values[row] : 0 } }
      },
      cornerDeviation: variances == nil ? nil : 0.031, stopReason: .converged, iterations: 17)
  }

  /// A textured picture and its copy under a known rigid motion.
  static func picture(
    fixedFile: String = "plates/harbour-1911-red.png", movingFile: String = "plates/harbour-1911-green.png",
    verdict: Verdict = .aligned, confidence: Double = 0.991, warnings: [String] = [], rival: [[Double]]? = nil,
    withheld: [String] = []
  ) -> Report<2> {
    let alignment = Alignment(
      transform: Transform(pictures.motion), model: .rigid, method: "search+refine", metric: .crossCorrelation,
      evidence: evidence(variances: verdict == .failed ? nil : [1.6e-4, 9e-4, 6.4e-4], rival: rival),
      verdict: verdict, confidence: confidence, seconds: 0.0124)
    return Report(
      fixed: ShownImage(pictures.fixed), moving: ShownImage(pictures.moving), moved: ShownImage(pictures.moved),
      alignment: alignment, fixedFile: fixedFile, movingFile: movingFile, withheld: withheld, warnings: warnings,
      version: "0.1.0")
  }

  /// The same in colours, with a wave of ± 3 pixels before the motion.
  static func deformed() -> Report<2> {
    var report = picture()
    let grid = report.fixed.grid
    let waves = [3.0, 0].map { height in
      Image(unchecked: grid, samples: (0..<grid.count).map { Float(height * sin(Double($0 / 320) / 12)) })
    }
    let wave = try! DisplacementField<2>(waves)
    report.alignment.transform = report.alignment.transform.composed(after: wave)
    func colored(_ image: ShownImage<2>) -> ShownImage<2> {
      let red = image.brightness.mapSamples { min(255, 1.2 * $0) }
      return ShownImage(image.brightness, channels: [red, image.brightness, image.brightness.mapSamples { 0.5 * $0 }])
    }
    report.fixed = colored(report.fixed)
    report.moving = colored(report.moving)
    report.moved = colored(report.moved)
    return report
  }

  /// A volume and its copy under a known rigid motion.
  static func volume(verdict: Verdict = .aligned, confidence: Double = 0.974) -> Report<3> {
    let alignment = Alignment(
      transform: Transform(volumes.motion), model: .rigid, method: "search+refine", metric: .mutualInformation,
      evidence: evidence(variances: [4e-4, 5e-4, 2e-4, 1e-3, 1.2e-3, 2e-3]), verdict: verdict,
      confidence: confidence, seconds: 1.318)
    return Report(
      fixed: ShownImage(volumes.fixed), moving: ShownImage(volumes.moving), moved: ShownImage(volumes.moved),
      alignment: alignment, fixedFile: "patient-07/baseline.nii.gz", movingFile: "patient-07/month-12.nii.gz",
      version: "0.1.0")
  }
}
