import Vernier
import VernierText

extension KnownDataSet {
  /// Lesjak et al. 2016 (doi:10.1007/s12021-016-9301-1): one patient scanned twice.
  static let repeatedScans = KnownDataSet(
    title: "MR scanned twice", folder: "mri_ms_longitudinal", unit: "mm",
    note: """
      FLAIR of two visits. The reference is the data set's own: `study2_FLAIR_to_common_space` after the inverse of
      `study1_FLAIR_to_common_space`, which are affine: "model's best" is what a rigid transform leaves of it. Error: mean
      over 5³ points in the central half. Wrong: above 2 mm.
      """
  ) { folder in
    try folder.patients.filter {
      folder.holds("\($0)/study1_FLAIR.nii.gz") && folder.holds("\($0)/study2_FLAIR.nii.gz")
    }
    .flatMap { patient in
      [TransformModel.rigid, .affine].map { model in
        KnownCase(name: patient) {
          let first = try folder.transform("\(patient)/study1_FLAIR_to_common_space.txt")
          let second = try folder.transform("\(patient)/study2_FLAIR_to_common_space.txt")
          guard let back = first.inverted() else { return [] }
          return [
            try folder.row(
              fixed: "\(patient)/study1_FLAIR.nii.gz", moving: "\(patient)/study2_FLAIR.nii.gz",
              truth: second.composed(after: back), name: "\(patient) visit 1 → 2", model: model)
          ]
        }
      }
    }
  }

  /// The same patients: T1 and FLAIR of one visit.
  static let contrastsOfOneScan = KnownDataSet(
    title: "MR contrasts of one visit", folder: "mri_ms_longitudinal", unit: "mm",
    note: """
      FLAIR (fixed) and T1W (moving) of one visit, against the data set's `T1W_intrastudy_to_FLAIR`, small affine corrections
      that are themselves estimates. Error: mean over 5³ points in the central half. Wrong: above 2 mm. "Untouched" is the
      error of doing nothing.
      """,
    columns: ["untouched, mm"]
  ) { folder in
    try folder.patients.flatMap { patient in
      ["study1", "study2"].filter {
        folder.holds("\(patient)/\($0)_FLAIR.nii.gz") && folder.holds("\(patient)/\($0)_T1W.nii.gz")
      }.flatMap { visit in
        [TransformModel.rigid, .affine].map { model in
          KnownCase(name: "\(patient) \(visit)") {
            let truth = try folder.transform("\(patient)/\(visit)_T1W_intrastudy_to_FLAIR.txt")
            return [
              try folder.row(
                fixed: "\(patient)/\(visit)_FLAIR.nii.gz", moving: "\(patient)/\(visit)_T1W.nii.gz", truth: truth,
                name: "\(patient) \(visit) FLAIR → T1W", model: model, showsUntouched: true)
            ]
          }
        }
      }
    }
  }

  /// A skull-stripped brain in two contrasts on one grid, one of them moved.
  static let movedBrain = KnownDataSet(
    title: "Moved brain, T1 to FLAIR", folder: "mri_ms_mni_aligned", unit: "mm",
    note: movedNote("FLAIR fixed, T1 moved; skull-stripped, on one grid.")
  ) { folder in
    let ending = "_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz"
    return folder.movedCases(fixed: "patient07/FLAIR\(ending)", moving: "patient07/T1\(ending)", label: "FLAIR → T1")
  }

  /// SPM's average brains, blurred and with skull, one of them moved.
  static let movedTemplates = KnownDataSet(
    title: "Moved SPM templates", folder: "mri_spm_templates", unit: "mm",
    note: movedNote("Average brains of 2 mm samples, with skull: T1 fixed, T2 or PD moved.")
  ) { folder in
    ["T2", "PD"].flatMap { contrast in
      folder.movedCases(
        fixed: "canonical__avg152T1.nii", moving: "canonical__avg152\(contrast).nii", label: "T1 → \(contrast)")
    }
  }

  private static func movedNote(_ what: String) -> String {
    """
    \(what)
    The moved image is turned by random angles up to 30° about each axis and shifted up to 30 mm along each, and resampled
    onto its own grid, with a mask where nothing came from. Error: mean over 5³ points in the central half. Wrong: above
    2 mm.
    """
  }
}

extension KnownFolder {
  fileprivate var patients: [String] {
    get throws { try names().filter { $0.hasPrefix("patient") } }
  }

  fileprivate func row(
    fixed: String, moving: String, truth: Affine<3>, name: String, model: TransformModel, showsUntouched: Bool = false
  ) throws -> KnownRow {
    let still = try volume(fixed)
    let answer = PointPairs(points: still.grid.lattice(5, over: 0.25...0.75)) { truth($0) }
    let pair = KnownPair(fixed: still, moving: try volume(moving), answer: answer)
    return pair.row(name, model: model, tolerance: 2, threads: threads) { _ in
      showsUntouched ? [answer.meanDistance(Affine<3>.identity).fixed(2)] : []
    }
  }

  /// Random rigid motions of one of two volumes in one space.
  fileprivate func movedCases(fixed: String, moving: String, label: String) -> [KnownCase] {
    (0..<starts).map { start in
      KnownCase(name: "\(label) \(start + 1)") {
        let still = try volume(fixed)
        let other = try volume(moving)
        var random = SplitMix64(seed: options.seed &* 1000 &+ UInt64(start))
        let motion = MotionRange<3>(degrees: 30, shift: 30).random(center: other.grid.center, using: &random)
        let pair = KnownPair(
          fixed: still, moving: other.moved(by: motion, interpolation: .cubic, isMasked: true),
          answer: PointPairs(points: still.grid.lattice(5, over: 0.25...0.75)) { motion($0) })
        return [pair.row("\(label), start \(start + 1)", group: label, model: .rigid, tolerance: 2, threads: threads)]
      }
    }
  }
}
