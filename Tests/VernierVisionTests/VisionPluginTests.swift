import Testing
import Vernier
import VernierPlugin

@testable import VernierVision

struct VisionPluginTests {
  @Test(.enabled(if: visionPluginAvailable, pluginNeeded))
  func namesItsLibraries() throws {
    let library = try VisionPlugin.load()
    #expect(library.hasPrefix("OpenCV 4") && library.contains(", dlib "))
  }

  @Test(.enabled(if: visionPluginAvailable, pluginNeeded))
  func versionIsChecked() {
    #expect { try Plugin(name: "vision", version: 9999).load() } throws: { error in
      if case PluginError.wrongVersion(_, found: 3, needed: 9999) = error { true } else { false }
    }
  }

  @Test func theMethodsAreListed() throws {
    #expect(Method.keypoints.map(\.name) == ["sift", "surf", "orb", "akaze"])
    for method in Method.keypoints {
      #expect(method.ranks == [2] && method.transforms == TransformModel.linear && method.kind == .classical)
      let aligner = try #require(
        method.aligner(options: "ratio=0.5,distance=2,agreement=7,limit=300") as? KeypointAligner)
      #expect(aligner.name == method.name && aligner.models == method.transforms)
      #expect(aligner.ratio == 0.5 && aligner.inlierDistance == 2)
      #expect(aligner.leastAgreement == 7 && aligner.keypointLimit == 300)
      #expect(aligner.options == ["ratio=0.5", "distance=2", "agreement=7", "limit=300"])
      #expect(try method.aligner().options == [])
    }
  }
}
