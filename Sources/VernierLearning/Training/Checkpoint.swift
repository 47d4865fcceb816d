import VernierText

/// Everything from which a training goes on as if it had not been interrupted: the network, Adam's moments, the epochs
/// so far. What is random follows from the seed and the number of the step.
struct TrainingState: Codable, Sendable, Equatable {
  var options: TrainingOptions
  var steps: Int
  /// Of the first step, before anything was learned.
  var firstLoss: Double?
  var history: [TrainingEpoch]

  /// The epoch with the least loss in validation.
  var best: TrainingEpoch? { history.min { $0.validationLoss < $1.validationLoss } }

  private static let key = "vernier.checkpoint"

  /// - Throws: `FileError.unwritable`, such as on a full disk; the old checkpoint is still there then.
  func write(_ network: some RegistrationNetwork, _ adam: Adam, to path: String) throws {
    let text = try JSON(encoding: self).text(isDense: true)
    try ModelFile.write(network, further: adam.state, metadata: [Self.key: text], to: path)
  }

  /// - Throws: ``ModelFileError``; ``TrainingError/otherTraining(_:)``.
  static func read(
    _ path: String, kind: String?, on device: Device
  ) throws -> (state: Self, network: any RegistrationNetwork, adam: Adam) {
    let file = try SafeTensors(path)
    let network = try ModelFile.network(in: file, kind: kind, on: device)
    guard let text = file.metadata[key], let state = try? JSON(parsing: text).decoded(as: Self.self) else {
      throw TrainingError.otherTraining(path)
    }
    var adam = try Adam(network.tensors)
    try file.assign(to: network.tensors + adam.state, isComplete: true)
    adam.resume(after: state.steps)
    return (state, network, adam)
  }
}
