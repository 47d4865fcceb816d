/// A method that `--method` can name, alone or in a chain.
public struct MethodDescription: Sendable {
  public enum Kind: String, Sendable { case classical, learned }

  public var name: String
  public var kind: Kind
  public var transforms: [TransformModel]
  public var ranks: [Int]
  /// Where the method comes from: paper or book.
  public var source: String

  /// Every method of this module, in the order in which a table lists them.
  public static let all: [MethodDescription] = [
    MethodDescription(
      name: "search", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "masked normalized cross-correlation over rotations (Padfield 2012, doi:10.1109/TIP.2011.2181402); "
        + "in 3D even rotations (Alexa 2022) about centres and moments"),
    MethodDescription(
      name: "refine", kind: .classical, transforms: TransformModel.allCases, ranks: [2, 3],
      source: "multi-resolution: efficient second-order minimisation (Benhimane and Malis 2004) for mse and ncc, "
        + "BFGS for mi (Mattes et al. 2003, doi:10.1109/TMI.2003.809072) and ngf (Haber and Modersitzki 2006)"),
  ]
}
