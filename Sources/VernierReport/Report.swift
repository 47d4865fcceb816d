import Vernier

/// A registration as one web page: the verdict, the images to compare by eye, and the evidence in words.
///
/// The page holds everything it needs (style, script and the images as 8-bit planes), fetches nothing, and forbids
/// itself to by its content security policy; it works from a file. Pictures are shown with at most 1024 samples a
/// side, volumes with at most 256 a side and 1.6 million in all (116³), averaged by area: a page stays below 8 MB.
public struct Report<let rank: Int>: Sendable {
  public var fixed: Image<rank>
  public var moving: Image<rank>
  /// The moving image on the fixed grid under the alignment's transform; its mask marks what it covers.
  public var moved: Image<rank>
  /// The moving image on the fixed grid through the identity: what was there before.
  public var before: Image<rank>
  public var alignment: Alignment<rank>
  /// What to call the fixed image, such as its file name.
  public var fixedTitle: String
  public var movingTitle: String
  /// What the reader should know besides, one sentence each.
  public var warnings: [String]
  /// The version of Vernier that made the alignment.
  public var version: String

  /// - Precondition: `moved` and `before` have the size of `fixed`; the rank is 2 or 3.
  public init(
    fixed: Image<rank>, moving: Image<rank>, moved: Image<rank>, before: Image<rank>,
    alignment: Alignment<rank>, fixedTitle: String, movingTitle: String, warnings: [String] = [], version: String
  ) {
    precondition(rank == 2 || rank == 3, "a report shows pictures or volumes")
    precondition(moved.size == fixed.size && before.size == fixed.size, "moved and before lie on the fixed grid")
    self.fixed = fixed
    self.moving = moving
    self.moved = moved
    self.before = before
    self.alignment = alignment
    self.fixedTitle = fixedTitle
    self.movingTitle = movingTitle
    self.warnings = warnings
    self.version = version
  }

  /// The page as UTF-8 HTML.
  ///
  /// - Complexity: O(samples).
  public func html() -> String {
    let shownFixed = layout(of: fixed.grid, budget: rank == 2 ? 1 << 20 : 1_600_000)
    let shownMoving = layout(of: moving.grid, budget: rank == 2 ? 1 << 20 : 800_000)
    // Both windows look at what the two images share, so that what coincides has one brightness and loses its colour.
    let common = commonMask
    let window = common.map { Window(moved.samples, mask: $0) } ?? Window(moving.samples, mask: moving.mask)
    let fixedWindow = Window(fixed.samples, mask: common ?? fixed.mask)
    func plane(_ image: Image<rank>, _ layout: Layout, _ window: Window) -> Plane {
      layout.plane(image.samples, mask: image.mask, window: window)
    }
    return Page(
      rank: rank, fixedTitle: fixedTitle, movingTitle: movingTitle, warnings: warnings, version: version,
      verdict: alignment.verdict, confidence: alignment.confidence, evidence: alignment.evidence,
      transform: transformText,
      deformation: alignment.deformation.map {
        let controls = (alignment.transform.base as? BSplineTransform<rank>)?.controls
        return DeformationText($0, spacing: controls?.spacing.elements, unit: isPlain ? "px" : "mm")
      },
      method: alignment.method, metric: alignment.metric, model: alignment.model,
      seconds: alignment.seconds,
      pictures: Pictures(
        fixed: plane(fixed, shownFixed, fixedWindow),
        moving: plane(moving, shownMoving, window), moved: plane(moved, shownFixed, window),
        before: plane(before, shownFixed, window), fixedLayout: shownFixed, movingLayout: shownMoving,
        fixedSpacing: fixed.grid.spacing.elements, movingSpacing: moving.grid.spacing.elements,
        anatomical: rank == 3 && !isPlain, map: displayMap(from: shownFixed, to: shownMoving))
    ).html
  }

  /// Where both the fixed and the moved image hold data; nil where that is less than a twentieth of the grid.
  private var commonMask: [UInt8]? {
    guard let movedMask = moved.mask else { return fixed.mask }
    let common = fixed.mask.map { zip($0, movedMask).map { $0 != 0 && $1 != 0 ? 1 : 0 } } ?? movedMask
    return common.count { $0 != 0 } * 20 >= common.count ? common : nil
  }

  /// Whether physical coordinates are pixels.
  private var isPlain: Bool {
    fixed.grid.spacing == Vector(repeating: 1) && fixed.grid.origin == .zero && fixed.grid.direction == .identity
  }

  private func layout(of grid: Grid<rank>, budget: Int) -> Layout {
    var layout = Layout(size: Array(grid.size), side: rank == 2 ? 1024 : 256, budget: budget)
    if rank == 3 { layout.orient(along: (0..<3).map { row in (0..<3).map { grid.direction[row, $0] } }) }
    return layout
  }

  /// The affine map from a displayed position in the fixed image to the matching one in the moving image: for each of
  /// x, y and z three factors and an offset.
  private func displayMap(from source: Layout, to target: Layout) -> [[Double]] {
    func image(_ position: [Double]) -> [Double] {
      let index = source.index(ofDisplayed: position)
      let point = alignment.linear(fixed.grid.point(atIndex: Vector { index[$0] }))
      let reached = moving.grid.index(atPoint: point).elements
      return target.displayed(index: reached + [Double](repeating: 0, count: 3 - rank))
    }
    let offset = image([0, 0, 0])
    let steps = (0..<3).map { axis in image((0..<3).map { $0 == axis ? 1 : 0 }) }
    return (0..<3).map { row in steps.map { $0[row] - offset[row] } + [offset[row]] }
  }

  private var transformText: TransformText {
    let transform = alignment.linear
    let names = alignment.model.parameterNames(rank: rank)
    let covariance = alignment.evidence.covariance
    let spacing = fixed.grid.spacing.elements
    let rival = alignment.evidence.rival.map {
      Affine<rank>(homogeneous: $0, center: transform.center).parameterVector(of: alignment.model)
    }
    return TransformText(
      names: names, values: transform.parameterVector(of: alignment.model),
      deviations: names.indices.map { index in
        guard let covariance, covariance.count == names.count else { return nil }
        return max(0, covariance[index][index]).squareRoot()
      },
      rival: rival, center: transform.center.elements, matrix: transform.homogeneous,
      unit: isPlain ? "px" : "mm", sample: spacing.reduce(0, +) / Double(rank))
  }
}
