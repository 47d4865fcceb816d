import Glibc
import Vernier

/// How a network's last layer states a rigid motion, and the loss (Ma, Zhao and Cheng 2021, section 2.4).
public struct RigidRegression: Codable, Sendable, Equatable {
  /// How the angle is stated.
  public enum Angle: String, Codable, Sendable, CaseIterable {
    /// As degrees, one number, as published. Where the circle closes, near examples have far answers.
    case degrees
    /// As its cosine and sine, two numbers, whose direction counts; continuous around the circle.
    case direction
  }

  public var angle: Angle
  /// λ: how many degrees of rotation weigh as much as a sample of translation. Published: 17.
  public var translationWeight: Double

  public init(angle: Angle, translationWeight: Double = 17) {
    self.angle = angle
    self.translationWeight = translationWeight
  }

  /// The outputs: x and y of the translation in samples, then the angle.
  var outputs: Int { angle == .degrees ? 3 : 4 }

  /// Eqs. 2 to 5: λ · (|Δx| + |Δy|) + Δθ, with Δθ in degrees around the circle, averaged over the examples.
  ///
  /// Where the angle is a direction, Δθ is stood for by the distance of the two numbers from cosine and sine, |Δcos| +
  /// |Δsin| in degrees, which has a slope everywhere.
  func loss(of outputs: Tensor, targets: [(degrees: Double, translation: Vector<2>)]) throws -> Tensor {
    let device = outputs.device
    let shifts = try Tensor(
      targets.flatMap { [Float($0.translation[0]), Float($0.translation[1])] }, shape: [targets.count, 2], on: device)
    let translation = try outputs.part(0..<2, along: 1).meanAbsoluteError(shifts) * 2
    let angles = try outputs.part(2..<self.outputs, along: 1)
    let rotation: Tensor
    switch angle {
    case .degrees:
      rotation = try angles.meanCircularError(
        Tensor(targets.map { Float($0.degrees) }, shape: [targets.count, 1], on: device))
    case .direction:
      let wanted = targets.flatMap { target in
        [Float(cos(target.degrees * .pi / 180)), Float(sin(target.degrees * .pi / 180))]
      }
      rotation = try angles.meanAbsoluteError(Tensor(wanted, shape: [targets.count, 2], on: device)) * (2 * 180 / .pi)
    }
    return try translation * translationWeight + rotation
  }

  /// What each example's outputs say.
  func read(_ outputs: Tensor) throws(TensorError) -> [(degrees: Double, translation: Vector<2>)] {
    let values = try outputs.doubles()
    return stride(from: 0, to: values.count, by: self.outputs).map { start in
      let degrees =
        angle == .degrees ? values[start + 2] : atan2(values[start + 3], values[start + 2]) * 180 / .pi
      return (remainder(degrees, 360), [values[start], values[start + 1]])
    }
  }
}

/// A network whose outputs are read by ``RigidRegression``.
protocol RigidNetwork: RegressionNetwork {
  var regression: RigidRegression { get }
}

extension RigidNetwork {
  public func motions(of outputs: Tensor) throws(TensorError) -> [Affine<2>] {
    try regression.read(outputs).map { motion(degrees: $0.degrees, translation: $0.translation) }
  }

  public func loss(of outputs: Tensor, against motions: [Affine<2>]) throws -> Tensor {
    try regression.loss(
      of: outputs,
      targets: motions.map {
        let parameters = parameters(of: $0)
        return (parameters.degrees, parameters.translation)
      })
  }
}
