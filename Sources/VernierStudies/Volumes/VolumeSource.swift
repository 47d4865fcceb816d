import FoundationEssentials
import Vernier
import VernierFiles

/// Where a pair of volumes lies in the data folder, and whence its answer is known.
struct VolumeSource: Sendable {
  enum Truth: Sendable {
    /// Both lie in one space.
    case identity
    /// A transform file, fixed to moving.
    case map(String)
    /// Two transform files into a common space, of the fixed and of the moving volume.
    case common(fixed: String, moving: String)
    /// Nobody knows: what Vernier finds of the pair as it lies.
    case found
  }

  /// What a table puts together.
  let group: String
  let fixed: String
  let moving: String
  let truth: Truth

  var name: String { "\(fixed) → \(moving)" }

  /// Reads the pair.
  ///
  /// - Parameters:
  ///   - data: the data folder.
  ///   - model: of the answer where it is found.
  /// - Throws: `FileError`; `AlignmentError` where the answer is to be found and cannot be.
  func pair(_ data: String, model: TransformModel, threads: Int) throws -> VolumePair {
    let still = try StudyData.volume("\(data)/\(fixed)")
    let other = try StudyData.volume("\(data)/\(moving)")
    func read(_ path: String) throws -> Affine<3> { try TransformFile.read("\(data)/\(path)", as: Affine<3>.self) }
    let map: Affine<3>
    switch truth {
    case .identity: map = .identity
    case .map(let path): map = try read(path)
    case .common(let first, let second):
      guard let back = try read(first).inverted() else {
        throw FileError(first, .malformed("the transform has no inverse"))
      }
      map = try read(second).composed(after: back)
    case .found: map = try Registration(model: model, threads: threads).align(other, to: still).linear
    }
    return VolumePair(fixed: still, moving: other, truth: map)
  }

  /// The pairs whose files are there, in an order in which groups take turns.
  ///
  /// - `visits`: a patient's FLAIR, scanned twice in slices of 4 and 3 mm; `contrasts, raw`: FLAIR and T1W of one
  ///   visit, slices of 3 mm. Their answers are the data set's own affine maps (Lesjak et al. 2016,
  ///   doi:10.1007/s12021-016-9301-1).
  /// - `contrasts, stripped`: one patient's brain on one grid.
  /// - `people`: brains of different people, and of one person twice (1003 and 1023, 1018 and 1038).
  static func present(in data: String) -> [VolumeSource] {
    all.filter { source in
      [source.fixed, source.moving].allSatisfy { FileManager.default.fileExists(atPath: "\(data)/\($0)") }
    }
  }

  private static let all: [VolumeSource] = [
    people("1000", "1001"), visit("patient01"), stripped("FLAIR", "T1"), rawContrasts("patient01", "study1"),
    people("1003", "1023"), rawContrasts("patient04", "study1"), stripped("T1", "T2"), people("1007", "1009"),
    rawContrasts("patient01", "study2"), stripped("T2", "FLAIR"), people("1018", "1038"),
    rawContrasts("patient20", "study2"),
  ]

  private static func people(_ fixed: String, _ moving: String) -> Self {
    Self(
      group: "people", fixed: "mri_oasis_malf/\(fixed)_SS.nii.gz", moving: "mri_oasis_malf/\(moving)_SS.nii.gz",
      truth: .found)
  }

  private static func visit(_ patient: String) -> Self {
    let folder = "mri_ms_longitudinal/\(patient)"
    return Self(
      group: "visits", fixed: "\(folder)/study1_FLAIR.nii.gz", moving: "\(folder)/study2_FLAIR.nii.gz",
      truth: .common(
        fixed: "\(folder)/study1_FLAIR_to_common_space.txt", moving: "\(folder)/study2_FLAIR_to_common_space.txt"))
  }

  private static func rawContrasts(_ patient: String, _ visit: String) -> Self {
    let start = "mri_ms_longitudinal/\(patient)/\(visit)"
    return Self(
      group: "contrasts, raw", fixed: "\(start)_FLAIR.nii.gz", moving: "\(start)_T1W.nii.gz",
      truth: .map("\(start)_T1W_intrastudy_to_FLAIR.txt"))
  }

  private static func stripped(_ fixed: String, _ moving: String) -> Self {
    func path(_ contrast: String) -> String {
      "mri_ms_mni_aligned/patient07/\(contrast)_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz"
    }
    return Self(group: "contrasts, stripped", fixed: path(fixed), moving: path(moving), truth: .identity)
  }
}
