/// A failure inside the libraries behind the plug-in, such as not enough memory.
public struct VisionError: Error, Equatable, Sendable {
  /// What was being done: `sift`, `matching`.
  public var activity: String
  /// The library's own words.
  public var reason: String

  public init(activity: String, reason: String) {
    self.activity = activity
    self.reason = reason
  }

  /// - Parameter message: what the plug-in wrote, up to a 0.
  init(activity: String, message: [CChar]) {
    let bytes = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    self.init(activity: activity, reason: String(decoding: bytes, as: UTF8.self))
  }
}

extension VisionError: CustomStringConvertible {
  public var description: String { "\(activity): \(reason); use a smaller image or another method" }
}
