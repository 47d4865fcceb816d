import Vernier
import VernierCommandLine

extension RegisterOptions {
  /// The chain of methods that `--method` and `--weights` name; nil where none is.
  ///
  /// - Throws: ``UsageError`` for a method or option that does not exist, and for a chain that cannot do what is asked.
  static func chain(
    _ text: String?, weights: String?, for model: TransformModel, deformation: DeformationModel?, metric: Metric?
  ) throws(UsageError) -> String? {
    guard let text else {
      if weights != nil { throw weightsAlone }
      return nil
    }
    var words = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    let methods = try words.map { (word) throws(UsageError) in try method(word, in: text) }
    if let weights {
      let learned = methods.indices.filter { methods[$0].kind == .learned }
      guard learned.count == 1 else { throw weightsAlone }
      words[learned[0]] += (words[learned[0]].contains(":") ? "," : ":") + "weights=\(weights)"
    }
    if let made = methods.last?.deformation, made != deformation {
      throw .conflict("--method \(text) ends in a \(made.rawValue) transform; add --transform \(made.rawValue)")
    }
    let linear = methods.last?.deformation != nil ? methods.dropLast() : methods[...]
    guard let last = linear.last, !last.transforms.contains(model) else { return words.joined(separator: "+") }
    let able = allMethods.filter { $0.transforms.contains(model) }.map(\.name).joined(separator: ", ")
    throw .conflict("--method \(text) cannot end in \(model.rawValue) transforms; end it in one of \(able)")
  }

  /// What deforms, with the grid and the stiffness that are asked for; nil where nothing does.
  ///
  /// - Throws: ``UsageError`` for a grid or a stiffness of something that has none.
  static func deforming(_ arguments: Arguments, by model: DeformationModel?) throws(UsageError) -> (any Aligner)? {
    let (grid, stiffness) = (arguments.number(.grid), arguments.number(.smoothness))
    if grid != nil, model != .bspline {
      throw .conflict("--grid is of --transform bspline, which alone has control points; add that or leave it")
    }
    if arguments[.smoothness] != nil, model == nil {
      throw .conflict("--smoothness is of a deformation; add --transform bspline or diffeomorphic, or leave it")
    }
    switch model {
    case .bspline: return FreeForm(distance: grid, bending: FreeForm().bending * (stiffness ?? 1))
    case .diffeomorphic:
      // A variance of smoothing twice as large takes twice as much away in each iteration.
      return Diffeomorphic(elastic: Diffeomorphic().elastic * (stiffness ?? 1).squareRoot())
    case nil: return nil
    }
  }

  private static var weightsAlone: UsageError {
    .conflict("--weights belongs to one learned method; name it with --method, see vernier methods")
  }

  /// The method that a word of a chain names, its options checked.
  private static func method(_ word: String, in chain: String) throws(UsageError) -> Method {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let method = allMethods.first(where: { $0.name == parts[0] }) else {
      let known = allMethods.map(\.name)
      let guess = parts[0].nearest(among: known).map { "; did you mean \($0)?" } ?? ""
      throw .wrongValue(
        option: "--method", value: chain,
        expected: "one of \(known.joined(separator: ", ")), or several joined by +\(guess)")
    }
    do throws(AlignmentError) { try method.check(options: parts.count > 1 ? parts[1] : "") } catch {
      throw .conflict("--method \(chain): \(error)")
    }
    return method
  }
}
