import Dispatch
import Synchronization
import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// A picture or a volume with the file it came from.
struct Picture<let rank: Int>: Sendable {
  let file: String
  /// What the file holds.
  let contents: ImageFile
  let channels: [Image<rank>]
  /// What registration works on.
  let luminance: Image<rank>
  /// Whether the grid is one of pixels although the file, or that of the other image of a pair, has a pixel size.
  var isInPixels = false
  /// What to tell a person of this image beside the other one of its pair.
  var pairRemarks: [String] = []

  init(file: String, contents: ImageFile, channels: [Image<rank>]) {
    self.file = file
    self.contents = contents
    self.channels = channels
    luminance = ImageFile.luminance(of: channels, layout: contents.layout)
  }

  var grid: Grid<rank> { luminance.grid }

  /// The unit in which lengths are told.
  var unit: LengthUnit {
    isOfPixels ? .pixel : LengthUnit(spacing: grid.spacing.elements.reduce(0, +) / Double(rank))
  }

  /// The channels that are red, green and blue; none of an image without colours.
  var colors: [Image<rank>] { contents.layout.isColor ? Array(channels.prefix(3)) : [] }

  /// What to tell a person who uses the brightness of this image.
  var remarks: [String] {
    let source = contents.source
    return ((source?.remarks ?? []) + (source?.luminanceRemarks ?? [])).map { "\(file): \($0)" } + pairRemarks
  }

  /// The luminance with a mask from a file, if one is given.
  ///
  /// - Throws: `FileError` when the mask does not fit the image.
  func masked(by mask: String?) throws -> Image<rank> {
    guard let mask else { return luminance }
    return try luminance.masked(by: ImageFile.readMask(mask, for: grid))
  }

  /// Every channel seen through a transform on another grid, with what is asked for where it has no sample.
  func moved(
    onto grid: Grid<rank>, through transform: Transform<rank>, interpolation: Interpolation,
    background: BackgroundChoice, threads: Int
  ) -> Self {
    let backgrounds = contents.backgrounds(background, interpolation: interpolation)
    let moved = zip(channels, backgrounds).map { channel, background in
      channel.resampled(
        onto: grid, through: transform, interpolation: interpolation, outside: background, threads: threads)
    }
    var picture = Self(file: file, contents: contents.replacingChannels(by: moved), channels: moved)
    (picture.isInPixels, picture.pairRemarks) = (isInPixels, pairRemarks)
    return picture
  }
}

/// What is done alike with pictures and with volumes.
protocol PictureWork {
  associatedtype Output
  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws -> Output
}

extension PictureWork {
  /// Reads two files and does the work with them, in the rank that they have.
  ///
  /// - Parameters:
  ///   - first: the fixed image's file.
  ///   - second: the moving one's.
  ///   - threads: to read with at most; with more than one both are read at the same time, since much of it is
  ///     decompression.
  /// - Throws: `FileError`, or ``InputError`` when one is a picture and the other a volume; what the work throws.
  func callAsFunction(reading first: String, _ second: String, threads: Int = processors) throws -> Output {
    let files =
      threads > 1 ? try Self.readAtOnce(first, second) : (try ImageFile.read(first), try ImageFile.read(second))
    func work<let rank: Int>(_ channels: [Image<rank>]) throws -> Output {
      guard let others = files.1.channels(as: Image<rank>.self) else {
        throw InputError(
          file: second, problem: "is a \(files.1.kind) but \(first) is a \(files.0.kind)",
          remedy: "give two pictures or two volumes")
      }
      var (fixed, moving, remark) = try Picture.inOneSpace(
        Picture(file: first, contents: files.0, channels: channels),
        Picture(file: second, contents: files.1, channels: others))
      if let remark { moving.pairRemarks.append(remark) }
      return try self(fixed, moving)
    }
    return try files.0.open(plane: work, volume: work)
  }

  private static func readAtOnce(_ first: String, _ second: String) throws -> (ImageFile, ImageFile) {
    let results = Mutex<(Result<ImageFile, any Error>?, Result<ImageFile, any Error>?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let result = Result { try ImageFile.read(index == 0 ? first : second) }
      results.withLock { if index == 0 { $0.0 = result } else { $0.1 = result } }
    }
    return try results.withLock { (try $0.0!.get(), try $0.1!.get()) }
  }
}

extension ImageFile {
  /// `picture` or `volume`.
  var kind: String { rank == 2 ? "picture" : "volume" }

  /// Tells a person how the file was read, where its whole content is used.
  func sayRemarks(of file: String) {
    for remark in source?.remarks ?? [] { Console.complain("\(file): \(remark)") }
  }

  /// The endings of image files that can be written.
  static let writableEndings = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".nii", ".nii.gz", ".nrrd", ".mha"]
}
