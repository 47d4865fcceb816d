import Dispatch
import Glibc
import Synchronization
import Testing
import Vernier

@testable import VernierLearning

/// What computing with tensors leaves of the process as it was.
@Suite(.enabled(if: tensorsPluginAvailable, pluginNeeded))
struct ProcessTests {
  /// The numbers of threads of the calling thread.
  private func threads() -> [Int32] {
    let functions = TensorsPlugin.functions
    let found = functions.set_threads(.init(operations: 1, products: 1))
    _ = functions.set_threads(found)
    return [found.operations, found.products]
  }

  @Test func threadsAreTheCallingThreadsOwn() throws {
    let before = threads()
    let elsewhere = Mutex<[Int32]>([])
    let inside = withTensorThreads(3) {
      let group = DispatchGroup()
      DispatchQueue(label: "another thread").async(group: group) { elsewhere.withLock { $0 = self.threads() } }
      group.wait()
      let nested = withTensorThreads(0) { threads() }
      return [threads(), nested]
    }
    #expect(inside.map { $0[0] } == [3, 1])
    #expect(threads() == before)
    #expect(elsewhere.withLock { $0.first } != 3)
  }

  @Test func threadsAreGivenBackAfterAFailure() {
    let before = threads()
    #expect(throws: TensorError.self) {
      try withTensorThreads(3) { _ = try Tensor.zeros([2, 3]).matmul(.zeros([2, 3])) }
    }
    #expect(threads() == before)
  }

  /// As it stands in the system's record, which holds what the process began with.
  @Test func theEnvironmentIsAsItWas() throws {
    _ = try Tensor([1, 2, 3] as [Float])
    let file = try #require(fopen("/proc/self/environ", "rb"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    let began = Set(bytes.prefix(count).split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    for name in ["GOMP_SPINCOUNT", "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "MKL_NUM_THREADS", "KMP_BLOCKTIME"] {
      let now = getenv(name).map { "\(name)=\(String(cString: $0))" }
      #expect(now == began.first { $0.hasPrefix("\(name)=") })
    }
  }
}
