import Dispatch
import Synchronization
import Testing

@testable import Vernier

struct FourierPlansTests {
  private func values(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 37 + 11) % 101) - 50 } }

  /// The spectrum of an image of that size.
  private func spectrum(_ transform: RealTransform) -> [Float] {
    let real = FourierBuffer(reals: transform.width * transform.height)
    let spectrum = FourierBuffer(complexes: transform.spectrumCount)
    for (index, value) in values(transform.width * transform.height).enumerated() { real.reals[index] = value }
    transform.forward(real, into: spectrum)
    return (0..<2 * transform.spectrumCount).map { spectrum.reals[$0] }
  }

  @Test func theCacheKeepsItsBound() {
    for side in 1...FourierPlans.cache.limit + 10 {
      _ = RealTransform.of(width: side, height: 3)
      #expect(FourierPlans.cache.cost <= FourierPlans.cache.limit)
    }
  }

  @Test func plansInUseStayValidAndAreMadeAnewWithTheSameBits() {
    let transform = RealTransform.of(width: 40, height: 24)
    let before = spectrum(transform)
    for side in 1...2 * FourierPlans.cache.limit { _ = ComplexTransform.of(width: side, height: 5) }
    #expect(spectrum(transform) == before)
    #expect(spectrum(RealTransform.of(width: 40, height: 24)) == before)
  }

  @Test(arguments: [true, false])
  func thereAndBackGivesTheSame(isReal: Bool) {
    let (width, height) = (20, 15)
    let given = values(width * height)
    let buffer = FourierBuffer(complexes: width * height)
    if isReal {
      let transform = RealTransform.of(width: width, height: height)
      let spectrum = FourierBuffer(complexes: transform.spectrumCount)
      for index in given.indices { buffer.reals[index] = given[index] }
      transform.forward(buffer, into: spectrum)
      transform.backward(spectrum, into: buffer)
    } else {
      let transform = ComplexTransform.of(width: width, height: height)
      let spectrum = FourierBuffer(complexes: width * height)
      for index in given.indices { buffer.reals[2 * index] = given[index] }
      transform.forward(buffer, into: spectrum)
      transform.backward(spectrum, into: buffer)
    }
    for index in given.indices {
      #expect(abs(buffer.reals[isReal ? index : 2 * index] / Float(width * height) - given[index]) < 1e-4)
    }
  }

  /// Plans come and go on several threads while others compute with them.
  @Test func threadsMakeUseAndDropPlans() {
    let sizes = (0..<100).map { (width: 8 + $0 % 10 * 4, height: 8 + $0 / 10 * 4) }
    let alone = sizes.map { spectrum(.of(width: $0.width, height: $0.height)) }
    let wrong = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 800) { iteration in
      let number = iteration * 31 % sizes.count
      if spectrum(.of(width: sizes[number].width, height: sizes[number].height)) != alone[number] {
        wrong.add(1, ordering: .relaxed)
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }
}
