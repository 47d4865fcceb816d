extension Method {
  /// Every method of this module, in the order in which a table lists them.
  public static let classical: [Method] = [
    Method(
      name: "search", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "masked normalized cross-correlation over rotations (Padfield 2012, doi:10.1109/TIP.2011.2181402); "
        + "in 3D even rotations (Alexa 2022) about centres and moments",
      options: [
        Option(
          "contrasts", .choice(["any", "like"]), help: "like looks for positive correlation alone, in the plane")
      ]
    ) { Search(acrossContrasts: $0.text("contrasts").map { $0 == "any" }) },
    Method(
      name: "refine", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "multi-resolution: efficient second-order minimisation (Benhimane and Malis 2004) for mse and ncc, "
        + "BFGS for mi (Mattes et al. 2003, doi:10.1109/TMI.2003.809072) and ngf (Haber and Modersitzki 2006)",
      options: [
        Option(
          "interpolation", .choice(["linear", "cubic"]),
          help: "at the finest level; cubic smooths less and takes three times as long")
      ]
    ) { Refinement(interpolation: $0.choice("interpolation") ?? .linear) },
    Method(
      name: FreeForm.methodName, kind: .classical, transforms: [], deformation: .bspline, ranks: [2, 3],
      source:
        "cubic B-splines over a control grid (Rueckert et al. 1999, doi:10.1109/42.796284) with bending energy, a barrier "
        + "against folding, and L-BFGS, after an affine alignment",
      options: [
        Option("spacing", .number(2...1000), help: "the distance of control points, in samples"),
        Option("bending", .number(0...1000), help: "the weight of the bending energy"),
      ]
    ) { FreeForm(spacing: $0.number("spacing"), bending: $0.number("bending") ?? FreeForm().bending) },
    Method(
      name: Diffeomorphic.methodName, kind: .classical, transforms: [], deformation: .diffeomorphic, ranks: [2, 3],
      source:
        "composed smooth steps (Christensen et al. 1996, doi:10.1109/83.536892; Yushkevich et al. 2016, greedy) that raise "
        + "the squared local correlation by Gauss and Newton's method, after an affine alignment",
      options: [
        Option("radius", .count(1...16), help: "half the side of the windows that are compared, in samples"),
        Option("fluid", .number(0...20), help: "the deviation over which each step is smoothed, in samples"),
        Option("elastic", .number(0...20), help: "the deviation over which the whole is smoothed after each, in samples"),
      ]
    ) {
      let usual = Diffeomorphic()
      return Diffeomorphic(
        radius: $0.count("radius") ?? usual.radius, fluid: $0.number("fluid") ?? usual.fluid,
        elastic: $0.number("elastic") ?? usual.elastic)
    },
    Method(
      name: "fft", kind: .classical, transforms: [.translation, .rigid], ranks: [2],
      source: "normalized cross-correlation (Lewis 1995) at each whole degree and sample; the published baseline"
    ) { _ in WholeDegreeCorrelation() },
    Method(
      name: "phase-correlation", kind: .classical, transforms: [.translation], ranks: [2],
      source: "phase correlation (Kuglin and Hines 1975), to 1/100 sample by a matrix Fourier transform "
        + "(Guizar-Sicairos, Thurman and Fienup 2008, doi:10.1364/OL.33.000156)"
    ) { _ in PhaseCorrelation() },
    Method(
      name: "fourier-mellin", kind: .classical, transforms: [.translation, .rigid, .similarity], ranks: [2],
      source: "log-polar magnitudes of the spectra (Reddy and Chatterji 1996, doi:10.1109/83.506761)"
    ) { _ in FourierMellin() },
    Method(
      name: "exhaustive-shift", kind: .classical, transforms: [.translation], ranks: [2],
      source: "every shift of ±15 samples of the 200×200 centre, by mse or ncc: the published search for glass plates",
      options: [
        Option("reach", .count(0...4096), help: "the largest shift along each axis, in samples"),
        Option("crop", .count(1...1_000_000), help: "the side of the centre that is compared, in samples"),
        Option("padding", .choice(["circular", "zero"]), help: "what lies beyond the border"),
      ]
    ) {
      ExhaustiveShift(
        reach: $0.count("reach") ?? 15, crop: $0.count("crop") ?? 200, padding: $0.choice("padding") ?? .circular)
    },
    Method(
      name: "gradient-shift", kind: .classical, transforms: [.translation], ranks: [2],
      source:
        "Adam on a shift through a bilinear warp (Jaderberg et al. 2015, arXiv:1506.02025), mse or ncc, 30 steps of "
        + "0.001: the published descent for glass plates",
      options: [
        Option("rate", .number(1e-9...10), help: "Adam's step in half sizes of the image"),
        Option("steps", .count(1...100_000), help: "how many"),
      ]
    ) { GradientShift(learningRate: $0.number("rate") ?? 0.001, steps: $0.count("steps") ?? 30) },
  ]
}
