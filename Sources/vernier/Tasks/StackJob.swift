import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// A series to bring together: read and aligned frame by frame, then read again, moved and written.
struct StackJob {
  let series: FrameSeries
  /// Where further frames come from until a signal ends it; each is told at once.
  let following: FollowedFolder?
  let registration: Registration
  let reference: StackReference
  let channel: Int?
  let canvas: StackCanvas
  let interpolation: Interpolation
  let background: BackgroundChoice
  let output: String?
  let saved: SavedTransforms?
  let report: String?
  let skipsUnreadable: Bool
  let asJSON: Bool
  let progress: Progress

  /// - Throws: what makes a file unusable; then nothing was written.
  func run() throws -> ExitStatus {
    if let number = reference.number, number >= series.count, following == nil {
      throw InputError(
        file: series.names[0], problem: "the series has \(series.count) frames",
        remedy: "choose one by --reference 0 to \(series.count - 1)")
    }
    var source = FrameSource(
      series: series, following: following, channel: channel, skipsUnreadable: skipsUnreadable)
    let first: (number: Int, contents: ImageFile)?
    if let number = reference.number, following == nil {
      first = (number, try series.frame(number, channel: channel))
    } else {
      first = try source.first()
    }
    guard let (number, contents) = first else {
      throw InputError(
        file: series.names.first ?? "the series", problem: "no frame could be read", remedy: "look at the files")
    }
    for remark in (contents.source?.remarks ?? []) + (contents.source?.luminanceRemarks ?? []) {
      Console.complain("\(series.names[number]): \(remark)")
    }
    if let output { try FrameWriter.check(try series.frame(number), for: output) }
    return try contents.open {
      try run(source, like: $0, number)
    } volume: {
      try run(source, like: $0, number)
    }
  }

  private func run<let rank: Int>(
    _ source: FrameSource, like channels: [Image<rank>], _ first: Int
  ) throws -> ExitStatus {
    if saved?.form == .motion, rank == 2 {
      throw FileError(saved?.path ?? "", .unsupported("motion (.par) is told of volumes; write a table (.csv)"))
    }
    let fixed = reference.number == nil ? nil : first
    let (alignment, others) = try aligned(source, like: channels, reference: fixed)
    guard let anchor = fixed ?? (reference == .mean ? alignment.middleFrame : alignment.largestGroup.first),
      let grid = alignment.grid
    else { return try nothingAligned(alignment, reference: fixed) }
    let poses = alignment.poses(anchor: anchor)
    guard poses.count(where: { !$0.isSkipped }) > 1 else { return try nothingAligned(alignment, reference: fixed) }
    let contents = try series.frame(anchor)
    guard let whole = contents.channels(as: Image<rank>.self) else { throw wrongRank(anchor) }
    try background.check(Picture(file: series.names[anchor], contents: contents, channels: whole))
    let place = try StackPlace(
      canvas: canvas, reference: whole[0].grid, poses: poses, grids: others,
      keepsOrigin: output.flatMap(ImageFormat.init(path:)) == .nifti, file: output ?? series.names[anchor])
    var writing = StackWriting(
      job: self, place: place, poses: poses, anchor: anchor, contents: contents, common: grid)
    try writing.write()
    return .done
  }

