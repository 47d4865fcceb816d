/// What the channels of an image are.
public struct ChannelLayout: Sendable, Equatable {
  /// Whether the first three are red, green and blue.
  public var isColor: Bool
  /// The channel that is opacity.
  public var alpha: Int?
  /// Whether the colours were multiplied by the opacity.
  public var isAlphaAssociated: Bool

  public init(isColor: Bool, alpha: Int? = nil, isAlphaAssociated: Bool = false) {
    self.isColor = isColor
    self.alpha = alpha
    self.isAlphaAssociated = isAlphaAssociated
  }

  /// What so many channels are where nothing else is said: grey, grey and alpha, red green blue, red green blue alpha; of
  /// more than four none is a colour.
  public init(usualFor count: Int) {
    self.init(isColor: count == 3 || count == 4, alpha: count == 2 || count == 4 ? count - 1 : nil)
  }

  /// The channels that show something, of so many: all but opacity.
  func shown(of count: Int) -> [Int] { (0..<count).filter { $0 != alpha } }

  /// The channels whose brightness is the image's: the colours, else the first.
  func bright(of count: Int) -> [Int] { isColor ? [0, 1, 2] : Array(shown(of: count).prefix(1)) }
}
