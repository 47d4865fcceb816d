/// A frame of a series, as far as it was looked at.
public struct SeriesFrame<let rank: Int>: Sendable {
  /// Its number in the series, from 0.
  public var number: Int
  /// The best alignment with another frame; nil for the first frame, and for one that could not be compared.
  public var alignment: Alignment<rank>?
  /// Why it cannot be aligned at all; nil where it can.
  public var problem: String?

  init(number: Int, problem: String? = nil) {
    self.number = number
    self.problem = problem
  }
}

/// Where a frame of a series lies, and whether to believe it.
public struct FramePose<let rank: Int>: Sendable {
  public var frame: SeriesFrame<rank>
  /// A point of the common grid to the point of the frame, physical coordinates; nil where the frame has no place.
  public var transform: Affine<rank>?
  public var verdict = Verdict.failed
  /// The calibrated confidence of the best alignment that the frame is linked by, 0…1; less where most of its links
  /// contradict the pose.
  public var confidence = 0.0
  /// The pairs that the frame was aligned in.
  public var links: Int
  /// Those of them that agree with the poses.
  public var agreeing: Int

  init(frame: SeriesFrame<rank>, links: Int, agreeing: Int) {
    (self.frame, self.links, self.agreeing) = (frame, links, agreeing)
  }

  /// Whether the frame is left out: it has no place that is believed.
  public var isSkipped: Bool { verdict == .failed || transform == nil }
}

/// A frame that later ones may be aligned with.
final class HeldFrame<let rank: Int>: Sendable {
  let number: Int
  let pyramid: Pyramid<rank>
  /// The frame at the resolution at which it is first aligned.
  let low: Image<rank>

  /// - Parameter image: a frame that was checked.
  init(number: Int, _ image: Image<rank>, threads: Int) {
    self.number = number
    let whole = image.withoutPadding()
    let clean = Ranks.inPlane(rank, whole) { (plane: Image<2>) -> Image<2>? in plane.withoutIsolatedSamples() } ?? whole
    pyramid = Pyramid(clean, shortest: rank == 2 ? 16 : 12, threads: threads)
    let most = rank == 2 ? PatchRegistration.largestSide : 64
    low = pyramid.levels.first { ($0.size.max() ?? 0) <= most } ?? pyramid.levels[pyramid.levels.count - 1]
  }

  /// Whether the frame shows more than white noise: samples two apart correlate at low resolution, as halved noise does
  /// at one apart and no farther.
  ///
  /// - Complexity: O(samples) at low resolution.
  var hasStructure: Bool {
    var (sums, squares) = (0.0, 0.0)
    let valid = low.samples.indices.filter(low.isValid)
    let mean = valid.reduce(0.0) { $0 + Double(low.samples[$1]) } / Double(max(valid.count, 1))
    var count = 0
    for axis in 0..<2 {
      let (stride, length) = (low.size.stride(along: axis), low.size[axis])
      for place in valid where place / stride % length + 2 < length && low.isValid(place + 2 * stride) {
        let (here, there) = (Double(low.samples[place]) - mean, Double(low.samples[place + 2 * stride]) - mean)
        sums += here * there
        squares += (here * here + there * there) / 2
        count += 1
      }
    }
    // Four deviations of what chance gives.
    return squares > 0 && sums / squares > 4 / Double(count).squareRoot()
  }
}
