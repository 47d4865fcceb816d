import Vernier
import VernierLearning

/// A row of Tables 1, 2, 4 and 5: the paper's name, and our chain of methods.
struct SmallImageMethod: Sendable {
  /// Nil for what the paper does not have.
  var paper: String?
  var chain: String
  /// At most so many pairs; nil where it is fast enough for all.
  var mostPairs: Int?

  private static let published = [
    Self(paper: "AKAZE", chain: "akaze"), Self(paper: "ORB", chain: "orb"), Self(paper: "SURF", chain: "surf"),
    Self(paper: "SIFT", chain: "sift"), Self(paper: "FFT", chain: "fft", mostPairs: 300),
    Self(paper: "ResNeXt-50+FC", chain: "resnext50"), Self(paper: "ResNeXt-50+LSTM", chain: "resnext50-lstm"),
    Self(paper: "LSTM", chain: "lstm"),
  ]
  private static let classical = [
    "search+refine", "phase-correlation", "fourier-mellin", "fourier-mellin+refine", "sift+refine",
  ].map { Self(chain: $0) }

  /// The paper's rows, then every other network that predicts rigid motions of any angle, then classical chains. A
  /// network whose parameters are there has a row with the refinement after it, too.
  static func all(_ methods: [Method]) -> [Self] {
    let networks = methods.filter { method in
      method.kind == .learned && method.transforms.contains(.rigid)
        && (NetworkPreset.named(method.name)?.configuration as? any PictureNetworkConfiguration)
          .map { $0.motions.degrees >= 180 } != false
    }.map(\.name)
    let further = networks.filter { name in !published.contains { $0.chain == name } }
    let refined = networks.filter { StudiedChain($0, model: .rigid, methods: methods).obstacle == nil }
    return published + (further + refined.map { $0 + "+refine" }).map { Self(chain: $0) } + classical
  }
}
