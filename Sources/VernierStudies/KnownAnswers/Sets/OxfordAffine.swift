import Vernier
import VernierFiles

extension KnownDataSet {
  /// Mikolajczyk et al. 2005: photographs of planar scenes from two views, with homographies.
  static let oxfordAffine = KnownDataSet(
    title: "Oxford affine pairs", folder: "oxford_affine", unit: "px",
    note: """
      The answer is a homography, which an affine transform follows only nearly: "model's best" is the mean error of the affine
      fitted to it by least squares. Error: mean over a 10 × 10 grid, where it falls inside both images. Wrong: above 2 px +
      1.5 times the model's best.
      """
  ) { folder in
    try ["", "full_res/"].filter { folder.holds($0) || $0.isEmpty }.flatMap { place in
      try folder.names(in: place.isEmpty ? "." : place).compactMap { file -> KnownCase? in
        guard file.hasPrefix("H_"), file.hasSuffix(".txt") else { return nil }
        let parts = file.dropFirst(2).dropLast(4).split(separator: "_")
        guard parts.count == 3, parts[1] == "to" else { return nil }
        let name = "\(place)\(parts[0]) → \(parts[2])"
        return KnownCase(name: name) {
          guard let truth = Homography(parsing: try folder.text("\(place)\(file)")) else {
            throw FileError(
              "\(folder.path)/\(place)\(file)", .malformed("not a homography of three rows of three numbers"))
          }
          let fixed = try folder.plane("\(place)\(parts[0]).png")
          let moving = try folder.plane("\(place)\(parts[2]).png")
          let points = fixed.grid.lattice(10).filter { moving.grid.holds(truth($0)) }
          let pair = KnownPair(fixed: fixed, moving: moving, answer: PointPairs(points: points) { truth($0) })
          let best = pair.answer.meanDistance(pair.answer.bestFit(.affine))
          return [pair.row(name, model: .affine, tolerance: 2 + 1.5 * best, threads: folder.threads)]
        }
      }
    }
  }
}

extension Grid {
  /// Whether a point lies between the first and the last sample of each axis.
  func holds(_ point: Vector<rank>) -> Bool {
    let index = index(atPoint: point)
    return (0..<rank).allSatisfy { index[$0] >= 0 && index[$0] <= Double(size[$0] - 1) }
  }
}
