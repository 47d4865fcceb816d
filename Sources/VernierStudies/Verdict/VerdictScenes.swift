import Vernier

/// What the verdict's pairs are drawn from: every other scene is for the fit, the rest for the test of it.
struct VerdictScenes: Sendable {
  let planes: [[Image<2>]]
  let scans: [[Image<3>]]

  /// Those for the fit, or those for the test.
  func half(forFit: Bool) -> Self {
    func half<Element>(_ all: [Element]) -> [Element] {
      all.enumerated().filter { ($0.offset % 2 == 0) == forFit }.map(\.element)
    }
    return Self(planes: half(planes), scans: half(scans))
  }

  private init(planes: [[Image<2>]], scans: [[Image<3>]]) {
    self.planes = planes
    self.scans = scans
  }

  /// Reads what there is of the data sets.
  init(_ data: StudyData) throws {
    scans = try Self.scans(data)
    planes = try data.photographs().map { [$0] } + Self.micrographs(data) + Self.contrasts(data)
  }

  /// One of neighbouring sections each: more would show one scene as two.
  private static func micrographs(_ data: StudyData) throws -> [[Image<2>]] {
    let folders = ["lung_sem", "histology_lesion3", "multimodal_starainj/Medical/Retina"]
    return try folders.compactMap { folder in
      guard let path = data.files(folder, ["png", "jpg", "tif"]).first else { return nil }
      let scene = try StudyData.plane(path).reduced(toAtMost: 800).onByteScale()
      return [scene]
    }
  }

  /// Slices of one head in two contrasts.
  private static func contrasts(_ data: StudyData) throws -> [[Image<2>]] {
    try ["PD_T1", "PD_T2", "T1_T2"].flatMap { folder in
      let files = data.files("multimodal_starainj/Medical/\(folder)", ["png"])
      let slices = Dictionary(grouping: files) { $0.split(separator: "_").last.map(String.init) ?? "" }
      return try slices.sorted { $0.key < $1.key }.map { try $0.value.map(StudyData.plane) }
        .filter { $0.count == 2 && $0[0].size == $0[1].size }
    }
  }

  /// Scans at about 2 mm, so that some hundred pairs are quick.
  private static func scans(_ data: StudyData) throws -> [[Image<3>]] {
    var scans = try data.files("mri_oasis_malf", ["nii.gz"]).filter { $0.contains("_SS") }
      .map { [try StudyData.volume($0).reduced(toAtMost: 96)] }
    let patient = data.files("mri_ms_mni_aligned/patient07", ["nii.gz"]).filter { !$0.contains("GOLD") }
    if !patient.isEmpty { scans.append(try patient.map { try StudyData.volume($0).reduced(toAtMost: 96) }) }
    for visit in ["patient01/study1", "patient01/study2", "patient04/study1", "patient20/study2"] {
      let parts = visit.split(separator: "/")
      let paths = data.files("mri_ms_longitudinal/\(parts[0])", ["nii.gz"]).filter { $0.contains("/\(parts[1])_") }
      // Two contrasts of one visit, each on its own grid: registered to each other within a sample by the scanner.
      if !paths.isEmpty { scans.append(try paths.map { try StudyData.volume($0).reduced(toAtMost: 96) }) }
    }
    scans += try data.files("elastix", ["mha"]).filter { $0.contains("3DCT") }.map {
      [try StudyData.volume($0).reduced(toAtMost: 96)]
    }
    let templates = data.files("mri_spm_templates", ["nii", "nii.gz"])
    let read = try templates.map { try StudyData.volume($0).reduced(toAtMost: 96) }
    for group in Dictionary(grouping: read, by: { $0.size }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      scans.append(group.value)
    }
    return scans
  }
}

extension Image where rank == 2 {
  /// With the samples brought to 0…255, as the noise and the burnt-in things of the study are measured.
  fileprivate func onByteScale() -> Self {
    let (low, high) = (samples.min() ?? 0, samples.max() ?? 255)
    guard high > 255 else { return self }
    return mapSamples { 255 * ($0 - low) / (high - low) }
  }
}
