import Vernier
import VernierText

/// A registration as one web page: the verdict, the images to compare by eye, what the alignment leaves, and the
/// evidence in words.
///
/// The page holds everything it needs (style, script and the images as picture files), fetches nothing, and forbids
/// itself to by its content security policy; it works from a file. Pictures of up to 25 million samples keep all of
/// them; volumes are shown with at most 256 samples a side and 3.4 million in all (150³), averaged by area.
public struct Report<let rank: Int>: Sendable {
  public var fixed: ShownImage<rank>
  public var moving: ShownImage<rank>
  /// The moving image on the fixed grid under the alignment's transform; its mask marks what it covers.
  public var moved: ShownImage<rank>
  public var alignment: Alignment<rank>
  /// The files' paths, or what else to call the images. Headings show the last component, with as many folders as tell
  /// the two apart.
  public var fixedFile: String
  public var movingFile: String
  /// The files that were asked for and that a failed alignment leaves unwritten.
  public var withheld: [String]
  /// Those that were written although it failed.
  public var writtenAnyway: [String]
  /// Why the method found no transform; nil where it found one. The alignment is then that of images left where they lie.
  public var problem: String?
  /// What the reader should know besides, one sentence each.
  public var warnings: [String]
  /// The version of Vernier that made the alignment.
  public var version: String

  /// - Precondition: `moved` lies on the grid of `fixed`; the rank is 2 or 3.
  public init(
    fixed: ShownImage<rank>, moving: ShownImage<rank>, moved: ShownImage<rank>, alignment: Alignment<rank>,
    fixedFile: String, movingFile: String, withheld: [String] = [], writtenAnyway: [String] = [],
    problem: String? = nil, warnings: [String] = [], version: String
  ) {
    precondition(rank == 2 || rank == 3, "a report shows pictures or volumes")
    precondition(moved.grid.size == fixed.grid.size, "moved lies on the fixed grid")
    self.fixed = fixed
    self.moving = moving
    self.moved = moved
    self.alignment = alignment
    self.fixedFile = fixedFile
    self.movingFile = movingFile
    self.withheld = withheld
    self.writtenAnyway = writtenAnyway
    self.problem = problem
    self.warnings = warnings
    self.version = version
  }

  /// The page as UTF-8 HTML.
  ///
  /// - Parameters:
  ///   - encoder: makes the picture files that are embedded.
  ///   - threads: to use at most; the page does not depend on it.
  /// - Throws: what the encoder throws.
  /// - Complexity: O(samples).
  public func html(encodedBy encoder: some PictureEncoder, threads: Int = 2) throws -> String {
    let shownFixed = layout(of: fixed.grid)
    let residual = ResidualMap(
      fixed.brightness, moved.brightness, metric: alignment.metric, threads: threads)
    return Page(
      rank: rank, names: FileNames(fixedFile, movingFile), files: (fixedFile, movingFile), withheld: withheld,
      writtenAnyway: writtenAnyway, problem: problem, warnings: warnings, version: version,
      reason: VerdictRules.reason(against: alignment, on: fixed.grid),
      verdict: alignment.verdict, confidence: alignment.confidence, errorBound: alignment.errorBound,
      evidence: alignment.evidence,
      transform: transformText,
      deformation: alignment.deformation.map {
        let controls = (alignment.transform.base as? BSplineTransform<rank>)?.controls
        return DeformationText($0, spacing: controls?.spacing.elements, unit: unit)
      },
      method: alignment.method, metric: alignment.metric, model: alignment.model,
      seconds: alignment.seconds, pictures: try pictures(shownFixed, encodedBy: encoder),
      residual: ResidualText(residual, on: fixed.grid, as: shownFixed, unit: unit),
      field: DeformationField(alignment.transform, beside: linear, on: fixed.grid, as: shownFixed, unit: unit)
    ).html
  }

