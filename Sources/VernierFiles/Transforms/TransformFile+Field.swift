import Vernier

/// Displacement fields as images, by ITK's convention: a channel for each dimension, holding the displacement from the
/// fixed image's point to the moving image's in physical units, LPS. NIfTI marks them as vectors (intent 1007), as ANTs
/// does.
struct FieldImages: TransformFormat {
  var endings: [String] { [".nii", ".nii.gz", ".nrrd", ".mha"] }

  /// NIfTI, NRRD and MetaImage by their marks; what is compressed as a whole, and other binary files with the name of an
  /// image, are left to the reading of images.
  func holds(_ path: String, beginning: [UInt8]) -> Bool {
    if beginning.starts(with: [0x1f, 0x8b]) || beginning.starts(with: "NRRD".utf8) { return true }
    for (place, mark) in [(344, "n+1\0"), (344, "ni1\0"), (4, "n+2\0")] where beginning.count >= place + 4 {
      if beginning[place..<(place + 4)].elementsEqual(mark.utf8) { return true }
    }
    let text = String(decoding: beginning, as: UTF8.self)
    return text.contains("NDims") && text.contains("=") || names(path) && beginning.contains(0)
  }

  func read(_ path: String) throws(FileError) -> TransformFile {
    func read<let rank: Int>(_ channels: [Image<rank>]) throws(FileError) -> TransformFile {
      TransformFile(Transform(try Self.field(channels, path: path)))
    }
    return try ImageFile.read(path).open(plane: read, volume: read)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    guard let field = transform.base as? DisplacementField<rank> else {
      throw FileError(
        path, .unsupported("an image file holds a displacement field, and this transform is none; write .tfm or .json"))
    }
    guard field.isFinite else { throw TransformFile.notFinite(path) }
    try ImageFile(field.components).write(to: path)
  }

  private static func field<let rank: Int>(
    _ channels: [Image<rank>], path: String
  ) throws(FileError) -> DisplacementField<rank> {
    let field: DisplacementField<rank>
    do throws(ImageError) { field = try DisplacementField(channels) } catch {
      let what = "it has \(channels.count) channels, and a displacement field of \(rank) dimensions has \(rank)"
      throw FileError(path, .unsupported(what))
    }
    guard field.isFinite else { throw FileError(path, .malformed("it holds displacements that are not finite")) }
    return field
  }
}

extension TransformFile {
  /// The same map as a file of that name can hold it: where the name is an image's, its displacements at the samples of a
  /// grid, such as the fixed image's.
  public func storable<let rank: Int>(in path: String, on grid: Grid<rank>) -> Self {
    guard FieldImages().names(path),
      let map = transform.transform(as: Transform<rank>.self), !(map.base is DisplacementField<rank>)
    else { return self }
    return Self(Transform(DisplacementField(of: map, on: grid)))
  }
}
