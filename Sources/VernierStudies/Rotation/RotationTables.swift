import Vernier
import VernierPlots
import VernierText

/// The errors of several methods under several conditions.
struct RotationErrors: Sendable {
  struct Row: Sendable {
    var method: String
    var denoiser: String?
    /// Why there are no numbers; nil where there are.
    var obstacle: String?
    /// Of the rotation errors, one a condition.
    var errors: [Statistics] = []
  }

  var kind: PairProtocol
  /// Pairs of each condition.
  var count: Int
  var conditions: [String]
  var rows: [Row]
  /// The mean error at the Cramér–Rao bound, one a condition; nil where it is not known.
  var bounds: [Double?] = []

  /// Mean and median rotation error of each method and denoiser, a column a condition.
  var table: MarkdownTable {
    var table = MarkdownTable(header: ["method", "denoiser"] + conditions)
    for row in rows {
      let cells =
        row.obstacle.map { [$0] + Array(repeating: "–", count: conditions.count - 1) }
        ?? row.errors.map { "\($0.mean.fixed(3)) (\($0.median.fixed(3)))" }
      table.add(["`\(row.method)`", row.denoiser ?? "none"] + cells)
    }
    if bounds.contains(where: { $0 != nil }) {
      table.add(["the bound", "–"] + bounds.map { $0?.fixed(3) ?? "–" })
    }
    return table
  }
}

/// What the study of rotations prints.
struct RotationTables {
  let configuration: RotationConfiguration
  let seed: UInt64
  let threads: Int

  var introduction: String {
    """
    # Rotation by a CNN

    seed \(seed), \(threads) threads; frames to learn from: \(configuration.trainingFrames.joined(separator: ", ")); frames to be judged on: \
    \(configuration.testFrames.joined(separator: ", ")). The paper's frames (Stanford's Streaming MAR data set) are not public here.

    """
  }

  func runs(_ trainings: [RotationTraining]) -> String {
    """

    ## The published trainings

    The paper's six runs: its epochs, learning rate, batch and loss, on rotations of ±\(configuration.range.fixed(0))° by the published protocol, without noise. \
    So that they finish on two cores, \((100 * configuration.epochShare).fixed(0)) % of the epochs are run, an epoch is \(configuration.pairsPerEpoch) pairs, as many as \
    the paper has frames to train on, and the layers are narrow. "Least loss" is the least of the epochs' mean losses in training; the paper's are read from its text \
    and in units that it does not give. Ours is of angles over \(configuration.range.fixed(0))°, so that guessing 0 has an MAE of 0.5 and an MSE of 0.333. The \
    rotation error is the mean over \(configuration.testPairs) pairs of other frames, after the last epoch and after the best.

    \(runTable(trainings).text)
    ![Losses](images/rotation-losses.svg)

    """
  }

  /// What the paper's text says of each run's least loss.
  private static let published = [
    "TA1": "about 0.20", "TA2": "about 0.20", "TA3": "about 0.20", "TA4": "about 0.10", "TA5": "better than TA1–TA4",
    "TA6": "not significantly different",
  ]

  private func runTable(_ trainings: [RotationTraining]) -> MarkdownTable {
    var table = MarkdownTable(header: [
      "run", "epochs, paper", "ours", "rate", "batch", "loss", "input", "parameters", "least loss, paper", "ours",
      "in validation", "rotation error, last", "best", "minutes",
    ])
    for training in trainings {
      let (run, history) = (training.run, training.history)
      let least = history.map(\.trainingLoss).min() ?? .nan
      let validation = history.map(\.validationLoss).min() ?? .nan
      let best = history.compactMap { $0.errors?.rotation }.min() ?? .nan
      table.add([
        run.name, "\(run.epochs)", training.problem == nil ? "\(history.count)" : "\(history.count), diverged",
        "\(run.learningRate)", "\(run.batch)", run.loss == .meanAbsolute ? "MAE" : "MSE",
        "\(run.side)×\(2 * run.side)×3", "\(training.parameters)", Self.published[run.name] ?? "–", least.fixed(4),
        validation.fixed(4), (history.last?.errors?.rotation ?? .nan).fixed(2) + "°", best.fixed(2) + "°",
        (training.seconds / 60).fixed(1),
      ])
    }
    return table
  }

  func section(_ errors: RotationErrors) -> String {
    let how =
      errors.kind == .published
      ? "the moving picture is the fixed one turned, bilinear, zeros outside: the edge of the zeros turns with the picture and shows its angle"
      : "both pictures are cut from a larger one, and no border shows the angle; no unbiased method has a smaller mean than the "
        + "bound (Cramér–Rao, the scene known, gain, offset and shift unknown)"
    return """

      ## Errors under noise and compression, \(errors.kind.rawValue) protocol

      \(RotationStudy.side)×\(RotationStudy.side), rotations of ±\(configuration.range.fixed(0))°, \(errors.count) pairs a column, the same scenes and motions in each; \(how). \
      Noise of σ in percent of 255, or JPEG of a quality, on both pictures by themselves; then the denoiser on both. Rotation error in degrees: mean (median).

      \(errors.table.text)
      """
  }

  /// The losses of all runs, as the paper's Fig. 4.
  func figure(_ trainings: [RotationTraining]) -> Figure {
    Figure(
      title: "Losses of the rotation CNN",
      subtitle: "\((100 * configuration.epochShare).fixed(0)) % of the published epochs, narrow layers",
      plots: trainings.map { $0.curve.plot(title: $0.run.name) }, columns: 3)
  }
}