  private func pictures(_ shownFixed: Layout, encodedBy encoder: some PictureEncoder) throws -> Pictures {
    let shownMoving = layout(of: moving.grid)
    // Both windows look at what the two images share, so that what coincides has one brightness.
    let common = commonMask
    let movingWindow = common.map { Window(moved, mask: $0) } ?? Window(moving, mask: moving.brightness.mask)
    let fixedWindow = Window(fixed, mask: common ?? fixed.brightness.mask)
    let layers = (
      fixed: Layer(fixed, on: shownFixed, window: fixedWindow),
      moving: Layer(moving, on: shownMoving, window: movingWindow),
      moved: Layer(moved, on: shownFixed, window: movingWindow)
    )
    func map(_ transform: Affine<rank>) -> [[Double]] { displayMap(transform, from: shownFixed, to: shownMoving) }
    return try Pictures(
      fixed: layers.fixed, moving: layers.moving, moved: layers.moved, encodedBy: encoder, fixedLayout: shownFixed,
      movingLayout: shownMoving, fixedSpacing: fixed.grid.spacing.elements,
      movingSpacing: moving.grid.spacing.elements, anatomical: rank == 3 && !isPlain,
      maps: (before: map(.identity), after: map(linear)))
  }

  /// What the map does as a whole: what a deformation leaves to its linear part, else the closest linear map.
  private var linear: Affine<rank> {
    let map = alignment.transform
    if map.base is BSplineTransform<rank> || (map.base is Composition<rank> && map.deformationGrid != nil) {
      return map.linear
    }
    return map.affine ?? Affine(closestTo: map, on: fixed.grid)
  }

  /// Where both the fixed and the moved image hold data; nil where that is less than a twentieth of the grid.
  private var commonMask: [UInt8]? {
    guard let movedMask = moved.brightness.mask else { return fixed.brightness.mask }
    let common = fixed.brightness.mask.map { zip($0, movedMask).map { $0 != 0 && $1 != 0 ? 1 : 0 } } ?? movedMask
    return common.count { $0 != 0 } * 20 >= common.count ? common : nil
  }

  /// The unit in which lengths are told.
  private var unit: LengthUnit {
    let spacing = fixed.grid.spacing.elements
    return isPlain ? .pixel : LengthUnit(spacing: spacing.reduce(0, +) / Double(rank))
  }

  /// Whether physical coordinates are pixels.
  private var isPlain: Bool {
    fixed.grid.spacing == Vector(repeating: 1) && fixed.grid.origin == .zero && fixed.grid.direction == .identity
  }

  // Browsers take pictures of up to 16,384 samples a side.
  private func layout(of grid: Grid<rank>) -> Layout { Layout(shown: grid, side: 16_384, volumeSide: 256) }

  /// The affine map from a displayed position in the fixed image to the matching one in the moving image: for each of
  /// x, y and z three factors and an offset.
  private func displayMap(_ transform: Affine<rank>, from source: Layout, to target: Layout) -> [[Double]] {
    func image(_ position: [Double]) -> [Double] {
      let index = source.index(ofDisplayed: position)
      let point = transform(fixed.grid.point(atIndex: Vector { index[$0] }))
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
    let unit = unit
    /// The parameters with lengths in the unit.
    func told(_ values: [Double]) -> [Double] {
      zip(names, values).map { $0.hasPrefix("translation") ? unit($1) : $1 }
    }
    let perspective = (alignment.transform.base as? Homography)?.matrix
    return TransformText(
      names: names, values: told(transform.parameterVector(of: alignment.model)),
      deviations: names.indices.map { index in
        guard let covariance, covariance.count == names.count else { return nil }
        let deviation = max(0, covariance[index][index]).squareRoot()
        return names[index].hasPrefix("translation") ? unit(deviation) : deviation
      },
      rival: rival.map(told), center: transform.center.elements.map { unit($0) },
      matrix: perspective.map { matrix in (0..<3).map { row in (0..<3).map { matrix[row, $0] } } }
        ?? transform.homogeneous,
      isPerspective: perspective != nil, unit: unit,
      sample: spacing.reduce(0, +) / Double(rank))
  }
}

extension Window {
  /// One window for all colours, so that none is tinted.
  fileprivate init<let rank: Int>(_ image: ShownImage<rank>, mask: [UInt8]?) {
    let windows = (image.colors.isEmpty ? [image.brightness] : image.colors).map { Window($0.samples, mask: mask) }
    self = windows[0]
    low = windows.map(\.low).min() ?? low
    high = windows.map(\.high).max() ?? high
  }
}
