import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// The second pass over a series: each frame read again, moved, written and told.
struct StackWriting<let rank: Int> {
  let job: StackJob
  let place: StackPlace<rank>
  let poses: [FramePose<rank>]
  let anchor: Int
  /// The reference.
  let contents: ImageFile
  /// The grid that poses lead from.
  let common: Grid<rank>
  private var told: [TransformedFrame<rank>] = []
  /// How far the corners of a frame lie from those of the reference at most.
  private var reach = 0.0
  /// The reference's centre of gravity, about which motion is told; nil for pictures.
  private let gravity: Vector<3>?

  init(
    job: StackJob, place: StackPlace<rank>, poses: [FramePose<rank>], anchor: Int, contents: ImageFile,
    common: Grid<rank>
  ) {
    (self.job, self.place, self.poses, self.anchor) = (job, place, poses, anchor)
    (self.contents, self.common) = (contents, common)
    let volume = job.saved?.form == .motion ? contents.channels(as: Image<3>.self)?.first : nil
    gravity = volume.map(FSLMotion.centerOfGravity)
  }

  mutating func write() throws {
    let series = job.series
    for pose in poses where pose.isSkipped {
      let number = pose.frame.number
      Console.complain("\(series.names[number]): frame \(number) is left out: \(pose.reason(on: common))")
    }
    try FrameWriter.write(to: job.output, count: series.count, kind: series.kind) { writer throws(FileError) in
      for pose in poses {
        let (frame, grid) = try moved(pose)
        try writer.append(frame)
        try tell(pose, on: grid)
        let number = pose.frame.number
        job.progress.report(
          0.8 + 0.2 * Double(number + 1) / Double(series.count), "\(number + 1) of \(series.count) frames written")
      }
    }
    try job.saved?.write(told, model: job.registration.model)
    job.progress.finish()
    if !job.asJSON { try Console.write(summary) }
  }

  /// A frame on the output's grid, and the grid that it had; one that is left out is without data.
  private func moved(_ pose: FramePose<rank>) throws(FileError) -> (ImageFile, Grid<rank>?) {
    guard !pose.isSkipped, let transform = pose.transform else { return (try empty(), nil) }
    let name = job.series.names[pose.frame.number]
    let frame = try job.series.frame(pose.frame.number)
    guard let channels = frame.channels(as: Image<rank>.self), channels.count == contents.channels.count else {
      let counts = "\(frame.channels.count) channels, and the reference has \(contents.channels.count)"
      throw FileError(name, .unsupported("it has \(counts); bring frames to the same channels first"))
    }
    let picture = Picture(file: name, contents: frame, channels: channels)
    let moved = picture.moved(
      onto: place.seen, through: Transform(transform), interpolation: job.interpolation, background: job.background,
      threads: job.registration.threads)
    return (try stored(moved.channels, as: frame), channels[0].grid)
  }

  private func empty() throws(FileError) -> ImageFile {
    let samples = [Float](repeating: contents.nodata ?? 0, count: place.seen.count)
    let image: Image<rank>
    do throws(ImageError) { image = try Image(grid: place.seen, samples: samples) } catch {
      throw FileError(job.output, .unusableGeometry("\(error)"))
    }
    return try stored([Image<rank>](repeating: image, count: contents.channels.count), as: contents)
  }

  /// Channels as the output keeps them.
  private func stored(_ channels: [Image<rank>], as frame: ImageFile) throws(FileError) -> ImageFile {
    do throws(ImageError) {
      var images: [Image<rank>] = []
      for channel in channels { images.append(try Image(grid: place.told, samples: channel.samples)) }
      var file = frame.replacingChannels(by: images).placed(like: contents)
      file.sampleType = contents.sampleType
      return file
    } catch { throw FileError(job.output, .unusableGeometry("\(error)")) }
  }

  /// Writes a frame's line, and keeps what else is told of it.
  private mutating func tell(_ pose: FramePose<rank>, on grid: Grid<rank>?) throws(FileError) {
    let number = pose.frame.number
    let file = job.series.names[number]
    let transform = pose.isSkipped ? nil : pose.transform
    let matrix = transform.flatMap { transform in grid.map { place.matrix(transform, to: $0) } }
    if let transform {
      reach = max(reach, transform.cornerDistance(to: Affine(center: common.center), on: common))
    }
    if job.asJSON {
      let line = JSON.frame(pose, file: file, matrix: matrix, model: job.registration.model, on: common)
      do { try Console.write("\(JSON.object(line))\n") } catch {
        throw FileError("standard output", .unwritable("\(error)"))
      }
    }
    guard let saved = job.saved else { return }
    var frame = TransformedFrame<rank>(
      number: number, file: file, verdict: pose.isSkipped ? .failed : pose.verdict, confidence: pose.confidence,
      isSkipped: pose.isSkipped, transform: transform.map { place.told($0).centered(at: place.told.center) },
      matrix: matrix)
    if let transform = frame.transform {
      frame.parameters = transform.parameters.rotation + transform.translation.elements
    }
    if saved.form == .motion { frame.motion = try motion(of: transform) }
    told.append(frame)
  }

  /// A line of MCFLIRT's file; a frame that is left out is told not to move.
  private func motion(of transform: Affine<rank>?) throws(FileError) -> String {
    guard let gravity, let grid = contents.channels(as: Image<3>.self)?.first?.grid else {
      throw FileError(job.saved?.path ?? "", .unsupported("motion (.par) is told of volumes; write a table (.csv)"))
    }
    let pose = transform.map { Affine<3>(homogeneous: $0.homogeneous) } ?? .identity
    return FSLMotion(pose, fixed: grid, moving: grid, about: gravity)?.line ?? ""
  }

  /// The result for a person.
  private var summary: String {
    let placed = poses.filter { !$0.isSkipped }
    let doubtful = placed.count { $0.verdict == .doubtful }
    let unit = LengthUnit(spacing: common.spacing.elements.reduce(0, +) / Double(rank))
    let isOfPixels = rank == 2
    let length =
      isOfPixels
      ? "\((reach / (common.spacing.elements.min() ?? 1)).rounded(to: 2)) px" : unit.text(reach)
    let left = poses.count - placed.count
    return """
      \(poses.count) frames: \(placed.count - doubtful) aligned, \(doubtful) doubtful, \(left) left out
      \(job.registration.model.rawValue), reference frame \(anchor): corners move by up to \(length)

      """
  }
}

extension FramePose {
  /// Why the frame is left out, or what speaks against it.
  func reason(on grid: Grid<rank>) -> String {
    if let problem = frame.problem { return problem }
    guard let alignment = frame.alignment else { return "there is no frame to align it with" }
    if links > 0, agreeing == 0 { return "its alignments contradict those of the other frames" }
    if links > 0, transform == nil { return "no frame that it is linked to leads to the reference" }
    return VerdictRules.reason(against: alignment, on: grid).map { "\($0)" } ?? "no other frame is like it"
  }
}
