import CVernier
import Glibc
import Vernier
import VernierCommandLine
import VernierText

/// An answer behind a pointer of C's.
final class AlignmentHandle {
  /// Nil where no transform was found.
  let alignment: AnyAlignment?
  /// What `vernier_alignment_json` gives.
  let json: UnsafeMutablePointer<CChar>

  init(_ alignment: AnyAlignment?, _ members: [JSON.Member]) {
    self.alignment = alignment
    json = copied("\(JSON.object(members))")
  }

  deinit { free(json) }
}

/// An alignment of either rank.
enum AnyAlignment {
  case plane(Alignment<2>)
  case space(Alignment<3>)

  init<let rank: Int>(_ alignment: Alignment<rank>) {
    // The rank is 2 or 3.
    self = (alignment as? Alignment<2>).map(Self.plane) ?? .space(alignment as! Alignment<3>)
  }
}

/// A transform behind a pointer of C's.
final class TransformHandle {
  let transform: AnyTransform
  let model: TransformModel?

  init(_ transform: AnyTransform, model: TransformModel? = nil) {
    self.transform = transform
    self.model = model
  }
}

/// The object behind a pointer that this interface gave.
func object<Handle: AnyObject>(_ pointer: OpaquePointer, as type: Handle.Type = Handle.self) -> Handle {
  Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

/// A pointer that keeps an object until it is released.
func retained(_ object: some AnyObject) -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(object).toOpaque()) }

/// Lets go of the object behind a pointer.
func release<Handle: AnyObject>(_ pointer: OpaquePointer?, as type: Handle.Type) {
  if let pointer { Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).release() }
}

/// Text that C owns.
func copied(_ text: String) -> UnsafeMutablePointer<CChar> {
  guard let copy = strdup(text) else { fatalError("no memory for a line of text") }
  return copy
}

/// Does what may throw, and says how it ended as C does.
func status(_ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ work: () throws -> Void) -> Int32 {
  do {
    try work()
    return Int32(VERNIER_DONE)
  } catch let problem as UsageError {
    error?.pointee = copied("\(problem)")
    return Int32(VERNIER_USAGE)
  } catch {
    return unusable("\(error)")
  }
  func unusable(_ problem: String) -> Int32 {
    error?.pointee = copied(problem)
    return Int32(VERNIER_UNUSABLE)
  }
}

/// The words of a command line that C gives, taken apart by a manual.
func arguments(
  _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32, of manual: Manual
) throws(UsageError) -> Arguments {
  let words = (0..<Int(count)).compactMap { index in words?[index].map { String(cString: $0) } }
  return try Arguments(words, manual: manual)
}
