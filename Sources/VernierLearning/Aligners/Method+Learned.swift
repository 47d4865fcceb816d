import Vernier

extension Method {
  /// The methods by networks, in the order in which a table lists them. The plug-in is loaded when one is used.
  public static let learned: [Method] = NetworkPreset.all.map { preset in
    Method(
      name: preset.name, kind: .learned, transforms: [preset.configuration.model], ranks: [preset.configuration.rank],
      source: preset.source
    ) { request in
      let network = try LearnedModels.network(preset, file: request.weights)
      return LearnedAligner(network, name: preset.name, model: request.model, threads: request.threads)
    }
  }
}
