import Vernier
import VernierLearning

/// A chain of methods as `--method` names it, and whether this build can run it under a model.
struct StudiedChain: Sendable {
  let name: String
  /// Why it cannot run; nil where it can.
  let obstacle: String?

  /// - Parameter rank: 2 for pictures, 3 for volumes.
  init(_ name: String, model: TransformModel, rank: Int = 2, methods: [Method]) {
    self.name = name
    let links = name.split(separator: "+").map { link in
      methods.first { $0.name == link.prefix { $0 != ":" } }
    }
    obstacle =
      if links.contains(where: { $0 == nil }) {
        "not in this build"
      } else if links.last??.transforms.contains(model) != true {
        "does not apply: no \(model.rawValue) transform"
      } else if links.contains(where: { $0?.ranks.contains(rank) != true }) {
        "does not apply: no \(rank == 2 ? "pictures" : "volumes")"
      } else {
        Self.lack(in: name, methods)
      }
  }

  /// What a method of the chain lacks, such as a network its parameters or the library that computes with them.
  private static func lack(in name: String, _ methods: [Method]) -> String? {
    do {
      _ = try MethodChain(named: name, of: methods)
      return nil
    } catch is LearnedModelError {
      return "no model file"
    } catch { return "\(error)" }
  }
}

extension Registration {
  /// A registration on one thread by the chain that a name stands for.
  ///
  /// - Throws: what `MethodChain(named:of:)` throws.
  init(
    chain: String, of methods: [Method], model: TransformModel, metric: Metric? = nil, deforms: Bool = false,
    prepare: [any PrepareStep] = []
  ) throws {
    self.init(
      model: model, stages: try MethodChain(named: chain, of: methods).stages, deformation: deforms ? FreeForm() : nil,
      metric: metric,
      threads: 1, prepare: prepare)
  }
}
