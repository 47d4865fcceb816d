import Vernier

/// Displacement fields as images, by ITK's convention: a channel for each dimension, holding the displacement from the
/// fixed image's point to the moving image's in physical units, LPS. NIfTI marks them as vectors (intent 1007), as ANTs
/// does. What NIfTI marks as displacements (intent 1006) is in RAS, and turned, as ITK does from 5.3 on.
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
    let file = try ImageFile.read(path)
    let intent = file.source?.intent
    if let intent, Self.intentsOfFSL.contains(where: { $0.contains(intent) }) {
      let what =
        "it is a warp of FSL (intent \(intent)), which counts in FSL's own coordinates; convert it to ITK's with "
        + "wb_command -convert-warpfield -from-fnirt \(path) MOVING -to-itk OUT.nii.gz"
      throw FileError(path, .unsupported(what))
    }
    func read<let rank: Int>(_ channels: [Image<rank>]) throws(FileError) -> TransformFile {
      let isOtherHanded = intent == Self.displacementIntent
      let channels = channels.enumerated().map { axis, channel in
        isOtherHanded && axis < 2 ? channel.mapSamples { -$0 } : channel
      }
      return TransformFile(Transform(try Self.field(channels, path: path)))
    }
    return try file.open(plane: read, volume: read)
  }

  func write<let rank: Int>(_ transform: Transform<rank>, model: TransformModel?, to path: String) throws(FileError) {
    guard let field = transform.base as? DisplacementField<rank> else {
      throw FileError(
        path, .unsupported("an image file holds a displacement field, and this transform is none; write .tfm or .json"))
    }
    guard field.isFinite else { throw TransformFile.notFinite(path) }
    try ImageFile(field.components).write(to: path)
  }

  private static let displacementIntent = 1006
  /// FNIRT's fields and coefficients, and TOPUP's.
  private static let intentsOfFSL = [2006...2009, 2016...2018]

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
