import Glibc

/// Every rotation and shift of one small image against another, at their coarsest level.
///
/// The moving image is turned by the angles of a quarter turn, the fixed one by the four right angles. One complex
/// inverse transform correlates a turned image with two of these for all shifts, as its real and imaginary part, and
/// the highest values of a map are then taken over the samples that both images really hold (masked normalized
/// cross-correlation). What depends on the sizes alone is made once.
final class PatchSearch {
  /// A place found by the search.
  struct Peak {
    var motion: PatchMotion
    /// Student's t of the correlation, r √(n / (1 − r²)), so that chance correlations of small overlaps do not win.
    var score: Float
  }

  private let turns: PatchTurns
  private let transform: ComplexTransform
  private let padded: Int
  private let quarters: [PatchQuarter]
  private let canvas: FourierBuffer
  private let canvasWeights: FourierBuffer
  /// What is transformed, complex, and what comes back.
  private let values: FourierBuffer
  private let correlations: FourierBuffer
  private let canvasSpectrum: FourierBuffer
  /// The spectra of the quarters 0 and 1, and of 2 and 3, each as a − i b.
  private let quarterSpectra: [Spectrum]
  private let product: FourierBuffer
  private let map: FourierBuffer
  private let rowMaxima: UnsafeMutablePointer<Float>
  /// Local maxima of each map whose correlation is taken exactly.
  private let peaksPerMap: Int
  /// The least share of the smaller image that must overlap.
  private let leastOverlap = 0.25

  /// - Parameters:
  ///   - moving, fixed: levels of the sizes that will be searched.
  ///   - turning: whether angles are searched; else shifts alone.
  init(moving: PatchLevel, fixed: PatchLevel, turning: Bool) {
    let diagonal = hypot(Double(moving.width), Double(moving.height))
    // From one angle to the next the rim moves by two samples: refinement reaches more than half of that.
    let perQuarter = turning ? max(6, Int((0.25 * .pi * diagonal / 2).rounded(.up))) : 1
    turns = PatchTurns(width: moving.width, height: moving.height, stride: moving.stride, count: perQuarter)
    peaksPerMap = turning ? 3 : 8
    let side = turns.side
    // Farther shifts leave less than a quarter of the smaller image.
    let reach = 0.75 * Double(max(fixed.width, fixed.height, moving.width, moving.height))
    // No shift that counts may wrap around onto the canvas, and all of them have to fit; the canvas is read 8 samples
    // at a time.
    let needed = Int((0.5 * Double(side + max(fixed.width, fixed.height)) + reach).rounded(.up))
    padded = RealTransform.fastSize(atLeast: max(needed, side + 8, Int(2 * reach) + 1))
    transform = .of(width: padded, height: padded)
    let count = padded * padded
    canvas = FourierBuffer(reals: padded * padded + 8)
    canvasWeights = FourierBuffer(reals: padded * padded + 8)
    values = FourierBuffer(complexes: count)
    correlations = FourierBuffer(complexes: count + 8)
    canvasSpectrum = FourierBuffer(complexes: count)
    product = FourierBuffer(complexes: count)
    map = FourierBuffer(reals: padded * padded + 8)
    rowMaxima = .allocate(capacity: padded)
    quarters = (0..<(turning ? 4 : 1)).map { quarter in
      PatchQuarter(
        quarter: quarter, width: fixed.width, height: fixed.height, side: side,
        moving: max(moving.width, moving.height),
        reach: reach)
    }
    quarterSpectra = (0..<(quarters.count + 1) / 2).map { _ in Spectrum(count: count) }
  }

  deinit { rowMaxima.deallocate() }

  /// An array's element for memory that cannot be copied.
  private final class Spectrum {
    let values: FourierBuffer
    init(count: Int) { values = FourierBuffer(complexes: count) }
  }

  /// The best peaks of which no two describe nearly the same motion, best first.
  func run(moving: PatchLevel, to fixed: PatchLevel, keeping limit: Int) -> [Peak] {
    loadQuarters(fixed)
    let least = Float(max(leastOverlap * min(fixed.count, moving.count), 12))
    var peaks: [Peak] = []
    peaks.reserveCapacity(turns.angles.count * quarters.count * peaksPerMap)
    for (index, angle) in turns.angles.enumerated() {
      turns.write(moving, turnedBy: index, into: canvas.reals, weights: canvasWeights.reals, stride: padded)
      for place in stride(from: 0, to: padded * padded, by: 8) {
        store(RowMoments.load(canvas.reals + place), .zero, values.reals + 2 * place)
      }
      transform.forward(values, into: canvasSpectrum)
      let (c, s) = (cos(angle), sin(angle))
      for (number, quarter) in quarters.enumerated() {
        if number % 2 == 0 { correlate(quarterSpectra[number / 2].values) }
        forEachMaximum(quarter, part: number % 2) { x, y in
          let shift = (x: quarter.first.x + x, y: quarter.first.y + y)
          let (value, count) = quarter.correlation(
            at: shift, canvas: canvas.reals, canvasWeights: canvasWeights.reals, side: turns.side, canvasStride: padded)
          guard value > 0.05, count >= least else { return }
          let bounded = min(value, 0.9999)
          let score = bounded * (count / (1 - bounded * bounded)).squareRoot()
          let apart = SIMD2(
            Double(shift.x) + Double(quarter.width - turns.side) / 2,
            Double(shift.y) + Double(quarter.height - turns.side) / 2)
          let turned = SIMD2(c * apart.x - s * apart.y, s * apart.x + c * apart.y)
          let motion = PatchMotion(angle: angle - 0.5 * .pi * Double(quarter.quarter), shift: fixed.scale * turned)
          peaks.append(Peak(motion: motion, score: score))
        }
      }
    }
    return separate(peaks, of: fixed, and: moving, limit: limit)
  }

