import Foundation
import Testing
import Vernier

@testable import VernierLearning

@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct ModelFileTests {
  let folder = TemporaryFolder()
  let path: String

  init() { path = folder("m.safetensors") }

  private func write(_ network: some RegistrationNetwork, _ metadata: [String: String] = [:]) throws {
    try ModelFile.write(network, metadata: metadata, to: path)
  }

  private func reason(kind: String? = nil) throws -> ModelFileError.Reason? {
    do {
      _ = try ModelFile.read(path, kind: kind)
      return nil
    } catch let error as ModelFileError {
      #expect("\(error)".hasPrefix(path) && !"\(error)".contains("\n"))
      return error.reason
    }
  }

  @Test(arguments: smallNetworks.indices) func aNetworkComesBackWhole(number: Int) throws {
    let network = try smallNetworks[number].made(seed: 3)
    try write(network, ["note": "x"])
    let (read, metadata) = try ModelFile.read(path)
    #expect(metadata["note"] == "x" && type(of: read) == type(of: network))
    for (here, there) in zip(network.tensors, read.tensors) {
      #expect(here.name == there.name)
      #expect(try here.tensor.values() == there.tensor.values())
    }
    let isSame = same(read, network)
    #expect(isSame)
  }

  /// Of another side the parameters serve; of another configuration they would mean something else, though their shapes
  /// agree.
  @Test func aNetworkTakesParametersOfItsConfiguration() throws {
    var configuration = CorrelationNetwork.Configuration.rigid
    try write(CorrelationNetwork(configuration, seed: 3))
    configuration.side = 48
    let larger = try CorrelationNetwork(configuration, seed: 4)
    try ModelFile.load(path, into: larger)
    let written = try CorrelationNetwork(.rigid, seed: 3)
    for (here, there) in zip(larger.tensors, written.tensors) {
      #expect(try here.tensor.values() == there.tensor.values())
    }
    let other = try CorrelationNetwork(.crossModal, seed: 4)
    let before = try other.tensors.map { try $0.tensor.values() }
    #expect(throws: ModelFileError(path, .otherConfiguration)) { try ModelFile.load(path, into: other) }
    #expect(try other.tensors.map { try $0.tensor.values() } == before)
  }

  private func same<Network: RegistrationNetwork>(_ network: Network, _ other: any RegistrationNetwork) -> Bool {
    (other as? Network)?.configuration == network.configuration
  }

  @Test func whatIsWrongIsSaid() throws {
    let network = try smallNetworks[0].made(seed: 3)
    try write(network)
    #expect(try reason() == nil)
    #expect(try reason(kind: "rotation-cnn") == .otherNetwork(found: "lstm", needed: "rotation-cnn"))
    try write(network, ["vernier.version": "2"])
    #expect(try reason() == .newerVersion(found: 2, known: 1))
    try write(network, ["vernier.network": "perceptron"])
    #expect(try reason() == .noNetwork)
    for configuration in ["", "{}", #"{"side":16}"#] {
      try write(network, ["vernier.configuration": configuration])
      #expect(try reason() == .configuration("it is not one of lstm"))
    }
    let huge =
      #"{"side":16,"channels":1,"hidden":1000000000,"layers":2,"regression":{"angle":"direction","translationWeight":17}}"#
    try write(network, ["vernier.configuration": huge])
    #expect(try reason() == .configuration("a size is out of range"))
    try write(network, ["vernier.configuration": huge.replacing("1000000000", with: "13")])
    guard case .shape("lstm.weight_ih_l0", _, _) = try reason() else {
      Issue.record("a wrong shape was accepted")
      return
    }
    try write(
      network,
      [
        "vernier.configuration": huge.replacing("1000000000", with: "12").replacing(
          "\"layers\":2", with: "\"layers\":1")
      ])
    #expect(try reason() == .surplusTensor("lstm.bias_hh_l1"))
    try write(
      network,
      [
        "vernier.configuration": huge.replacing("1000000000", with: "12").replacing(
          "\"layers\":2", with: "\"layers\":3")
      ])
    #expect(try reason() == .missingTensor("lstm.weight_ih_l2"))
    try SafeTensors.write(network.tensors, metadata: [:], to: path)
    #expect(try reason() == .noNetwork)
    let bias = try #require(network.tensors.last)
    try bias.tensor.assign(Tensor([1, .nan, 0, 0] as [Float]))
    try write(network)
    #expect(try reason() == .notFinite("head.bias"))
  }

  @Test func aFileThatDoesNotFitChangesNothing() throws {
    let network = try smallNetworks[0].made(seed: 3)
    let before = try network.tensors.map { try $0.tensor.values() }
    let other = try smallNetworks[0].made(seed: 4).tensors
    try SafeTensors.write(Array(other.dropLast()), metadata: [:], to: path)
    #expect(throws: ModelFileError.self) { try SafeTensors(path).assign(to: network.tensors) }
    #expect(try network.tensors.map { try $0.tensor.values() } == before)
  }

  /// A file as torchvision's `resnext50_32x4d` would give, of a shallower network.
  @Test func torchvisionsNamesAreKnown() throws {
    var initializer = Initializer(seed: 8)
    let source = try ResNeXt(features: 1000, size: .shallow, from: &initializer)
    let counters = try (0..<3).map { NamedTensor("bn\($0).num_batches_tracked", try Tensor([1] as [Float], shape: [])) }
    try SafeTensors.write(source.tensors + counters, metadata: ["format": "pt"], to: path)
    let target = try ResNeXt(features: 16, size: .shallow, from: &initializer)
    let head = try target.head.weight.values()
    try target.load(SafeTensors(path))
    for (here, there) in zip(source.trunk, target.trunk) {
      #expect(try here.tensor.values() == there.tensor.values())
    }
    #expect(try target.head.weight.values() == head)
    let deeper = try ResNeXt(
      features: 16, size: .init(depths: [1, 2, 1, 1], width: 32, groups: 32), from: &initializer)
    #expect(throws: ModelFileError(path, .missingTensor("layer2.1.conv1.weight"))) {
      try deeper.load(SafeTensors(path))
    }
  }

  /// As model files of ResNeXt had it at first.
  @Test func aConfigurationWithoutTheExtractorsSizeIsOfResNeXt50() throws {
    let configuration = ResNeXtNetwork.Configuration.lstm
    let whole = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any])
    #expect(whole["extractor"] != nil)
    let old = try JSONSerialization.data(withJSONObject: whole.filter { $0.key != "extractor" })
    #expect(try JSONDecoder().decode(ResNeXtNetwork.Configuration.self, from: old) == configuration)
  }

  /// Of a model the last layer counts, too: it gives the features.
  @Test func anExtractorComesFromAModel() throws {
    var initializer = Initializer(seed: 8)
    let source = try ResNeXt(features: 16, size: .shallow, from: &initializer)
    let metadata = ["vernier.network": ResNeXtNetwork.Configuration.kind]
    try SafeTensors.write(source.tensors(under: "extractor"), metadata: metadata, to: path)
    let target = try ResNeXt(features: 16, size: .shallow, from: &initializer)
    #expect(try source.head.weight.values() != target.head.weight.values())
    try target.load(SafeTensors(path))
    for (here, there) in zip(source.tensors, target.tensors) {
      #expect(try here.tensor.values() == there.tensor.values())
    }
  }
}
