import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// A series to bring together: read and aligned frame by frame, then read again, moved and written.
struct StackJob {
  let series: FrameSeries
  let registration: Registration
  let reference: StackReference
  let channel: Int?
  let canvas: StackCanvas
  let interpolation: Interpolation
  let background: BackgroundChoice
  let output: String
  let saved: SavedTransforms?
  let skipsUnreadable: Bool
  let asJSON: Bool
  let progress: Progress

  /// - Throws: what makes a file unusable; then nothing was written.
  func run() throws -> ExitStatus {
    if let number = reference.number, number >= series.count {
      throw InputError(
        file: series.names[0], problem: "the series has \(series.count) frames",
        remedy: "choose one by --reference 0 to \(series.count - 1)")
    }
    let first = try reference.number.map { try series.frame($0, channel: channel) } ?? firstReadable()
    for remark in (first.source?.remarks ?? []) + (first.source?.luminanceRemarks ?? []) {
      Console.complain("\(series.names[0]): \(remark)")
    }
    return try first.open {
      try run(like: $0)
    } volume: {
      try run(like: $0)
    }
  }

  private func firstReadable() throws(FileError) -> ImageFile {
    var number = 0
    while true {
      do throws(FileError) { return try series.frame(number, channel: channel) } catch {
        number += 1
        guard skipsUnreadable, number < series.count else { throw error }
      }
    }
  }

  private func run<let rank: Int>(like channels: [Image<rank>]) throws -> ExitStatus {
    let (alignment, others) = try aligned(like: channels)
    guard let anchor = reference.number ?? (reference == .mean ? alignment.middleFrame : alignment.largestGroup.first),
      let grid = alignment.grid
    else { return try nothingAligned(alignment) }
    let poses = alignment.poses(anchor: anchor)
    guard poses.count(where: { !$0.isSkipped }) > 1 else { return try nothingAligned(alignment) }
    let contents = try series.frame(anchor)
    guard let whole = contents.channels(as: Image<rank>.self) else { throw wrongRank(anchor) }
    try FrameWriter.check(contents, for: output)
    try background.check(Picture(file: series.names[anchor], contents: contents, channels: whole))
    let place = try StackPlace(
      canvas: canvas, reference: whole[0].grid, poses: poses, grids: others,
      keepsOrigin: ImageFormat(path: output) == .nifti,
      file: output)
    var writing = StackWriting(
      job: self, place: place, poses: poses, anchor: anchor, contents: contents, common: grid)
    try writing.write()
    return .done
  }

  /// The first pass: every frame aligned with those before it.
  ///
  /// - Returns: besides, the grids of those frames that are not on the first one's.
  private func aligned<let rank: Int>(
    like channels: [Image<rank>]
  ) throws -> (SeriesAlignment<rank>, [Int: Grid<rank>]) {
    let alignment: SeriesAlignment<rank>
    do throws(AlignmentError) {
      if let number = reference.number {
        let image = ImageFile.luminance(of: channels)
        alignment = try SeriesAlignment(registration, reference: (number: number, image: image), reach: 1)
      } else {
        alignment = try SeriesAlignment(registration)
      }
    } catch {
      guard case .fixedUnusable(let problem) = error, let number = reference.number else { throw error }
      throw InputError(
        file: series.names[number], problem: "the reference cannot be used: \(problem)",
        remedy: "choose another by --reference")
    }
    let usual = channels[0].grid
    var others: [Int: Grid<rank>] = [:]
    for number in 0..<series.count {
      let frame: ImageFile?
      do throws(FileError) { frame = try series.frame(number, channel: channel) } catch {
        guard skipsUnreadable else { throw error }
        frame = nil
      }
      guard let frame else {
        try alignment.add(nil)
        continue
      }
      guard let image = frame.luminance.image(as: Image<rank>.self) else { throw wrongRank(number) }
      if image.grid != usual {
        others[number] = image.grid
        if image.size != usual.size {
          Console.complain(
            "\(series.names[number]): its size \(sizeText(image.size)) differs from the first frame's "
              + "\(sizeText(usual.size)); it is brought to that frame's grid")
        }
      }
      do throws(AlignmentError) { try alignment.add(image) } catch {
        throw error.naming(fixed: series.names[0], moving: series.names[number])
      }
      progress.report(
        0.8 * Double(number + 1) / Double(series.count), "\(number + 1) of \(series.count) frames aligned")
    }
    return (alignment, others)
  }

