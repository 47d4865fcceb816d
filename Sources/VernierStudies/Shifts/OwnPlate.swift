import Vernier
import VernierPlates

/// What `vernier colorize` makes of one plate, by shifts and by affine maps, beside the checked shifts.
struct OwnPlate: Sendable {
  let name: String
  /// By shifts alone, and by an affine map.
  let shifted: ColorPlate
  let mapped: ColorPlate
  /// How far the shifts of blue and red are from the checked ones, in samples; none where the plate was not checked or
  /// not aligned.
  let errors: [Double]

  init(_ name: String, _ plate: Image<2>) throws {
    self.name = name
    shifted = try PlateAssembly(model: .translation, threads: 1).assemble(plate)
    mapped = try PlateAssembly(threads: 1).assemble(plate)
    guard let checked = CheckedShifts.all[name], let layout = shifted.layout else {
      errors = []
      return
    }
    errors = shifted.alignments.map { alignment in
      let isBlue = alignment.exposure == .blue
      let steps = layout.origins[isBlue ? 0 : 2] - layout.origins[1]
      let displacement = alignment.transform.translation + Vector([0, Double(steps)])
      return (displacement - (isBlue ? checked.blue : checked.red)).length
    }
  }

  /// The shifts of blue and red on the plate: from a point of the green exposure to the same point of the scene.
  var displacements: [Vector<2>] {
    guard let layout = shifted.layout else { return [] }
    return shifted.alignments.map { alignment in
      let steps = layout.origins[alignment.exposure == .blue ? 0 : 2] - layout.origins[1]
      return alignment.transform.translation + Vector([0, Double(steps)])
    }
  }
}
