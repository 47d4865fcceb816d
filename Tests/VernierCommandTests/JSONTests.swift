import Testing
import Vernier
import VernierFiles
import VernierText

@testable import vernier_command

@Suite struct JSONTests {
  private static let transform = Affine<2>(
    linear: Matrix(rowMajor: [0, -2, 2, 0]), translation: [1.5, -2], center: [15.5, 15.5])

  @Test func `Parameters follow the model`() {
    func written(_ model: TransformModel) -> String { JSON.parameters(of: Self.transform, model: model).description }
    #expect(
      written(.translation) == #"{"rotation": 0, "scale": 1, "translation": [1.5, -2], "center": [15.5, 15.5]}"#)
    #expect(written(.rigid) == #"{"rotation": 90, "scale": 1, "translation": [1.5, -2], "center": [15.5, 15.5]}"#)
    #expect(written(.similarity) == #"{"rotation": 90, "scale": 2, "translation": [1.5, -2], "center": [15.5, 15.5]}"#)
    #expect(
      written(.affine)
        == #"{"rotation": 90, "scale": [2, 2], "shear": 0, "translation": [1.5, -2], "center": [15.5, 15.5]}"#)
  }

  @Test func `In space rotation and shear have three parts`() {
    let affine = JSON.parameters(of: Affine<3>(translation: [1, 2, 3]), model: .affine).description
    #expect(
      affine == #"{"rotation": [0, 0, 0], "scale": [1, 1, 1], "shear": [0, 0, 0], "translation": [1, 2, 3], "#
        + #""center": [0, 0, 0]}"#)
  }

  @Test func `A pair that cannot be read is a failed line with the error`() {
    let line = JSON.object(JSON.failure("b.png: no such file", fixed: "a.png", moving: "b.png")).description
    #expect(
      line == #"{"fixed": "a.png", "moving": "b.png", "matrix": null, "verdict": "failed", "confidence": 0, "#
        + #""error": "b.png: no such file"}"#)
  }

  @Test func `Columns that are called as a result's members are not carried`() {
    let pair = PairList.Pair(fixed: "a", moving: "b", others: ["7", "good"], line: 2)
    let row = PairRow(pair: pair, columns: ["subject", "verdict"], number: 1)
    #expect(row.carried == [.init(key: "subject", value: "7")])
    #expect(JSON.failure("e", fixed: "a", moving: "b").allSatisfy { JSON.resultKeys.contains($0.key) })
  }
}
