/// What is said of a file that is in none of the formats of transforms.
enum UnknownTransform {
  /// How files of other programs begin, what they are, and how they become one that is known.
  private static let others = [
    (
      "(Transform", "a parameter file of elastix",
      "let elastix write ITK's: (ITKTransformOutputFileNameExtension \"tfm\")"
    ),
    ("MNI Transform File", "a transform of MINC", "convert it with lta_convert --inmni FILE --outitk FILE.txt"),
    ("# 3d", "a matrix of AFNI", "convert it to ITK's .tfm, such as with nitransforms"),
    ("MATLAB ", "a MATLAB file above level 4", "ITK and ANTs write level 4: save it with -v4"),
  ]

  static func error(_ path: String, beginning: [UInt8]) -> FileError {
    let text = String(decoding: beginning.prefix(64), as: UTF8.self)
    if beginning.isEmpty { return FileError(path, .malformed("it is empty")) }
    if let (_, what, remedy) = others.first(where: { text.hasPrefix($0.0) }) {
      return FileError(path, .unsupported("it is \(what), which is not read; \(remedy)"))
    }
    let known =
      "ITK's .tfm, .txt and .h5, ANTs' and FSL's .mat, FreeSurfer's .lta, Vernier's .json, and displacement fields as "
      + "NIfTI, NRRD or MetaImage"
    return FileError(
      path, line: beginning.contains(0) ? nil : 1, .unsupported("it is no transform that is known; known are \(known)"))
  }
}
