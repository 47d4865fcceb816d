import Vernier

/// What the verdict's pairs are drawn from: every other scene or person is for the fit, the rest for the test of it.
struct VerdictScenes: Sendable {
  let planes: [[Image<2>]]
  /// The scans of each person: each with the contrasts that share its grid.
  let people: [[[Image<3>]]]

  /// Those for the fit, or those for the test.
  func half(forFit: Bool) -> Self {
    func half<Element>(_ all: [Element]) -> [Element] {
      all.enumerated().filter { ($0.offset % 2 == 0) == forFit }.map(\.element)
    }
    return Self(planes: half(planes), people: half(people))
  }

  private init(planes: [[Image<2>]], people: [[[Image<3>]]]) {
    self.planes = planes
    self.people = people
  }

  /// Reads what there is of the data sets.
  init(_ data: StudyData) throws {
    people = try Self.people(data)
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

  /// Slices of one head in up to three contrasts. The folders of two contrasts each repeat them.
  private static func contrasts(_ data: StudyData) throws -> [[Image<2>]] {
    let files = ["PD_T1", "PD_T2", "T1_T2"].flatMap { data.files("multimodal_starainj/Medical/\($0)", ["png"]) }
    func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
    let distinct = Dictionary(files.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
    let slices = Dictionary(grouping: distinct.keys.sorted()) { $0.split(separator: "_").last.map(String.init) ?? "" }
    return try slices.sorted { $0.key < $1.key }
      .map { try $0.value.compactMap { distinct[$0] }.map(StudyData.plane) }
      .filter { slice in slice.allSatisfy { $0.size == slice[0].size } }
  }

  /// Scans at about 2 mm, so that some hundred pairs are quick.
  private static func people(_ data: StudyData) throws -> [[[Image<3>]]] {
    func read(_ paths: [String]) throws -> [Image<3>] {
      try paths.map { try StudyData.volume($0).reduced(toAtMost: 96) }
    }
    var people = try data.files("mri_oasis_malf", ["nii.gz"]).filter { $0.contains("_SS") }.map { [try read([$0])] }
    people.append([try read(data.files("mri_ms_mni_aligned/patient07", ["nii.gz"]).filter { !$0.contains("GOLD") })])
    for (person, visits) in [
      ("patient01", ["study1", "study2"]), ("patient04", ["study1"]), ("patient20", ["study2"]),
    ] {
      let paths = data.files("mri_ms_longitudinal/\(person)", ["nii.gz"])
      // Two contrasts of one visit, each on its own grid: registered to each other within a sample by the scanner.
      people.append(try visits.map { visit in try read(paths.filter { $0.contains("/\(visit)_") }) })
    }
    people.append(try data.files("elastix", ["mha"]).filter { $0.contains("3DCT") }.map { try read([$0]) })
    // Means of many heads, which all lie in one space: one person.
    let templates = try read(data.files("mri_spm_templates", ["nii", "nii.gz"]))
    let bySize = Dictionary(grouping: templates, by: { $0.size }).sorted { $0.key.lexicographicallyPrecedes($1.key) }
    people.append(bySize.map(\.value))
    return people.map { $0.filter { !$0.isEmpty } }.filter { !$0.isEmpty }
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