  /// The first pass: every frame aligned with those before it.
  ///
  /// - Returns: besides, the grids of those frames that are not on the first one's.
  private func aligned<let rank: Int>(
    _ frames: FrameSource, like channels: [Image<rank>], reference: Int?
  ) throws -> (SeriesAlignment<rank>, [Int: Grid<rank>]) {
    var source = frames
    let alignment: SeriesAlignment<rank>
    do throws(AlignmentError) {
      if let reference {
        let image = ImageFile.luminance(of: channels)
        alignment = try SeriesAlignment(registration, reference: (number: reference, image: image), reach: 1)
      } else {
        alignment = try SeriesAlignment(registration)
      }
    } catch {
      guard case .fixedUnusable(let problem) = error, let reference else { throw error }
      throw InputError(
        file: series.names[reference], problem: "the reference cannot be used: \(problem)",
        remedy: "choose another by --reference")
    }
    let usual = channels[0].grid
    var others: [Int: Grid<rank>] = [:]
    while let (number, contents) = try source.next() {
      guard let contents else {
        try alignment.add(nil)
        if following != nil { try tell(alignment, on: nil, usual, reference: reference) }
        continue
      }
      guard let image = contents.luminance.image(as: Image<rank>.self) else { throw wrongRank(number) }
      guard contents.channels.count == channels.count else {
        throw InputError(
          file: series.names[number],
          problem: "it has \(contents.channels.count) channels, and the first frame has \(channels.count)",
          remedy: "bring frames to the same channels first")
      }
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
      if following != nil {
        try tell(alignment, on: image.grid, usual, reference: reference)
      } else {
        progress.report(
          0.8 * Double(number + 1) / Double(series.count), "\(number + 1) of \(series.count) frames aligned")
      }
    }
    return (alignment, others)
  }

  /// Tells the frame that came last, at once.
  private func tell<let rank: Int>(
    _ alignment: SeriesAlignment<rank>, on grid: Grid<rank>?, _ usual: Grid<rank>, reference: Int?
  ) throws {
    let anchor = reference ?? alignment.leadingFrame ?? 0
    let pose = alignment.latestPose(anchor: anchor)
    let file = series.names[pose.frame.number]
    let place = StackPlace(of: alignment.grid ?? usual)
    let transform = pose.isSkipped ? nil : pose.transform
    let matrix = transform.flatMap { transform in grid.map { place.matrix(transform, to: $0) } }
    if asJSON {
      let line = JSON.frame(pose, file: file, matrix: matrix, model: registration.model, on: alignment.grid)
      try Console.write("\(JSON.object(line))\n")
    } else if let transform, let matrix {
      let shift = place.shift(transform, matrix: matrix)
      let unit = rank == 2 ? "px" : "mm"
      let turn =
        registration.model == .translation
        ? "" : ", rotation \(transform.parameters.rotation.map { "\($0.fixed(3))" }.joined(separator: ", "))°"
      let numbers = shift.map { $0.fixed(2) }.joined(separator: ", ")
      try Console.write("\(file): \(pose.verdict.rawValue), shift \(numbers) \(unit)\(turn)\n")
    } else {
      let reason = alignment.grid.map { pose.reason(on: $0) } ?? "it cannot be used"
      try Console.write("\(file): left out, \(reason)\n")
    }
  }

  private func wrongRank(_ number: Int) -> InputError {
    InputError(
      file: series.names[number], problem: "it is a picture where the other frames are volumes, or the other way round",
      remedy: "leave it out")
  }

  private func sizeText<let rank: Int>(_ size: Size<rank>) -> String { size.map { "\($0)" }.joined(separator: "×") }

  /// Tells all frames of a series in which no two belong together; nothing is written.
  private func nothingAligned<let rank: Int>(
    _ alignment: SeriesAlignment<rank>, reference: Int?
  ) throws -> ExitStatus {
    let poses = alignment.poses(anchor: reference ?? 0)
    progress.finish()
    for pose in poses where asJSON && following == nil {
      let line = JSON.frame(
        pose, file: series.names[pose.frame.number], matrix: nil, model: registration.model, on: alignment.grid)
      try Console.write("\(JSON.object(line))\n")
    }
    if !asJSON { try Console.write("failed, no frame could be aligned with the reference\n") }
    let withheld = ([output, saved?.path, report] as [String?]).compactMap(\.self)
    Console.complain(
      "\(series.names[0]): no frame could be aligned with the reference; choose another by --reference"
        + (withheld.isEmpty ? "" : "; not written: \(withheld.joined(separator: ", "))"))
    return .failed
  }
}
