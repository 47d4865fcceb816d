/// What the twelve numbers mean that a 3D spatial transformer answers with.
public enum SpatialTransformerForm: String, Codable, Sendable, CaseIterable {
  /// The matrix [3, 4] of an affine map, less the identity's.
  case affine
  /// The paper's second network: shear xy, xz, yz; the logarithms of the scales; the angles about x, y and z in
  /// radians; the translation. They act in this order, which the paper found to be the best, and which is Vernier's:
  /// linear part = rotation · scale · shear, with rotation = Rz · Ry · Rx.
  case separate

  /// The maps that outputs stand for.
  ///
  /// - Parameter outputs: [batch, 12]. All zero is the identity.
  /// - Returns: [batch, 3, 4], for coordinates from −1 to 1 from edge to edge, x first.
  func maps(of outputs: Tensor) throws -> Tensor {
    let count = outputs.shape[0]
    switch self {
    case .affine:
      let identity: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
      return try (outputs + Tensor(identity, shape: [1, 12], on: outputs.device)).reshaped([count, 3, 4])
    case .separate:
      let numbers = try (0..<12).map { try outputs.part($0..<($0 + 1), along: 1) }
      let (shear, scale) = (numbers[0..<3], try numbers[3..<6].map { try $0.exponential() })
      let zero = try numbers[0] * 0
      let one = try zero + 1
      func matrix(_ rows: [Tensor]) throws -> Tensor {
        try Tensor.concatenated(rows, along: 1).reshaped([count, 3, 3])
      }
      let sheared = try matrix([one, shear[0], shear[1], zero, one, shear[2], zero, zero, one])
      let scaled = try matrix([scale[0], zero, zero, zero, scale[1], zero, zero, zero, scale[2]])
      var linear = try scaled.matmul(sheared)
      for axis in 0..<3 {
        let (cosine, sine) = (try numbers[6 + axis].cosine(), try numbers[6 + axis].sine())
        // Turns the axis `from` towards `to`.
        let (from, to) = ((axis + 1) % 3, (axis + 2) % 3)
        let rows = try (0..<9).map { place in
          switch (place / 3, place % 3) {
          case (axis, axis): one
          case (from, from), (to, to): cosine
          case (to, from): sine
          case (from, to): try -sine
          default: zero
          }
        }
        linear = try matrix(rows).matmul(linear)
      }
      let translation = try outputs.part(9..<12, along: 1).reshaped([count, 3, 1])
      return try Tensor.concatenated([linear, translation], along: 2)
    }
  }
}
