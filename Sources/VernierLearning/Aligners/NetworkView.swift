import Vernier

/// What a network is shown of a pair: both images on one lattice about their centres, of as many samples as the network
/// takes.
///
/// The lattice's steps are chosen so that the larger image fits (``SharedFrame``), of pictures with the whole area of
/// their samples, so that a picture of twice the side is seen as if it had been made with half. What lies outside an
/// image or its mask is 0. Pictures are smoothed before they lose samples, volumes halved. Intensities of pictures stay
/// as they are; a volume's least becomes 0 and its greatest 1 beforehand.
struct NetworkView<let rank: Int>: Sendable {
  private let frame: SharedFrame<rank>
  private let size: Size<rank>
  /// About the origin.
  private let lattice: Grid<rank>

  init(fixed: Grid<rank>, moving: Grid<rank>, side: Int) {
    frame =
      rank == 2
      ? SharedFrame(fixed: fixed, moving: moving, longest: side, turning: true, margin: 0.5)
      : SharedFrame(fixed: fixed, moving: moving, longest: side - 1, turning: true)
    size = Size(repeating: side)
    guard let lattice = frame.lattice(size: size) else { preconditionFailure("a grid's directions are independent") }
    self.lattice = lattice
  }

  /// An image before it is seen: with no more samples than its view needs; a picture smoothed, a volume normalised.
  func reduced(_ image: Image<rank>) -> Image<rank> {
    guard rank == 2 else { return frame.reduced(image.normalized(), threads: 1) }
    // Halving drops an odd row and moves the outermost samples inwards; so late that all places of the lattice stay
    // among them.
    return frame.reduced(image, factor: 8, threads: 1).smoothed(forSpacing: lattice.spacing)
  }

  /// A reduced image as the network sees it, with `side` samples along each axis.
  ///
  /// - Parameters:
  ///   - center: the centre of the image before it was reduced.
  ///   - motion: where to look instead, in lattice steps; the values then keep within the image's.
  /// - Returns: nil where the image's samples do not lie on a usable grid.
  func samples(of image: Image<rank>, center: Vector<rank>, through motion: Affine<rank>? = nil) -> [Float]? {
    if let motion { return samples(of: image, center: center, moved: motion) }
    let own = image.grid.direction * .diagonal(image.grid.spacing)
    if image.size == size, own == frame.steps, image.grid.center == center { return Self.filled(image) }
    guard rank == 2 else {
      return frame.view(of: image, size: size, center: center, threads: 1).map(Self.filled)
    }
    return Self.filled(
      image.resampled(onto: lattice, through: Affine(translation: center), interpolation: .cubic, threads: 1))
  }

  private func samples(of image: Image<rank>, center: Vector<rank>, moved motion: Affine<rank>) -> [Float]? {
    let about = motion.centered(at: Vector { Double(size[$0] - 1) / 2 })
    guard
      let view = frame.view(
        of: image, through: frame.steps * about.linear * back, size: size,
        center: center + frame.steps * about.translation, threads: 1),
      let least = image.samples.min(), let most = image.samples.max()
    else { return nil }
    return Self.filled(view.mapSamples { min(max($0, least), most) })
  }

  /// The samples, 0 outside the mask.
  private static func filled(_ view: Image<rank>) -> [Float] {
    guard let mask = view.mask else { return view.samples }
    return zip(view.samples, mask).map { $1 == 0 ? 0 : $0 }
  }

  /// The transform of physical space, about the fixed image's centre, that a motion in lattice steps about the middle
  /// stands for.
  func transform(_ motion: Affine<rank>, fixed: Grid<rank>, moving: Grid<rank>) -> Affine<rank> {
    Affine(
      linear: frame.steps * motion.linear * back,
      translation: frame.steps * motion.translation + moving.center - fixed.center, center: fixed.center)
  }

  /// The motion in lattice steps about the middle that a transform of physical space stands for.
  func motion(_ transform: Affine<rank>, fixed: Grid<rank>, moving: Grid<rank>) -> Affine<rank> {
    let here = transform.centered(at: fixed.center)
    return Affine(
      linear: back * here.linear * frame.steps,
      translation: back * (here.translation + fixed.center - moving.center),
      center: Vector { Double(size[$0] - 1) / 2 })
  }

  /// The length of a lattice step, in physical units.
  var step: Double { Vector<rank> { frame.steps[$0, 0] }.length }

  private var back: Matrix<rank> {
    guard let back = frame.steps.inverted() else { preconditionFailure("a grid's directions are independent") }
    return back
  }
}

extension Image {
  /// The samples within the mask from 0 to 1.
  fileprivate func normalized() -> Self {
    let valid = mask.map { mask in zip(samples, mask).filter { $0.1 != 0 }.map(\.0) } ?? samples
    guard let least = valid.min(), let most = valid.max(), least < most else { return self }
    return mapSamples { ($0 - least) / (most - least) }
  }
}
