import Vernier
import VernierCommandLine
import VernierFiles
import VernierReport
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
  private var page: SeriesReport?
  /// How far the corners of a frame lie from those of the reference at most.
  private var reach = 0.0
  /// The reference's centre of gravity, about which motion is told; nil where none is told.
  private let gravity: Vector<3>?

  /// A frame before and after.
  private struct Moved {
    /// Nil for a frame that cannot be read.
    var before: Picture<rank>?
    /// Nil for a frame that is left out.
    var after: Picture<rank>?
  }

  init(
    job: StackJob, place: StackPlace<rank>, poses: [FramePose<rank>], anchor: Int, contents: ImageFile,
    common: Grid<rank>
  ) {
    (self.job, self.place, self.poses, self.anchor) = (job, place, poses, anchor)
    (self.contents, self.common) = (contents, common)
    let volume = job.saved?.form == .motion ? contents.channels(as: Image<3>.self)?.first : nil
    gravity = volume.map(FSLMotion.centerOfGravity)
    guard job.report != nil, let channels = contents.channels(as: Image<rank>.self) else { return }
    let picture = Picture(file: job.series.names[anchor], contents: contents, channels: channels)
    page = SeriesReport(
      title: (job.output ?? job.series.names[anchor]).fileName, model: job.registration.model, reference: anchor,
      count: job.series.count, canvas: place.seen, showing: picture.shown, version: VernierCommand.version)
  }

  mutating func write() throws {
    let series = job.series
    if job.following == nil {
      for pose in poses where pose.isSkipped {
        let number = pose.frame.number
        Console.complain("\(series.names[number]): frame \(number) is left out: \(pose.reason(on: common))")
      }
    }
    if let output = job.output {
      try FrameWriter.write(to: output, count: series.count, kind: series.kind) { writer throws(FileError) in
        try pass(writingTo: writer)
      }
    } else {
      try pass(writingTo: nil)
    }
    try job.saved?.write(told, model: job.registration.model)
    if let page, let report = job.report {
      try PartialFiles.replace(report, text: page.html(encodedBy: ReportEncoder()))
    }
    job.progress.finish()
    if !job.asJSON { try Console.write(summary) }
  }

  private mutating func pass(writingTo writer: FrameWriter?) throws(FileError) {
    for pose in poses {
      let moved = try moved(pose)
      if let writer {
        if let after = moved.after { try writer.append(stored(after)) } else { try writer.append(empty()) }
      }
      try tell(pose, moved)
      let number = pose.frame.number
      job.progress.report(
        0.8 + 0.2 * Double(number + 1) / Double(job.series.count),
        "\(number + 1) of \(job.series.count) frames written")
    }
  }

  /// A frame on the output's grid, where that is asked for.
  private func moved(_ pose: FramePose<rank>) throws(FileError) -> Moved {
    let number = pose.frame.number
    let isShown = page?.wants(number) ?? false
    let isPlaced = !pose.isSkipped
    // Of a frame without a place only the report shows what it is.
    guard isPlaced || isShown else { return Moved() }
    let name = job.series.names[number]
    let frame: ImageFile
    do throws(FileError) { frame = try job.series.frame(number) } catch {
      guard job.skipsUnreadable else { throw error }
      if isPlaced { Console.complain("\(error)") }
      return Moved()
    }
    guard let channels = frame.channels(as: Image<rank>.self), channels.count == contents.channels.count else {
      guard isPlaced else { return Moved() }
      let counts = "\(frame.channels.count) channels, and the reference has \(contents.channels.count)"
      throw FileError(name, .unsupported("it has \(counts); bring frames to the same channels first"))
    }
    let picture = Picture(file: name, contents: frame, channels: channels)
    guard isPlaced, let transform = pose.transform, job.output != nil || isShown else { return Moved(before: picture) }
    let moved = picture.moved(
      onto: place.seen, through: Transform(transform), interpolation: job.interpolation, background: job.background,
      threads: job.registration.threads)
    return Moved(before: picture, after: moved)
  }

  private func empty() throws(FileError) -> ImageFile {
    let samples = [Float](repeating: contents.nodata ?? 0, count: place.seen.count)
    let image: Image<rank>
    do throws(ImageError) { image = try Image(grid: place.seen, samples: samples) } catch {
      throw FileError(job.output ?? "", .unusableGeometry("\(error)"))
    }
    let channels = [Image<rank>](repeating: image, count: contents.channels.count)
    return try stored(Picture(file: "", contents: contents, channels: channels))
  }

  /// A frame as the output keeps it.
  private func stored(_ frame: Picture<rank>) throws(FileError) -> ImageFile {
    do throws(ImageError) {
      var images: [Image<rank>] = []
      for channel in frame.channels { images.append(try Image(grid: place.told, samples: channel.samples)) }
      var file = frame.contents.replacingChannels(by: images).placed(like: contents)
      file.sampleType = contents.sampleType
      return file
    } catch { throw FileError(job.output ?? "", .unusableGeometry("\(error)")) }
  }

  /// Writes a frame's line, and keeps what else is told of it.
  private mutating func tell(_ pose: FramePose<rank>, _ moved: Moved) throws(FileError) {
    let number = pose.frame.number
    let file = job.series.names[number]
    // A frame may have gone since it was aligned.
    let transform = pose.isSkipped || moved.before == nil ? nil : pose.transform
    let matrix = transform.flatMap { transform in moved.before.map { place.matrix(transform, to: $0.grid) } }
    if let transform {
      reach = max(reach, transform.cornerDistance(to: Affine(center: common.center), on: common))
    }
    if job.asJSON, job.following == nil {
      let line = JSON.frame(pose, file: file, matrix: matrix, model: job.registration.model, on: common)
      do { try Console.write("\(JSON.object(line))\n") } catch {
        throw FileError("standard output", .unwritable("\(error)"))
      }
    }
    let frame = TransformedFrame<rank>(
      number: number, file: file, verdict: transform == nil ? .failed : pose.verdict, confidence: pose.confidence,
      isSkipped: transform == nil, transform: transform.map { place.told($0).centered(at: place.told.center) },
      matrix: matrix, angles: transform?.parameters.rotation ?? [],
      shifts: transform.flatMap { transform in moved.before.map { shift(transform, to: $0.grid) } } ?? [],
      motion: job.saved?.form == .motion ? motion(of: transform) : nil)
    if job.saved != nil { told.append(frame) }
    try show(frame, pose, moved)
  }

  /// By how much the reference's centre moves.
  private func shift(_ pose: Affine<rank>, to frame: Grid<rank>) -> [Double] {
    let reference = StackPlace(of: common)
    return reference.shift(pose, matrix: reference.matrix(pose, to: frame))
  }

  /// Adds a frame to the report.
  private mutating func show(_ frame: TransformedFrame<rank>, _ pose: FramePose<rank>, _ moved: Moved) throws(FileError)
  {
    guard page != nil, let report = job.report else { return }
    let reason = frame.isSkipped || frame.verdict != .aligned ? pose.reason(on: common) : nil
    let offset = moved.before.map { place.seen.index(atPoint: $0.grid.origin).elements } ?? [0, 0]
    do {
      try page?.append(
        SeriesReport.Frame(
          number: frame.number, name: frame.file, verdict: frame.verdict, confidence: frame.confidence,
          isSkipped: frame.isSkipped, reason: reason, shifts: frame.shifts, angles: frame.angles),
        before: moved.before?.shown, at: offset, after: moved.after?.shown, encodedBy: ReportEncoder())
    } catch {
      throw error as? FileError ?? FileError(report, .unwritable("\(error)"))
    }
  }

  /// A line of MCFLIRT's file; a frame that is left out is told not to move.
  private func motion(of transform: Affine<rank>?) -> String? {
    guard let gravity, let grid = contents.channels(as: Image<3>.self)?.first?.grid else { return nil }
    let pose = transform.map { Affine<3>(homogeneous: $0.homogeneous) } ?? .identity
    return FSLMotion(pose, fixed: grid, moving: grid, about: gravity)?.line
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

extension Picture {
  /// The picture as a report shows it.
  var shown: ShownImage<rank> { ShownImage(luminance, channels: colors) }
}
