import CTensorsPlugin

extension Tensor {
  /// A tensor of Float elements.
  ///
  /// - Parameters:
  ///   - values: the elements, row-major.
  ///   - shape: nil for one axis.
  ///   - device: where they are to lie.
  /// - Throws: ``TensorError`` when the count does not agree with the shape; ``TensorsPluginError``.
  public init(_ values: [Float], shape: [Int]? = nil, on device: Device = .cpu) throws {
    let shape = shape ?? [values.count]
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == values.count else {
      throw TensorError(operation: "tensor", shapes: [shape], reason: "\(values.count) values do not fill it")
    }
    self = try values.withUnsafeBytes { try Self.made(from: $0.baseAddress, shape, .float32, device) }
  }

  /// A tensor of Double elements. See ``init(_:shape:on:)-([Float],_,_)``.
  public init(_ values: [Double], shape: [Int]? = nil, on device: Device = .cpu) throws {
    let shape = shape ?? [values.count]
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == values.count else {
      throw TensorError(operation: "tensor", shapes: [shape], reason: "\(values.count) values do not fill it")
    }
    self = try values.withUnsafeBytes { try Self.made(from: $0.baseAddress, shape, .float64, device) }
  }

  /// - Throws: ``TensorError`` when there is not enough memory; ``TensorsPluginError``.
  public static func zeros(_ shape: [Int], type: ElementType = .float32, on device: Device = .cpu) throws -> Tensor {
    try made(from: nil, shape, type, device)
  }

  /// A tensor whose elements are all `value`.
  ///
  /// - Throws: as ``zeros(_:type:on:)``.
  public static func filled(_ value: Double, _ shape: [Int], on device: Device = .cpu) throws -> Tensor {
    try zeros(shape, on: device) + value
  }

  private static func made(
    from values: UnsafeRawPointer?, _ shape: [Int], _ type: ElementType, _ device: Device
  ) throws -> Tensor {
    let functions = try TensorsPlugin.loaded.get().functions
    // libtorch is handed null for "zeros", so no elements must not look like that.
    let address = shape.contains(0) ? nil : values
    var result: OpaquePointer?
    try checked("tensor") { message, capacity in
      functions.create(
        address, type.code, shape.map(Int64.init), Int32(shape.count), device.code, &result, message, capacity)
    }
    return Tensor(result!)
  }

  /// The elements, row-major, as Float.
  ///
  /// - Throws: ``TensorError`` when there is not enough memory.
  public func values() throws(TensorError) -> [Float] { try copied(as: .float32, zero: Float(0)) }

  /// The elements, row-major, as Double.
  ///
  /// - Throws: as ``values()``.
  public func doubles() throws(TensorError) -> [Double] { try copied(as: .float64, zero: 0.0) }

  /// The only element.
  ///
  /// - Throws: ``TensorError`` when there is not exactly one.
  public func value() throws(TensorError) -> Double {
    let all = count == 1 ? try doubles() : []
    guard let only = all.first else {
      throw TensorError(operation: "value", shapes: [shape], reason: "it has not exactly one element")
    }
    return only
  }

  private func copied<Element>(as type: ElementType, zero: Element) throws(TensorError) -> [Element] {
    var elements = [Element](repeating: zero, count: count)
    try checked("values", [self]) { message, capacity in
      elements.withUnsafeMutableBytes {
        TensorsPlugin.functions.copy_values(pointer, type.code, $0.baseAddress, message, capacity)
      }
    }
    return elements
  }

  /// The elements on another device or as another type.
  ///
  /// - Throws: ``TensorError`` when the device is not there.
  public func converted(to type: ElementType? = nil, on device: Device? = nil) throws(TensorError) -> Tensor {
    let type = type ?? elementType ?? .float32
    return try apply(.convert, [self], [Int(type.code), Int((device ?? self.device).code)])
  }
}
