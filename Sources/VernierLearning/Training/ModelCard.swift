import Vernier
import VernierText

/// What is to be known of a trained network, as Markdown beside its file.
public struct ModelCard: Sendable {
  public var name: String
  public var network: any RegistrationNetwork
  public var preset: NetworkPreset
  public var options: TrainingOptions
  /// The command that trains it.
  public var command: String
  /// Where the images came from.
  public var data: String
  /// What pairs they make.
  public var pairs: String
  /// On how many it was judged.
  public var validationPairs: Int
  public var history: [TrainingEpoch]
  public var best: TrainingEpoch
  /// On what it was trained, such as `cpu, 2 threads, libtorch 2.13.0`.
  public var machine: String

  public init(
    name: String, network: any RegistrationNetwork, preset: NetworkPreset, options: TrainingOptions, command: String,
    data: String, pairs: String, validationPairs: Int, history: [TrainingEpoch], best: TrainingEpoch, machine: String
  ) {
    self.name = name
    self.network = network
    self.preset = preset
    self.options = options
    self.command = command
    self.data = data
    self.pairs = pairs
    self.validationPairs = validationPairs
    self.history = history
    self.best = best
    self.machine = machine
  }

  public var markdown: String {
    let isOfPictures = preset.configuration.rank == 2
    return """
      # \(name)

      \(preset.source); \(network.parameterCount) parameters. `vernier register FIXED MOVING --method \(preset.name) --weights \(name)` uses it,
      and `--method \(preset.name)+refine` starts the refinement from it. This trains it:

          \(command)

      | | |
      | --- | --- |
      | input | two \(isOfPictures ? "pictures" : "volumes") of \(size(network)), \(isOfPictures ? "brightness" : "0 to 1") |
      | data | \(data) |
      | pairs | \(pairs) |
      | training | \(history.count) of \(options.epochs) epochs of \(options.stepsPerEpoch) steps of \(options.batch) pairs |
      | Adam | rate \(options.learningRate), schedule \(options.schedule.rawValue), gradients clipped at \(options.gradientNorm.shortest) |
      | seed | \(options.seed) |
      | trained on | \(machine) |

      On \(validationPairs) pairs of \(isOfPictures ? "pictures" : "volumes") that were held out, after epoch \(best.number), which is the one that was kept:

      \(best.errors.map(table) ?? "the loss is \(short(best.validationLoss)).")

      """
  }

  private func table(_ errors: PredictionErrors) -> String {
    let sum = preset.configuration.rank == 2 ? "\\|Δx\\| + \\|Δy\\|" : "\\|Δx\\| + \\|Δy\\| + \\|Δz\\|"
    return """
      | rotation error | \(sum) | mean corner error | median corner error | loss |
      | --- | --- | --- | --- | --- |
      | \(short(errors.rotation))° | \(short(errors.translation)) px | \(short(errors.corner)) px | \(short(errors.medianCorner)) px | \(short(best.validationLoss)) |
      """
  }

  private func size<Network: RegistrationNetwork>(_ network: Network) -> String {
    [String](repeating: "\(network.configuration.side)", count: Network.Motion.axisCount).joined(separator: "×")
  }
  private func short(_ value: Double) -> String {
    // A mean squared difference of samples from 0 to 1 is small.
    let unit = value < 0.01 ? 1e6 : 1e3
    return "\((value * unit).rounded() / unit)"
  }
}
