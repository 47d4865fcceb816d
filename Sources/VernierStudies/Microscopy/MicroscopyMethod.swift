import Vernier

/// A row of the tables: a chain of methods, the metric, and the model that it estimates.
struct MicroscopyMethod: Sendable {
  var chain: String
  /// Nil lets the images decide.
  var metric: Metric?
  var model: TransformModel
  /// Why it cannot run; nil where it can.
  var obstacle: String?

  var title: String {
    switch (chain, metric) {
    case ("refine", .mutualInformation?): "`refine` by mutual information, from the identity"
    case (_, let metric?): "`\(chain)`, \(metric.name)"
    case (_, nil): "`\(chain)`"
    }
  }

  /// Every learned method that has a scale, alone and refined; the search; mutual information from the identity.
  static func all(_ methods: [Method]) -> [Self] {
    let learned = methods.filter { method in
      method.kind == .learned && method.ranks.contains(2)
        && method.transforms.contains { $0 == .similarity || $0 == .affine }
    }
    let alone = learned.flatMap { method -> [(String, TransformModel)] in
      [
        (method.name, method.transforms.contains(.similarity) ? .similarity : .affine),
        (method.name + "+refine", .similarity),
      ]
    }
    let rows =
      alone.map { Self(chain: $0.0, model: $0.1) } + [
        Self(chain: "search+refine", model: .similarity),
        Self(chain: "refine", metric: .mutualInformation, model: .similarity),
      ]
    return rows.map { row in
      var row = row
      row.obstacle = StudiedChain(row.chain, model: row.model, methods: methods).obstacle
      return row
    }
  }
}
