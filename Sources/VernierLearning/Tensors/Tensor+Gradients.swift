import CTensorsPlugin

extension Tensor {
  /// A copy whose gradient ``backward()`` finds: what training changes.
  ///
  /// - Throws: ``TensorError`` for elements that are not real numbers.
  public func parameter() throws(TensorError) -> Tensor {
    let copy = try detached().cloned()
    try checked("parameter", [self]) { TensorsPlugin.functions.set_requires_gradient(copy.pointer, 1, $0, $1) }
    return copy
  }

  /// The same elements without the record of how they were computed.
  public func detached() throws(TensorError) -> Tensor { try apply(.detach, [self]) }

  /// Adds the derivatives of this number to the gradients of all parameters that it was computed from.
  ///
  /// - Throws: ``TensorError`` when this is not a single number, or was computed from no parameter.
  public func backward() throws(TensorError) {
    try checked("backward", [self]) { TensorsPlugin.functions.backward(pointer, $0, $1) }
  }

  /// The derivatives found so far, of this tensor's shape; nil where there are none.
  public var gradient: Tensor? { TensorsPlugin.functions.gradient(pointer).map { Tensor($0) } }

  /// Overwrites the elements in place, for all copies, by those of a tensor of the same shape.
  ///
  /// - Throws: ``TensorError`` when the shapes differ.
  public func assign(_ source: Tensor) throws(TensorError) {
    guard shape == source.shape else {
      throw TensorError(operation: "assign", shapes: [shape, source.shape], reason: "the shapes differ")
    }
    try checked("assign", [self, source]) { TensorsPlugin.functions.assign(pointer, source.pointer, $0, $1) }
  }
}

/// Runs `body` without recording how its tensors are computed, which saves time and memory where no gradient is asked
/// for.
public func withoutGradients<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
  guard case .success(let loaded) = TensorsPlugin.loaded else { return try body() }
  let before = loaded.functions.set_recording(0)
  defer { _ = loaded.functions.set_recording(before) }
  return try body()
}

/// Forgets the gradients of all tensors.
public func clearGradients(_ tensors: [Tensor]) {
  guard !tensors.isEmpty else { return }
  TensorsPlugin.functions.clear_gradients(tensors.map { $0.pointer }, Int32(tensors.count))
}

/// Scales all gradients by one factor, so that their common norm is at most `most` (Pascanu, Mikolov and Bengio 2013).
///
/// - Returns: the norm before.
/// - Throws: ``TensorError`` where not all lie on one device.
@discardableResult
public func clipGradients(_ tensors: [Tensor], to most: Double) throws(TensorError) -> Double {
  guard !tensors.isEmpty else { return 0 }
  var norm = 0.0
  try checked("clip gradients") { message, capacity in
    TensorsPlugin.functions.clip_gradients(
      tensors.map { $0.pointer }, Int32(tensors.count), most, &norm, message, capacity)
  }
  return norm
}
