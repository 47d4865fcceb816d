import Vernier
import VernierText

extension VerdictStudy {
  /// Fits for pictures and for volumes, of which the evidence has other distributions, and of both for answers to which
  /// a rule objects.
  struct Fits {
    /// What a fit is for.
    struct Case: Hashable {
      var rank: Int
      var isContested: Bool

      static let all = [2, 3].flatMap { rank in [false, true].map { Case(rank: rank, isContested: $0) } }

      var title: String { (rank == 2 ? "pictures" : "volumes") + (isContested ? ", contested" : "") }
      /// The name of its constant in the library.
      var name: String {
        rank == 2 ? isContested ? "contestedPlanes" : "planes" : isContested ? "contestedVolumes" : "volumes"
      }
    }

    /// Those for which enough pairs were drawn.
    let models: [Case: ConfidenceModel]

    init(models: [Case: ConfidenceModel]) { self.models = models }

    init(_ outcomes: [Outcome]) {
      models = Dictionary(grouping: outcomes, by: \.fit).compactMapValues { own in
        guard own.contains(where: \.right), own.contains(where: { !$0.right }) else { return nil }
        let fit = LogisticFit(
          features: own.map(\.features), outcomes: own.map(\.right),
          signs: ConfidenceModel.Feature.allCases.map(\.sign), ridge: 1)
        return ConfidenceModel(
          coefficients: Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, fit.coefficients)))
      }
    }

    func confidence(of outcome: Outcome) -> Double {
      let values = Dictionary(uniqueKeysWithValues: zip(ConfidenceModel.Feature.allCases, outcome.features))
      let probability = models[outcome.fit]?.probability { values[$0, default: 0] } ?? 0.5
      return min(max(probability, outcome.floor), outcome.ceiling)
    }

    /// The source file that carries the coefficients into the library.
    var source: String {
      func rows(_ model: ConfidenceModel?) -> String {
        let rows = ConfidenceModel.Feature.allCases.compactMap { feature in
          model?.coefficients[feature].map { "    .\(feature): \($0.fixed(4).replacing("−", with: "-"))," }
        }
        return rows.isEmpty ? "    :" : rows.joined(separator: "\n")
      }
      let constants = Case.all.map { key in
        """
          private static let \(key.name) = ConfidenceModel(coefficients: [
        \(rows(models[key]))
          ])
        """
      }
      return """
        extension ConfidenceModel {
          /// The model in use: written by `vernier-studies verdict`, whose tables are in `docs/verdict.md`.
          ///
          /// - Parameters:
          ///   - rank: the images'.
          ///   - isContested: whether one of the rules objects, see ``VerdictRules/objections(to:on:)``.
          public static func calibrated(rank: Int, isContested: Bool) -> ConfidenceModel {
            rank == 2 ? isContested ? contestedPlanes : planes : isContested ? contestedVolumes : volumes
          }

        \(constants.joined(separator: "\n\n"))
        }

        """
    }
  }
}

extension ConfidenceModel.Feature {
  /// What its coefficient may be: what speaks for an alignment must not count against it because of what the drawn pairs
  /// happen to have in common.
  fileprivate var sign: LogisticFit.Sign {
    switch self {
    case .constant: .any
    case .partError, .elsewhere, .unlike: .notPositive
    case .correlation, .information, .edges, .distinctness, .uniqueness, .thereAndBack, .overlap, .precision, .parts,
      .likeliestParts, .partEvidence:
      .notNegative
    }
  }
}

extension VerdictStudy.Outcome {
  /// By which fit it is judged.
  var fit: VerdictStudy.Fits.Case { .init(rank: rank, isContested: ceiling < 1) }
}
