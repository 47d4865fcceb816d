import Vernier

/// An experiment that measures Vernier on data with known answers and prints tables.
public protocol Study: Sendable {
  /// A part that can be run alone.
  associatedtype Section: StudySection

  /// What `vernier-studies NAME` calls it.
  static var name: String { get }
  /// One line for the list of studies.
  static var summary: String { get }
  /// Whether ``StudyOptions/configuration`` changes what it does.
  static var isConfigurable: Bool { get }
  init(_ options: StudyOptions)
  /// Runs some sections, in the order given, and hands over each piece of the report as soon as it is finished.
  func run(_ sections: [Section], to output: StudyOutput) throws
}

extension Study {
  public static var isConfigurable: Bool { false }
}

/// A part of a study that can be run alone: a case of an enumeration, unless the study says otherwise.
public protocol StudySection: Sendable {
  /// All of the study's, in the order in which they are run.
  static var all: [Self] { get }
  /// What `--section NAME` calls it.
  var name: String { get }
  /// One line for the list of sections.
  var summary: String { get }
}

extension StudySection where Self: CaseIterable & RawRepresentable<String> {
  public static var all: [Self] { Array(allCases) }
  public var name: String { rawValue }
}

/// What all studies take.
public struct StudyOptions: Sendable {
  /// The folder with the data sets; a study says which of them it needs.
  public var data: String
  public var seed: UInt64
  /// How many pairs to make; nil means the study's own number.
  public var count: Int?
  public var threads: Int
  /// Where a study leaves more than tables, such as the pairs it drew; nil leaves them out.
  public var folder: String?
  /// The methods that this build has; rows of others say that they are missing.
  public var methods: [Method]
  /// The steps before alignment that this build has; rows of others say that they are missing.
  public var preparations: [Preparation]
  /// A file that changes what a study does; nil for the study's own. Those that take one say so.
  public var configuration: String?
  /// What counts keypoints in this build; rows of others say that they are missing.
  public var keypointCounters: [KeypointCounter]

  public init(
    data: String, seed: UInt64 = 1, count: Int? = nil, threads: Int = 2, folder: String? = nil,
    methods: [Method] = Method.classical, preparations: [Preparation] = Preparation.classical,
    configuration: String? = nil, keypointCounters: [KeypointCounter] = []
  ) {
    self.data = data
    self.seed = seed
    self.count = count
    self.threads = threads
    self.folder = folder
    self.methods = methods
    self.preparations = preparations
    self.configuration = configuration
    self.keypointCounters = keypointCounters
  }
}

/// Counts the keypoints that a detector finds in a picture.
public struct KeypointCounter: Sendable {
  /// The detector's method, such as `sift`.
  public var method: String
  public var count: @Sendable (Image<2>) throws -> Int

  public init(method: String, count: @escaping @Sendable (Image<2>) throws -> Int) {
    self.method = method
    self.count = count
  }
}

/// Every study, in the order in which they are listed.
public let allStudies: [any Study.Type] = [
  KnownAnswersStudy.self, SmallImagesStudy.self, EfficiencyStudy.self, ShiftsStudy.self, RotationStudy.self,
  MicroscopyStudy.self, VolumesStudy.self, VerdictStudy.self,
]
