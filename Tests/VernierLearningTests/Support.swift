import Testing

@testable import VernierLearning

let tensorsPluginAvailable = (try? TensorsPlugin.load()) != nil
let pluginNeeded: Comment = "needs the tensors plug-in: make build"

func near(_ values: [Float], _ wanted: [Float], within tolerance: Float = 1e-5) -> Bool {
  values.count == wanted.count && zip(values, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
