extension Method {
  /// Every method of this module, in the order in which a table lists them.
  public static let classical: [Method] = [
    Method(
      name: "search", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "masked normalized cross-correlation over rotations (Padfield 2012, doi:10.1109/TIP.2011.2181402); "
        + "in 3D even rotations (Alexa 2022) about centres and moments"
    ) { request in
      let oneContrast = request.metric == .crossCorrelation || request.metric == .meanSquares
      return Search(model: request.model, acrossContrasts: !oneContrast, threads: request.threads)
    },
    Method(
      name: "refine", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "multi-resolution: efficient second-order minimisation (Benhimane and Malis 2004) for mse and ncc, "
        + "BFGS for mi (Mattes et al. 2003, doi:10.1109/TMI.2003.809072) and ngf (Haber and Modersitzki 2006)"
    ) { Refinement(model: $0.model, metric: $0.metric, threads: $0.threads) },
    Method(
      name: FreeForm.methodName, kind: .classical, transforms: [], deforms: true, ranks: [2, 3],
      source:
        "cubic B-splines over a control grid (Rueckert et al. 1999, doi:10.1109/42.796284) with bending energy, a barrier "
        + "against folding, and L-BFGS, after an affine alignment"
    ) { request in
      guard request.metric != .gradientFields else { throw FreeForm.unsupportedMetric }
      return FreeForm(metric: request.metric, threads: request.threads)
    },
    Method(
      name: "fft", kind: .classical, transforms: [.translation, .rigid], ranks: [2],
      source: "normalized cross-correlation (Lewis 1995) at each whole degree and sample; the published baseline"
    ) { WholeDegreeCorrelation(model: $0.model, threads: $0.threads) },
    Method(
      name: "phase-correlation", kind: .classical, transforms: [.translation], ranks: [2],
      source: "phase correlation (Kuglin and Hines 1975), to 1/100 sample by a matrix Fourier transform "
        + "(Guizar-Sicairos, Thurman and Fienup 2008, doi:10.1364/OL.33.000156)"
    ) { PhaseCorrelation(threads: $0.threads) },
    Method(
      name: "fourier-mellin", kind: .classical, transforms: [.translation, .rigid, .similarity], ranks: [2],
      source: "log-polar magnitudes of the spectra (Reddy and Chatterji 1996, doi:10.1109/83.506761)"
    ) { FourierMellin(model: $0.model, threads: $0.threads) },
    Method(
      name: "exhaustive-shift", kind: .classical, transforms: [.translation], ranks: [2],
      source: "every shift of ±15 samples of the 200×200 centre, by mse or ncc: the published search for glass plates"
    ) { ExhaustiveShift(metric: try $0.shiftMetric(of: "exhaustive-shift"), threads: $0.threads) },
    Method(
      name: "gradient-shift", kind: .classical, transforms: [.translation], ranks: [2],
      source:
        "Adam on a shift through a bilinear warp (Jaderberg et al. 2015, arXiv:1506.02025), mse or ncc, 30 steps of "
        + "0.001: the published descent for glass plates"
    ) { GradientShift(metric: try $0.shiftMetric(of: "gradient-shift"), threads: $0.threads) },
  ]
}

extension Method.Request {
  /// The metric of a search for shifts: NCC unless asked otherwise.
  ///
  /// - Throws: ``AlignmentError/unsupported(method:reason:)`` for mutual information and gradient fields.
  fileprivate func shiftMetric(of method: String) throws -> ShiftMetric {
    guard let chosen = ShiftMetric(metric ?? .crossCorrelation) else {
      throw AlignmentError.unsupported(method: method, reason: "it takes the metrics mse and ncc")
    }
    return chosen
  }
}
