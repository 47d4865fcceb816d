import Vernier

/// What is to be known of a trained network, as Markdown beside its file.
public struct ModelCard: Sendable {
  public var name: String
  public var network: any RegistrationNetwork
  public var preset: NetworkPreset
  public var options: TrainingOptions
  /// The command that trains it.
  public var command: String
  /// Where the pictures came from.
  public var data: String
  public var recipe: SyntheticPairs.Recipe
  public var history: [TrainingEpoch]
  public var best: TrainingEpoch
  /// On what it was trained, such as `cpu, 2 threads, libtorch 2.13.0`.
  public var machine: String

  public init(
    name: String, network: any RegistrationNetwork, preset: NetworkPreset, options: TrainingOptions, command: String,
    data: String, recipe: SyntheticPairs.Recipe, history: [TrainingEpoch], best: TrainingEpoch, machine: String
  ) {
    self.name = name
    self.network = network
    self.preset = preset
    self.options = options
    self.command = command
    self.data = data
    self.recipe = recipe
    self.history = history
    self.best = best
    self.machine = machine
  }

  public var markdown: String {
    let errors = best.errors
    return """
      # \(name)

      \(preset.source); \(network.parameterCount) parameters. `vernier register FIXED MOVING --method \(preset.name) --weights \(name)` uses it,
      and `--method \(preset.name)+refine` starts the refinement from it. This trains it:

          \(command)

      | | |
      | --- | --- |
      | input | two pictures of \(side(network))×\(side(network)), brightness |
      | data | \(data) |
      | pairs | \(recipe) |
      | training | \(history.count) of \(options.epochs) epochs of \(options.stepsPerEpoch) steps of \(options.batch) pairs |
      | Adam | rate \(options.learningRate), schedule \(options.schedule.rawValue), gradients clipped at \(number(options.gradientNorm)) |
      | seed | \(options.seed) |
      | trained on | \(machine) |

      On \(options.validationPairs) pairs of pictures that were held out, after epoch \(best.number), which is the one that was kept:

      | rotation error | \\|Δx\\| + \\|Δy\\| | mean corner error | median corner error | loss |
      | --- | --- | --- | --- | --- |
      | \(short(errors.rotation))° | \(short(errors.translation)) px | \(short(errors.corner)) px | \(short(errors.medianCorner)) px | \(short(best.validationLoss)) |

      """
  }

  private func side(_ network: some RegistrationNetwork) -> Int { network.configuration.side }
  private func number(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
  private func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