  private func wrongRank(_ number: Int) -> InputError {
    InputError(
      file: series.names[number], problem: "it is a picture where the other frames are volumes, or the other way round",
      remedy: "leave it out")
  }

  private func sizeText<let rank: Int>(_ size: Size<rank>) -> String { size.map { "\($0)" }.joined(separator: "×") }

  /// Tells all frames of a series in which no two belong together; nothing is written.
  private func nothingAligned<let rank: Int>(_ alignment: SeriesAlignment<rank>) throws -> ExitStatus {
    let poses = alignment.poses(anchor: reference.number ?? 0)
    progress.finish()
    for pose in poses where asJSON {
      let line = JSON.frame(
        pose, file: series.names[pose.frame.number], matrix: nil, model: registration.model, on: alignment.grid)
      try Console.write("\(JSON.object(line))\n")
    }
    if !asJSON { try Console.write("failed, no frame could be aligned with the reference\n") }
    Console.complain(
      "\(series.names[0]): no frame could be aligned with the reference; choose another by --reference; not written: \(output)"
    )
    return .failed
  }
}

/// Where the output lies.
struct StackPlace<let rank: Int> {
  /// The grid on which frames are seen.
  let seen: Grid<rank>
  /// The same grid as the file keeps it.
  let told: Grid<rank>

  init(
    canvas: StackCanvas, reference: Grid<rank>, poses: [FramePose<rank>], grids: [Int: Grid<rank>], keepsOrigin: Bool,
    file: String
  ) throws {
    guard canvas == .union else {
      (seen, told) = (reference, reference)
      return
    }
    var low = Vector<rank>.zero
    var high = Vector<rank> { Double(reference.size[$0] - 1) }
    for pose in poses where !pose.isSkipped {
      guard let back = pose.transform?.inverted() else { continue }
      for corner in (grids[pose.frame.number] ?? reference).corners {
        let index = reference.index(atPoint: back(corner))
        // A thousandth of a sample is no further one.
        low = Vector { min(low[$0], (index[$0] + 1e-3).rounded(.down)) }
        high = Vector { max(high[$0], (index[$0] - 1e-3).rounded(.up)) }
      }
    }
    let size = Size<rank> { Int(high[$0] - low[$0]) + 1 }
    guard size.product <= 64 * reference.count else {
      throw InputError(
        file: file, problem: "the frames spread over \(size.map { "\($0)" }.joined(separator: "×")) samples",
        remedy: "leave out --canvas union")
    }
    seen = try Grid(
      size: size, spacing: reference.spacing, origin: reference.point(atIndex: low), direction: reference.direction)
    told =
      keepsOrigin
      ? seen
      : try Grid(size: size, spacing: reference.spacing, origin: reference.origin, direction: reference.direction)
  }

  /// A pose as it leads from a point of the file's grid.
  func told(_ pose: Affine<rank>) -> Affine<rank> {
    let shift = Affine<rank>(translation: seen.origin - told.origin, center: told.center)
    return pose.composed(after: shift)
  }

  /// The matrix that is told of a pose: in pixels for pictures, physical for volumes.
  func matrix(_ pose: Affine<rank>, to frame: Grid<rank>) -> [[Double]] {
    let pose = told(pose)
    guard rank == 2 else { return pose.homogeneous }
    func index(_ place: Vector<rank>) -> Vector<rank> { frame.index(atPoint: pose(told.point(atIndex: place))) }
    let origin = index(.zero)
    let columns = (0..<rank).map { axis in index(Vector { $0 == axis ? 1 : 0 }) - origin }
    // The way through physical space leaves rounding.
    func rounded(_ number: Double) -> Double { (number * 1e12).rounded() / 1e12 }
    return (0..<rank).map { row in columns.map { rounded($0[row]) } + [rounded(origin[row])] }
      + [[Double](repeating: 0, count: rank) + [1]]
  }
}
