import Vernier
import VernierText

extension VerdictStudy {
  /// One fit for pictures and one for volumes: their evidence has other distributions.
  struct Fits {
    /// Nil where too few pairs were drawn.
    let planes: ConfidenceModel?
    let volumes: ConfidenceModel?

    init(planes: ConfidenceModel?, volumes: ConfidenceModel?) {
      self.planes = planes
      self.volumes = volumes
    }

    init(_ outcomes: [Outcome]) {
      func fit(rank: Int) -> ConfidenceModel? {
        let own = outcomes.filter { $0.rank == rank }
        guard own.contains(where: \.right), own.contains(where: { !$0.right }) else { return nil }
        let fit = LogisticFit(features: own.map(\.features), outcomes: own.map(\.right), ridge: 1)
        return ConfidenceModel(
          coefficients: Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, fit.coefficients)))
      }
      self.init(planes: fit(rank: 2), volumes: fit(rank: 3))
    }

    func confidence(of outcome: Outcome) -> Double {
      let values = Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, outcome.features))
      let model = outcome.rank == 2 ? planes : volumes
      return min(max(model?.probability { values[$0, default: 0] } ?? 0.5, outcome.floor), outcome.ceiling)
    }

    /// The source file that carries the coefficients into the library.
    var source: String {
      func rows(_ model: ConfidenceModel?) -> String {
        let rows = ConfidenceModel.Feature.allCases.compactMap { feature in
          model?.coefficients[feature].map { "    .\(feature): \($0.fixed(4).replacing("−", with: "-"))," }
        }
        return rows.isEmpty ? "    :" : rows.joined(separator: "\n")
      }
      return """
        extension ConfidenceModel {
          /// The model in use for images of a rank: written by `vernier-studies verdict`, whose tables are in
          /// `docs/verdict.md`.
          public static func calibrated(rank: Int) -> ConfidenceModel { rank == 2 ? planes : volumes }

          private static let planes = ConfidenceModel(coefficients: [
        \(rows(planes))
          ])

          private static let volumes = ConfidenceModel(coefficients: [
        \(rows(volumes))
          ])
        }

        """
    }
  }
}
