/// Memory for transforms, zero at first, that begins with a line of the processor's cache.
struct FourierBuffer: ~Copyable {
  let reals: UnsafeMutablePointer<Float>

  init(reals count: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    reals = memory.bindMemory(to: Float.self, capacity: count)
    reals.initialize(repeating: 0, count: count)
  }

  init(complexes count: Int) { self.init(reals: 2 * count) }

  deinit { reals.deallocate() }
}
