import Dispatch
import Vernier

/// Alignment by keypoints: found and described in both images, matched by the ratio test, and the transform on which
/// most matches agree.
///
/// Any rotation, shift and moderate change of scale, without a start, of pictures with distinct detail. Small, smooth
/// or blurred pictures have too few keypoints; those of unlike contrasts have descriptors that do not match. The
/// detectors run with their libraries' own settings, which are those of their papers: a comparison is with the methods
/// as they are used.
///
/// Keypoints of one image are matched with the nearest descriptor of the other where that is clearly nearer than the
/// second (Lowe 2004, section 7.1); the transform is found by RANSAC (Fischler and Bolles 1981) and fitted to the
/// matches that agree. There is one candidate, whose score is the number of these.
public struct KeypointAligner: PictureAligner {
  public var comparesPlaces: Bool { false }
  public var name: String { method.rawValue }
  public var method: KeypointMethod
  /// A match counts where the nearest descriptor is nearer than this times the second nearest: 0…1; smaller keeps fewer
  /// and surer matches. The default is the method's ``KeypointMethod/usualRatio``.
  public var ratio: Double
  /// A match agrees with a transform that misses it by no more, in samples of the coarser image. The default, 3, is
  /// that of OpenCV's estimators: keypoints of the coarser scales are a few samples uncertain.
  public var inlierDistance: Double
  /// Matches that must agree, at least 1. The default, 4, is one more than determine the freest model: in every model
  /// at least one match is left to bear the others out. It is also what a homography takes, with which these methods
  /// are usually compared.
  public var leastAgreement: Int
  /// Keypoints of an image at most; the strongest stay. The default, 10,000, is dlib's, and bounds the time of
  /// matching, which grows with the square.
  public var keypointLimit: Int

  public init(_ method: KeypointMethod) {
    self.method = method
    ratio = method.usualRatio
    inlierDistance = 3
    leastAgreement = 4
    keypointLimit = 10_000
  }

  public var options: [String] {
    let usual = KeypointAligner(method)
    return [
      option("ratio", ratio, usually: usual.ratio),
      option("distance", inlierDistance, usually: usual.inlierDistance),
      option("agreement", Double(leastAgreement), usually: Double(usual.leastAgreement)),
      option("limit", Double(keypointLimit), usually: Double(usual.keypointLimit)),
    ].compactMap(\.self)
  }

  /// Finds the transform on which most matching keypoints agree.
  ///
  /// - Parameters:
  ///   - moving: the image that is brought onto the other.
  ///   - fixed: the image that stays.
  ///   - candidates: not used: the method needs no start.
  ///   - task: its model is fitted; where it has two threads the two images are worked on at once.
  /// - Returns: one candidate, written about the fixed image's centre.
  /// - Throws: `AlignmentError.noAnswer` when there are too few keypoints, matches or agreeing matches;
  ///   `PluginError` when the plug-in cannot be used; ``VisionError``.
  public func candidates(
    aligning moving: Image<2>, to fixed: Image<2>, from candidates: [Candidate<2>], as task: AlignmentTask
  ) throws -> [Candidate<2>] {
    [try candidate(aligning: moving, to: fixed, as: task)]
  }

  /// The number of keypoints in a picture.
  ///
  /// - Throws: `PluginError` when the plug-in cannot be used; ``VisionError``.
  public func keypointCount(in image: Image<2>) throws -> Int {
    try Keypoints(in: image, method: method, limit: keypointLimit).points.count
  }

  private func candidate(
    aligning moving: Image<2>, to fixed: Image<2>, as task: AlignmentTask
  ) throws -> Candidate<2> {
    let sets = try keypoints([fixed, moving], threads: task.threads)
    let counts = sets.map(\.points.count)
    guard counts.allSatisfy({ $0 >= leastAgreement }) else {
      throw noAnswer(.keypoints(fixed: counts[0], moving: counts[1], needed: leastAgreement))
    }
    let matches = try sets[0].matches(with: sets[1], ratio: ratio)
    guard matches.count >= leastAgreement else {
      throw noAnswer(.matches(matches.count, fixed: counts[0], moving: counts[1], needed: leastAgreement))
    }
    let coarsest = (fixed.grid.spacing.elements + moving.grid.spacing.elements).reduce(0, max)
    let consensus = Consensus(
      model: task.model, inlierDistance: inlierDistance * coarsest,
      sampleAreas: DetectorImage.sampleArea(fixed.grid) / DetectorImage.sampleArea(moving.grid))
    let found = consensus.find(among: matches)
    guard let best = found, best.agreeing >= leastAgreement else {
      throw noAnswer(.agreement(found?.agreeing ?? 0, matches: matches.count, needed: leastAgreement))
    }
    return Candidate(transform: best.map.transform(center: fixed.grid.center), score: Double(best.agreeing))
  }

  private func noAnswer(_ shortage: KeypointShortage) -> AlignmentError {
    .noAnswer(method: name, reason: "\(shortage)")
  }

  /// The keypoints of each image, found at once where there are threads for it.
  private func keypoints(_ images: [Image<2>], threads: Int) throws -> [Keypoints] {
    @Sendable func find(_ number: Int) -> Result<Keypoints, any Error> {
      Result { try Keypoints(in: images[number], method: method, limit: keypointLimit) }
    }
    guard threads > 1 else { return try images.indices.map { try find($0).get() } }
    let found = [Result<Keypoints, any Error>](unsafeUninitializedCapacity: images.count) { places, count in
      nonisolated(unsafe) let places = places
      DispatchQueue.concurrentPerform(iterations: images.count) { number in
        places.initializeElement(at: number, to: find(number))
      }
      count = images.count
    }
    return try found.map { try $0.get() }
  }
}
