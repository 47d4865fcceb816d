import Vernier
import VernierFiles

extension TransformFile {
  /// What an alignment found, as a file keeps it.
  init<let rank: Int>(of alignment: Alignment<rank>) {
    self.init(alignment.transform, model: alignment.transform.affine == nil ? nil : alignment.model)
  }
}
