import Glibc
import Vernier

/// What a camera adds to every picture, whatever it looks at.
enum CameraDefect: CaseIterable {
  /// Single samples that are stuck at a great value, in each picture elsewhere.
  case hotSamples
  /// The same at the same places in both pictures.
  case stuckSamples
  /// A pattern of the columns or rows that both pictures have.
  case stripes

  static func drawn(using random: inout SplitMix64) -> Self { allCases.randomElement(using: &random)! }

  func add(to pair: inout VerdictPair<2>, using random: inout SplitMix64) {
    let (width, height) = (pair.fixed.width, pair.fixed.height)
    switch self {
    case .hotSamples, .stuckSamples:
      let count = Int.random(in: 1...20, using: &random)
      let level = [800, 4095, 65535].randomElement(using: &random)! as Float
      func places(_ random: inout SplitMix64) -> [Int] {
        (0..<count).map { _ in
          Int.random(in: 3..<(height - 3), using: &random) * width + Int.random(in: 3..<(width - 3), using: &random)
        }
      }
      let first = places(&random)
      let second = self == .stuckSamples ? first : places(&random)
      pair.fixed = pair.fixed.changed { index, sample in first.contains(index) ? level : sample }
      pair.moving = pair.moving.changed { index, sample in second.contains(index) ? level : sample }
    case .stripes:
      let strength = Float(pair.fixed.deviation * Double.random(in: 0.25...1.5, using: &random))
      let isColumns = Bool.random(using: &random)
      let pattern = (0..<max(width, height)).map { _ in strength * Float(Degradation.normal(using: &random)) }
      func striped(_ index: Int, _ sample: Float) -> Float {
        sample + pattern[isColumns ? index % width : index / width]
      }
      pair.fixed = pair.fixed.changed(striped)
      pair.moving = pair.moving.changed(striped)
    }
  }
}

/// What is drawn into both pictures at the same place while the scene moves behind it.
enum BurntIn: CaseIterable {
  case vignette, stop, grating, bar, stamp

  static func drawn(using random: inout SplitMix64) -> Self { allCases.randomElement(using: &random)! }

  func add(to pair: inout VerdictPair<2>, using random: inout SplitMix64) {
    let (width, height) = (Double(pair.fixed.width), Double(pair.fixed.height))
    let strength = Double.random(in: 0.4...1, using: &random)
    let text = (0..<400).map { _ in Bool.random(using: &random) }
    func drawn(_ index: Int, _ sample: Float) -> Float {
      let (row, column) = index.quotientAndRemainder(dividingBy: Int(width))
      let (x, y) = (Double(column), Double(row))
      let distance = hypot(x - (width - 1) / 2, y - (height - 1) / 2) / (width / 2)
      switch self {
      case .vignette: return sample * Float(max(1 - strength * distance * distance / 1.6, 0.05))
      case .stop: return distance < 0.75 + 0.2 * strength ? sample : 0
      case .grating:
        return sample + (sin(2 * .pi * (0.7 * x + 0.3 * y) / (6 + 4 * strength)) > 0 ? Float(30 * strength) : 0)
      case .bar:
        let isLow = y >= 0.92 * height && y < 0.92 * height + 3
        return isLow && x > (0.9 - 0.4 * strength) * width && x < 0.95 * width ? 255 : sample
      case .stamp:
        let size = max(0.06 * height, 8)
        guard y > height - size - 4, x < width * (0.5 + 0.4 * strength) else { return sample }
        return text[(row / 2 % 8) * 40 + column / 2 % 40] && y < height - 2 ? 255 : 0
      }
    }
    pair.fixed = pair.fixed.changed(drawn)
    pair.moving = pair.moving.changed(drawn)
  }
}

extension Image {
  /// Each sample replaced by what becomes of it at its place.
  fileprivate func changed(_ change: (_ index: Int, _ sample: Float) -> Float) -> Self {
    let changed = samples.indices.map { change($0, samples[$0]) }
    return (try? Self(grid: grid, samples: changed, mask: mask)) ?? self
  }
}
