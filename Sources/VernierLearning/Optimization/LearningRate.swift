import Glibc

/// How the learning rate goes with the share of training done.
public enum LearningRateSchedule: String, Sendable, Codable, CaseIterable {
  case constant
  /// Half a cosine from the rate to 0 (Loshchilov and Hutter 2017), after a rise over the first 2 %.
  case cosine
  /// Less by a tenth after each 40 epochs, as the paper of the 3D spatial transformers has it ("decreases the learning
  /// rate after 40 epochs by 10%").
  case decay

  /// The rate at a step, as a share of the peak.
  ///
  /// - Parameters:
  ///   - step: from 0.
  ///   - total: the steps of the whole training.
  ///   - epoch: the step's, from 0.
  public func factor(step: Int, of total: Int, epoch: Int) -> Double {
    switch self {
    case .constant: return 1
    case .decay: return pow(0.9, Double(epoch / 40))
    case .cosine:
      let rise = max(1, total / 50)
      if step < rise { return Double(step + 1) / Double(rise) }
      return 0.5 * (1 + cos(.pi * Double(step - rise) / Double(max(1, total - rise))))
    }
  }
}
