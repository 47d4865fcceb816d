// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

// Vernier has Fourier transforms of its own. `FFT=fftw` in the environment builds it with FFTW, which is under the GPL.
let usesFFTW = Context.environment["FFT"] == "fftw"
let fftw = Target.systemLibrary(
  name: "CFFTW", path: "Sources/CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])])
let withFourier: [SwiftSetting] = strict + (usesFFTW ? [.define("FFTW")] : [])

let package = Package(
  name: "Vernier",
  products: [
    .library(
      name: "Vernier", targets: ["Vernier", "VernierPlates", "VernierFiles", "VernierVision", "VernierLearning"]),
    .executable(name: "vernier", targets: ["vernier-command"]),
    .executable(name: "vernier-studies", targets: ["vernier-studies"]),
  ],
  targets: (usesFFTW ? [fftw] : []) + [
    .target(name: "CFourier"),
    .systemLibrary(name: "CFilesPlugin", path: "Native/files/include"),
    .systemLibrary(name: "CTransformsPlugin", path: "Native/transforms/include"),
    .systemLibrary(name: "CVisionPlugin", path: "Native/vision/include"),
    .systemLibrary(name: "CTensorsPlugin", path: "Native/tensors/include"),
    .systemLibrary(name: "CVernier", path: "Sources/CVernier/include"),
    .target(
      name: "Vernier", dependencies: ["CFourier"] + (usesFFTW ? ["CFFTW"] : []), swiftSettings: withFourier),
    .target(name: "VernierPlates", dependencies: ["Vernier"], swiftSettings: strict),
    .target(name: "VernierPlugin", dependencies: ["CSupport"], swiftSettings: strict),
    .target(name: "VernierText", swiftSettings: strict),
    .target(name: "CSupport"),
    .target(
      name: "VernierFiles",
      dependencies: ["Vernier", "VernierPlugin", "VernierText", "CFilesPlugin", "CTransformsPlugin", "CSupport"],
      swiftSettings: strict),
    .target(
      name: "VernierVision", dependencies: ["Vernier", "VernierPlugin", "CVisionPlugin"], swiftSettings: strict),
    .target(
      name: "VernierLearning",
      dependencies: ["Vernier", "VernierFiles", "VernierPlugin", "VernierText", "CTensorsPlugin"],
      swiftSettings: strict),
    .target(
      name: "VernierReport", dependencies: ["Vernier", "VernierPlates", "VernierPlots", "VernierText"],
      swiftSettings: strict),
    .target(name: "VernierPlots", dependencies: ["VernierText"], swiftSettings: strict),
    .target(name: "VernierCommandLine", dependencies: ["VernierText", "CSupport"], swiftSettings: strict),
    .target(
      name: "VernierStudies",
      dependencies: ["Vernier", "VernierPlates", "VernierFiles", "VernierLearning", "VernierPlots", "VernierText"],
      swiftSettings: strict),
    .executableTarget(
      name: "vernier-command",
      dependencies: [
        "Vernier", "VernierPlates", "VernierFiles", "VernierVision", "VernierLearning", "VernierReport",
        "VernierPlots", "VernierCommandLine", "VernierText", "CSupport", "CVernier",
      ],
      path: "Sources/vernier", swiftSettings: strict),
    .executableTarget(
      name: "vernier-studies",
      dependencies: [
        "Vernier", "VernierFiles", "VernierVision", "VernierLearning", "VernierStudies", "VernierCommandLine",
      ],
      swiftSettings: strict),
    .testTarget(name: "VernierTests", dependencies: ["Vernier"], swiftSettings: withFourier),
    // No @testable: it uses Vernier as an app would.
    .testTarget(name: "VernierConsumerTests", dependencies: ["Vernier", "VernierFiles"], swiftSettings: strict),
    .testTarget(name: "VernierPlatesTests", dependencies: ["VernierPlates", "Vernier"], swiftSettings: strict),
    .testTarget(
      name: "VernierCommandTests",
      dependencies: [
        "vernier-command", "vernier-studies", "VernierCommandLine", "Vernier", "VernierFiles", "VernierText",
      ],
      swiftSettings: strict),
    .testTarget(name: "VernierCommandLineTests", dependencies: ["VernierCommandLine"], swiftSettings: strict),
    .testTarget(name: "VernierPlotsTests", dependencies: ["VernierPlots"], swiftSettings: strict),
    .testTarget(
      name: "VernierFilesTests", dependencies: ["VernierFiles", "VernierPlugin", "CFilesPlugin"], swiftSettings: strict),
    .testTarget(
      name: "VernierVisionTests", dependencies: ["VernierVision", "VernierPlugin"], swiftSettings: strict),
    .testTarget(
      name: "VernierLearningTests", dependencies: ["VernierLearning", "VernierPlugin"], swiftSettings: strict),
    .testTarget(name: "VernierTextTests", dependencies: ["VernierText"], swiftSettings: strict),
    .testTarget(
      name: "VernierReportTests", dependencies: ["VernierReport", "Vernier"], swiftSettings: strict),
    .testTarget(
      name: "VernierStudiesTests", dependencies: ["VernierStudies", "VernierPlots", "VernierLearning", "Vernier"],
      swiftSettings: strict),
  ]
)