  private func loadQuarters(_ fixed: PatchLevel) {
    for (pair, spectrum) in quarterSpectra.enumerated() {
      values.reals.update(repeating: 0, count: 2 * padded * padded)
      for number in 2 * pair..<min(2 * pair + 2, quarters.count) {
        quarters[number].load(fixed, into: values, part: number % 2, side: padded)
      }
      transform.forward(values, into: spectrum.values)
    }
  }

  /// The cyclic correlations of two quarters with the canvas, interleaved, into `correlations`; their scale does not
  /// matter. With A − i B the spectrum of two real pictures' a − i b, its conjugate is conj(A) + i conj(B).
  private func correlate(_ spectra: borrowing FourierBuffer) {
    let (a, b, out) = (spectra.reals, canvasSpectrum.reals, product.reals)
    for index in stride(from: 0, to: 2 * padded * padded, by: 16) {
      let left = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD16<Float>.self)
      let right = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD16<Float>.self)
      let (ar, ai, br, bi) = (left.evenHalf, left.oddHalf, right.evenHalf, right.oddHalf)
      store(ar * br + ai * bi, ar * bi - ai * br, out + index)
    }
    transform.backward(product, into: correlations)
  }

  /// Writes eight complex values.
  @inline(__always)
  private func store(_ reals: SIMD8<Float>, _ imaginaries: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>) {
    var both = SIMD16<Float>.zero
    both.evenHalf = reals
    both.oddHalf = imaginaries
    UnsafeMutableRawPointer(place).storeBytes(of: both, as: SIMD16<Float>.self)
  }

  /// Calls `body` with the highest places of one part of `correlations`, levelled by the overlap, no two within two samples
  /// of each other.
  private func forEachMaximum(_ quarter: PatchQuarter, part: Int, _ body: (Int, Int) -> Void) {
    let (values, stride) = (map.reals, padded)
    let (columns, rows) = quarter.count
    func findMaximum(ofRow y: Int) {
      var most = SIMD8<Float>(repeating: 0)
      for x in Swift.stride(from: 0, to: columns, by: 8) {
        let next = RowMoments.load(values + (y * stride + x))
        most.replace(with: next, where: next .> most)
      }
      // Half by half: `max` looks at one after the other, and for NaN.
      let four = most.lowHalf.replacing(with: most.highHalf, where: most.highHalf .> most.lowHalf)
      let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
      rowMaxima[y] = two.x > two.y ? two.x : two.y
    }
    for y in 0..<rows {
      let (line, factor) = (values + y * stride, quarter.leveling.reals + y * quarter.levelingStride)
      for x in Swift.stride(from: 0, to: columns, by: 8) {
        let both = UnsafeRawPointer(correlations.reals + 2 * (y * stride + x)).loadUnaligned(as: SIMD16<Float>.self)
        let leveled = (part == 0 ? both.evenHalf : both.oddHalf) * RowMoments.load(factor + x)
        UnsafeMutableRawPointer(line + x).storeBytes(of: leveled, as: SIMD8<Float>.self)
      }
      findMaximum(ofRow: y)
    }
    for _ in 0..<peaksPerMap {
      var row = 0
      for y in 1..<rows where rowMaxima[y] > rowMaxima[row] { row = y }
      let most = rowMaxima[row]
      guard most > 0 else { return }
      var column = 0
      while values[row * stride + column] != most { column += 1 }
      body(column, row)
      for y in max(row - 2, 0)...min(row + 2, rows - 1) {
        for x in max(column - 2, 0)...min(column + 2, columns - 1) { values[y * stride + x] = 0 }
        findMaximum(ofRow: y)
      }
    }
  }

  private func separate(_ peaks: [Peak], of fixed: PatchLevel, and moving: PatchLevel, limit: Int) -> [Peak] {
    let radius = fixed.scale * 0.4 * hypot(Double(fixed.width), Double(fixed.height))
    let shift = moving.center - moving.fullCenter
    var kept: [Peak] = []
    for peak in peaks.sorted(by: { $0.score > $1.score }) {
      if kept.contains(where: { $0.motion.distance(to: peak.motion, radius: radius) < 2.5 * fixed.scale }) { continue }
      kept.append(peak)
      if kept.count == limit { break }
    }
    // So far about the levels' own centres, which leave out what halving an odd size drops.
    let drop = fixed.fullCenter - fixed.center
    return kept.map { peak in
      var moved = peak
      let (c, s) = (cos(peak.motion.angle), sin(peak.motion.angle))
      let turned = SIMD2<Double>(c * drop.x - s * drop.y, s * drop.x + c * drop.y)
      moved.motion.shift += shift + turned
      return moved
    }
  }
}
