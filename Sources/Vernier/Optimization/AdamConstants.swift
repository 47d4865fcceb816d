/// What Kingma and Ba (2015, arXiv:1412.6980) advise for Adam.
public enum AdamConstants {
  /// β₁ and β₂, of the running means of the gradient and of its square.
  public static let decays = (first: 0.9, second: 0.999)
  /// 1 − β₁ and 1 − β₂, each the double nearest to it, which the difference of doubles is not.
  static let shares = (first: 0.1, second: 0.001)
  /// ε, in the gradient's unit.
  public static let epsilon = 1e-8
}
