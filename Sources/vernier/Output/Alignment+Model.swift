import Vernier

extension Alignment {
  /// The model as `--transform` names it.
  var modelName: String { isFreeForm ? freeFormModel : model.rawValue }
}
