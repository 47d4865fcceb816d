import CTensorsPlugin

/// An array of numbers along any number of axes, on the CPU or a CUDA device, with the record of how it was computed.
///
/// Copies share their elements, which no operation changes: each gives a new tensor. Only training writes in place, on
/// the tensors that ``Tensor/parameter()`` makes and on running statistics; do not use these on another thread
/// meanwhile. Memory is freed with the last copy.
///
/// Every operation checks its shapes and throws a ``TensorError`` that names itself and them. The first tensor loads
/// the plug-in, see ``TensorsPlugin``.
///
/// Shapes are written in brackets as in `[batch, channels, height, width]`, the order of elements is row-major: the
/// last axis varies fastest.
public struct Tensor: Sendable {
  let handle: Handle

  /// The plug-in's tensor, released with the last copy.
  final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { TensorsPlugin.functions.release(pointer) }
  }

  init(_ pointer: OpaquePointer) { handle = Handle(pointer) }

  var pointer: OpaquePointer { handle.pointer }

  /// The length of each axis; empty for a single number.
  public var shape: [Int] {
    let functions = TensorsPlugin.functions
    let rank = Int(functions.rank(pointer))
    return [Int](unsafeUninitializedCapacity: rank) { buffer, count in
      buffer.withMemoryRebound(to: Int64.self) { functions.copy_shape(pointer, $0.baseAddress) }
      count = rank
    }
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  public var device: Device { TensorsPlugin.functions.device(pointer) == Device.cpu.code ? .cpu : .cuda }

  /// The type of the elements; nil for one that only libtorch itself makes.
  public var elementType: ElementType? {
    let code = TensorsPlugin.functions.type(pointer)
    return [ElementType.float32, .float64, .int64].first { $0.code == code }
  }
}

/// Runs a function of the plug-in that reports by a status and a message.
func checked(
  _ operation: String, _ tensors: [Tensor] = [],
  _ body: (UnsafeMutablePointer<CChar>, Int) -> Int32
) throws(TensorError) {
  let failure = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { message -> String? in
    message[0] = 0
    guard body(message.baseAddress!, message.count) != Int32(VERNIER_TENSORS_OK) else { return nil }
    return String(cString: message.baseAddress!)
  }
  if let failure { throw TensorError(operation: operation, shapes: tensors.map(\.shape), reason: failure) }
}
