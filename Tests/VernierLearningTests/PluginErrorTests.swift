import Testing
import VernierPlugin

@testable import VernierLearning

struct PluginErrorTests {
  @Test func theErrorsNameTheRemedy() {
    let errors: [TensorsPluginError] = [
      .plugin(.missing(name: "libvernier-tensors.so", searched: ["/a"])), .noTorch(needed: "2.13.0", reason: "no file"),
      .wrongTorch(found: "2.11.0", needed: "2.13.0"), .unusable("no symbol"),
    ]
    for error in errors { #expect("\(error)".contains("`make learning`") && !"\(error)".contains("\n")) }
    #expect("\(errors[2])".contains("2.11.0") && "\(errors[2])".contains("2.13.0"))
  }
}
