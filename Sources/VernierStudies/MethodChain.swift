import Vernier
import VernierLearning

/// A chain of methods as `--method` names it, and whether this build can run it under a model.
struct MethodChain: Sendable {
  let name: String
  /// Why it cannot run; nil where it can.
  let obstacle: String?

  /// - Parameter rank: 2 for pictures, 3 for volumes.
  init(_ name: String, model: TransformModel, rank: Int = 2, methods: [Method]) {
    self.name = name
    let links = name.split(separator: "+").map { link in methods.first { $0.name == link } }
    obstacle =
      if links.contains(where: { $0 == nil }) {
        "not in this build"
      } else if links.last??.transforms.contains(model) != true {
        "does not apply: no \(model.rawValue) transform"
      } else if links.contains(where: { $0?.ranks.contains(rank) != true }) {
        "does not apply: no \(rank == 2 ? "pictures" : "volumes")"
      } else {
        links.lazy.compactMap { $0.flatMap(Self.lack) }.first
      }
  }

  /// What a learned method lacks: its parameters, or the library that computes with them.
  private static func lack(of method: Method) -> String? {
    guard method.kind == .learned else { return nil }
    do {
      _ = try method.aligner(.init(model: method.transforms.first ?? .rigid))
      return nil
    } catch is LearnedModelError {
      return "no model file"
    } catch { return "\(error)" }
  }
}
