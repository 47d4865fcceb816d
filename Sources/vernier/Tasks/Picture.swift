import Dispatch
import Synchronization
import Vernier
import VernierCommandLine
import VernierFiles

/// A picture or a volume with the file it came from.
struct Picture<let rank: Int>: Sendable {
  let file: String
  let channels: [Image<rank>]
  let sampleType: SampleType
  /// What registration works on.
  let luminance: Image<rank>

  init(file: String, channels: [Image<rank>], sampleType: SampleType) {
    self.file = file
    self.channels = channels
    self.sampleType = sampleType
    luminance = ImageFile.luminance(of: channels)
  }

  var grid: Grid<rank> { luminance.grid }

  /// The unit of physical coordinates: `px` for a plain picture, `mm` else.
  var unit: String {
    grid.spacing == Vector(repeating: 1) && grid.origin == .zero && grid.direction == .identity ? "px" : "mm"
  }

  /// The luminance with a mask from a file, if one is given.
  ///
  /// - Throws: `FileError` when the mask does not fit the image.
  func masked(by mask: String?) throws -> Image<rank> {
    guard let mask else { return luminance }
    return try luminance.masked(by: ImageFile.readMask(mask, for: grid))
  }

  /// Every channel seen through a transform on another grid.
  func moved(
    onto grid: Grid<rank>, through transform: Transform<rank>, interpolation: Interpolation, threads: Int
  ) -> Self {
    let moved = channels.map {
      $0.resampled(onto: grid, through: transform, interpolation: interpolation, threads: threads)
    }
    return Self(file: file, channels: moved, sampleType: sampleType)
  }

  /// This image as a file keeps it.
  var contents: ImageFile { ImageFile(channels, sampleType: sampleType) }
}

/// What is done alike with pictures and with volumes.
protocol PictureWork {
  associatedtype Output
  func callAsFunction<let rank: Int>(_ fixed: Picture<rank>, _ moving: Picture<rank>) throws -> Output
}

extension PictureWork {
  /// Reads two files and does the work with them, in the rank that they have.
  ///
  /// - Throws: `FileError`, or ``InputError`` when one is a picture and the other a volume; what the work throws.
  func callAsFunction(reading first: String, _ second: String) throws -> Output {
    let files = try Self.read(first, second)
    func work<let rank: Int>(_ channels: [Image<rank>]) throws -> Output {
      guard let others = files.1.channels(as: Image<rank>.self) else {
        throw InputError(
          file: second, problem: "is a \(files.1.kind) but \(first) is a \(files.0.kind)",
          remedy: "give two pictures or two volumes")
      }
      return try self(
        Picture(file: first, channels: channels, sampleType: files.0.sampleType),
        Picture(file: second, channels: others, sampleType: files.1.sampleType))
    }
    return try files.0.open(plane: work, volume: work)
  }

  /// Both files, read at the same time: much of it is decompression.
  private static func read(_ first: String, _ second: String) throws -> (ImageFile, ImageFile) {
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

  /// The endings of image files that can be written.
  static let writableEndings = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".nii", ".nii.gz", ".nrrd", ".mha"]
}
