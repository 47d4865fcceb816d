/// Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1): gradient descent with steps scaled by running moments of the gradient.
///
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   x ← x − α · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// A first step is α along each parameter, whatever the gradient's size. β₁ = 0.9, β₂ = 0.999 and ε = 1e-8 are the paper's.
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
    meanBias *= 0.9
    squareBias *= 0.999
    for index in 0..<count {
      let slope = gradient[index]
      mean[index] = 0.9 * mean[index] + 0.1 * slope
      square[index] = 0.999 * square[index] + 0.001 * slope * slope
      let deviation = (square[index] / (1 - squareBias)).squareRoot() + 1e-8
      parameters[index] -= learningRate * mean[index] / (1 - meanBias) / deviation
    }
  }
}
