import Glibc

/// Everything that aligning two small images of given sizes needs and that does not depend on what they show: memory,
/// rotation tables, Fourier plans. Made once and used for one pair after another.
final class PatchWorkspace {
  struct Sizes: Hashable, Sendable {
    var fixedWidth: Int
    var fixedHeight: Int
    var movingWidth: Int
    var movingHeight: Int
    var turning: Bool
  }

  /// A fixed and a moving image with their levels.
  final class Images {
    let fixed: Patch
    let moving: Patch
    let levelCount: Int

    init(_ sizes: Sizes, coarsest: Int) {
      fixed = Patch(width: sizes.fixedWidth, height: sizes.fixedHeight, coarsest: coarsest)
      moving = Patch(width: sizes.movingWidth, height: sizes.movingHeight, coarsest: coarsest)
      levelCount = min(fixed.levels.count, moving.levels.count)
    }
  }

  let sizes: Sizes
  let images: Images
  /// The same, smoothed.
  let smoothed: Images
  let search: PatchSearch
  let blur: PatchBlur
  private let smoothing: PatchSmoothing
  private let likelihood: PatchLikelihood
  private let spectra: (fixed: PatchSpectrum, moving: PatchSpectrum)
  private let movingGrid: Grid<2>
  private let fixedScratch: [PatchScratch]
  private let movingScratch: [PatchScratch]

  private init(_ sizes: Sizes) {
    self.sizes = sizes
    // 24 samples keep what tells one angle from another in natural images; both images need as many levels.
    let coarsest = 24
    images = Images(sizes, coarsest: coarsest)
    smoothed = Images(sizes, coarsest: coarsest)
    let (fixed, moving) = (images.fixed, images.moving)
    levelCount = images.levelCount
    fixedScratch = fixed.levels.map(PatchScratch.init)
    movingScratch = moving.levels.map(PatchScratch.init)
    blur = PatchBlur(for: [fixed.levels[0], moving.levels[0]])
    likelihood = PatchLikelihood(for: fixed.levels[0])
    spectra = (PatchSpectrum(for: fixed.levels[0]), PatchSpectrum(for: moving.levels[0]))
    smoothing = PatchSmoothing(for: fixed.levels[0], blur: blur)
    guard let grid = try? Grid<2>(size: [sizes.movingWidth, sizes.movingHeight]) else {
      preconditionFailure("a workspace is made for images with samples")
    }
    movingGrid = grid
    search = PatchSearch(
      moving: moving.levels[levelCount - 1], fixed: fixed.levels[levelCount - 1], turning: sizes.turning)
  }

  /// The search at the level before the coarsest.
  private(set) lazy var fineSearch = PatchSearch(
    moving: images.moving.levels[max(levelCount - 2, 0)], fixed: images.fixed.levels[max(levelCount - 2, 0)],
    turning: sizes.turning)

  /// Levels that both images have; the last is the coarsest.
  let levelCount: Int

  /// The fit of the moving image to the fixed one at a level.
  func fit(_ level: Int, of images: Images) -> PatchFit {
    PatchFit(
      moving: images.moving.levels[level], to: images.fixed.levels[level], turns: sizes.turning,
      scratch: fixedScratch[level])
  }

  /// The fit of the opposite direction.
  func reverseFit(_ level: Int) -> PatchFit {
    PatchFit(
      moving: images.fixed.levels[level], to: images.moving.levels[level], turns: sizes.turning,
      scratch: movingScratch[level])
  }

  /// The likelihood for the noise of the images that stand here now.
  func fittedLikelihood() -> PatchLikelihood {
    let noise = 0.5 * (spectra.fixed.noise() + spectra.moving.noise())
    likelihood.assume(noise: min(max(noise, 0.01), 0.98))
    return likelihood
  }

  /// The last refinement, made anew for each pair: it holds the moving image's spline.
  func polish() -> PatchPolish {
    PatchPolish(
      fit(0, of: images), spline: PatchSpline(images.moving.levels[0], grid: movingGrid), smoothing: smoothing)
  }

  /// Hands a workspace from one thread to another; only one thread holds it at a time.
  private struct Handle: @unchecked Sendable { let workspace: PatchWorkspace }

  /// Workspaces that wait for their next pair: one for each processor, so that as many threads find theirs again, and a
  /// few for lists of pairs of several sizes.
  private static let idle = BoundedCache<Sizes, Handle>(limit: max(16, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Calls `body` with a workspace of its own, which is kept for the next pair of these sizes.
  static func with<Result>(_ sizes: Sizes, _ body: (PatchWorkspace) -> Result) -> Result {
    let handle = idle.take(sizes) ?? Handle(workspace: PatchWorkspace(sizes))
    defer { idle.put(handle, for: sizes) }
    return body(handle.workspace)
  }
}
