// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "VernierBenchmarks",
  dependencies: [.package(name: "Vernier", path: "..")],
  targets: [
    .executableTarget(
      name: "vernier-benchmarks",
      dependencies: [.product(name: "Vernier", package: "Vernier")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
