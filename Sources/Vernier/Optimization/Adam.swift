/// Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1): gradient descent with steps scaled by running moments of
/// the gradient.
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   x ← x − α · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// A first step is α along each parameter, whatever the gradient's size. β₁, β₂ and ε are ``AdamConstants``. Networks
/// have an Adam of their own, whose step is taken by libtorch on whole tensors, wherever they lie; here are a few
/// doubles.
struct Adam<let count: Int>: Sendable {
  /// α.
  let learningRate: Double
  private var mean = Vector<count>.zero
  private var square = Vector<count>.zero
  private var meanBias = 1.0
  private var squareBias = 1.0

  init(learningRate: Double) { self.learningRate = learningRate }

  /// Moves the parameters one step against the gradient.
  mutating func step(_ parameters: inout Vector<count>, gradient: Vector<count>) {
    let (decays, shares) = (AdamConstants.decays, AdamConstants.shares)
    meanBias *= decays.first
    squareBias *= decays.second
    for index in 0..<count {
      let slope = gradient[index]
      mean[index] = decays.first * mean[index] + shares.first * slope
      square[index] = decays.second * square[index] + shares.second * slope * slope
      let deviation = (square[index] / (1 - squareBias)).squareRoot() + AdamConstants.epsilon
      parameters[index] -= learningRate * mean[index] / (1 - meanBias) / deviation
    }
  }
}
