import Vernier
import VernierCommandLine
import VernierFiles

/// `vernier convert`: a transform in another program's format.
struct Convert: Subcommand {
  static let manual = Manual(
    name: "convert",
    summary: "write a transform in another program's format",
    positionals: [
      Positional(name: "TRANSFORM", help: "a transform of ITK, ANTs, FSL, FreeSurfer or Vernier; told by its content"),
      Positional(
        name: "OUT",
        help:
          "the file to write; its ending says how: \(TransformFile.writableEndings.joined(separator: ", "))"),
    ],
    options: [.fixedImage, .movingImage, .mat],
    discussion: [
      """
      All of these are read as maps from points of the fixed image to points of the moving one. FSL's and FreeSurfer's files lead the \
      other way, in coordinates of their own, which is taken into account.
      """,
      """
      An FSL matrix counts in the voxels of both volumes, so both must be named where one is read or written. An .lta file \
      describes the volumes that are named. A displacement field (.nii.gz, .nrrd, .mha) is given at the samples of the fixed \
      image, unless the transform is a field already, which keeps its own.
      """,
    ],
    examples: [
      ("vernier convert 0GenericAffine.mat t.tfm", "what ANTs wrote, as text"),
      ("vernier convert flirt.mat t.tfm --fixed ref.nii.gz --moving in.nii.gz", "what FSL's flirt wrote"),
      ("vernier convert t.tfm t.lta --fixed t1.nii.gz --moving t2.nii.gz", "for FreeSurfer"),
      ("vernier convert t.tfm field.nii.gz --fixed t1.nii.gz", "the displacements at the fixed image's samples"),
    ])

  private let transform: String
  private let output: String
  private let fixed: String?
  private let moving: String?
  private let mat: Matrices?

  /// Whose `.mat` is written.
  private enum Matrices: String, CaseIterable { case ants, fsl }

  fileprivate static let matrices = Matrices.allCases.map(\.rawValue)

  init(_ arguments: Arguments) throws(UsageError) {
    (transform, output) = (arguments.positionals[0], arguments.positionals[1])
    (fixed, moving) = (arguments[.fixedImage], arguments[.movingImage])
    mat = arguments.choice(.mat)
    if mat == .fsl, fixed == nil || moving == nil {
      throw .conflict("--mat fsl: an FSL matrix counts in the voxels of both images; name them by --fixed and --moving")
    }
  }

  func run() async throws -> ExitStatus {
    try Destination.check(
      [Destination(path: output, endings: TransformFile.writableEndings)],
      inputs: [transform, fixed, moving].compactMap(\.self))
    let images = try [fixed, moving].map { file in try file.map { try ImageFile.read($0) } }
    let volumes = TransformVolumes(
      fixed: images[0].flatMap { .init($0, file: fixed ?? "") },
      moving: images[1].flatMap { .init($0, file: moving ?? "") })
    let file = try TransformFile.read(transform, between: volumes)
    let stored =
      switch file.transform {
      case .plane(let map): try storable(file, map, on: images[0])
      case .space(let map): try storable(file, map, on: images[0])
      }
    try stored.write(to: output, between: volumes, formats: formats())
    return .done
  }

  /// The file with a field sampled on the fixed image's grid, where the output holds one and the transform is none.
  private func storable<let rank: Int>(
    _ file: TransformFile, _ map: Transform<rank>, on image: ImageFile?
  ) throws -> TransformFile {
    guard ImageFormat(path: output) != nil, !(map.base is DisplacementField<rank>) else { return file }
    guard let fixed, let image else {
      throw UsageError.conflict("\(output): displacements are given at the samples of an image; name it by --fixed")
    }
    guard let grid = image.channels(as: Image<rank>.self)?[0].grid else {
      throw FileError(fixed, .wrongRank(found: image.rank, needed: rank))
    }
    return file.storable(in: output, on: grid)
  }

  /// The formats that may be written, FSL's first where a `.mat` is to be one.
  private func formats() -> [any TransformFormat] {
    guard output.lowercased().hasSuffix(".mat") else { return TransformFile.formats }
    let usual: Matrices = fixed != nil && moving != nil && !FSLMatrices.isMatrix(transform) ? .fsl : .ants
    if mat == nil {
      let why = usual == .fsl ? "FSL's, since both images are named; --mat ants" : "ANTs'; --mat fsl"
      Console.complain("\(output): the matrix is \(why) writes the other")
    }
    return (mat ?? usual) == .fsl ? [FSLMatrices()] : TransformFile.formats
  }
}

extension Option {
  static let fixedImage = Option(
    "fixed", .text("FIXED"), help: "the fixed image, where the transform counts in voxels or is sampled")
  static let movingImage = Option(
    "moving", .text("MOVING"), help: "the moving image, where the transform counts in voxels")
  fileprivate static let mat = Option(
    "mat", .choice("PROGRAM", Convert.matrices), otherwise: "fsl where both images are named, else ants",
    help: "whose .mat to write")
}
