import VernierFiles
import VernierLearning
import VernierPlots

/// What a training writes.
struct ModelFiles: Sendable {
  let model: String

  private static let ending = ".safetensors"

  /// The files beside the model have its name with other endings.
  private func beside(_ ending: String) -> String {
    (model.lowercased().hasSuffix(Self.ending) ? String(model.dropLast(Self.ending.count)) : model) + ending
  }

  var checkpoint: String { beside(".checkpoint\(Self.ending)") }
  var card: String { beside(".md") }
  var curve: String { beside(".svg") }

  var destinations: [Destination] {
    [Destination(path: model, endings: [Self.ending]), Destination(path: checkpoint, endings: [Self.ending])]
      + [Destination(path: card, endings: [".md"]), Destination(path: curve, endings: [".svg"])]
  }

  /// Writes what a person reads.
  func write(card: ModelCard, _ history: [TrainingEpoch]) throws {
    try PartialFiles.replace(self.card, text: card.markdown)
    let curve = LossCurve(
      title: "\(card.preset.name): loss", subtitle: card.data, training: history.map(\.trainingLoss),
      validation: history.map(\.validationLoss))
    try PartialFiles.replace(self.curve, text: curve.svg)
  }
}
