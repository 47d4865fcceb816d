import Vernier

extension Method {
  /// The methods by networks, in the order in which a table lists them. The plug-in is loaded when one is used.
  public static let learned: [Method] = NetworkPreset.all.map { preset in
    Method(
      name: preset.name, kind: .learned, transforms: [preset.configuration.model], ranks: [preset.configuration.rank],
      source: preset.source,
      options: [Option("weights", .file, help: "the parameters, as vernier train writes them")]
    ) { LearnedAligner(try LearnedModels.network(preset, file: $0.text("weights")), name: preset.name) }
  }
}
