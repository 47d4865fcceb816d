import CFFTW
import Synchronization

/// FFTW's plans for one size, there and back, single precision.
///
/// They are estimated, not measured: measuring may choose another algorithm, and so other last bits, on each run.
/// Making and destroying plans are the only steps of FFTW that are not thread-safe; plans are shared by all threads,
/// and destroyed when the cache has let them go and no transform holds them any more.
final class FourierPlans: @unchecked Sendable {
  /// What is transformed.
  struct Kind: Hashable, Sendable {
    /// Whether the samples are real; they are then transformed out of place, complex ones in place.
    var isReal: Bool
    var width: Int
    var height: Int
  }

  /// Room for the sizes that one alignment needs, some ten, several times over.
  static let cache = BoundedCache<Kind, FourierPlans>(limit: 64)

  /// Held while plans are made or destroyed: FFTW's planner is one for the process.
  private static let planner = Mutex(())

  private let forward: fftwf_plan
  private let backward: fftwf_plan

  /// The plans of a kind, made on first use.
  static func of(_ kind: Kind) -> FourierPlans { cache.value(for: kind) { FourierPlans(kind) } }

  init(_ kind: Kind) {
    let (rows, columns) = (Int32(kind.height), Int32(kind.width))
    let values = FourierBuffer(complexes: kind.width * kind.height)
    let spectrum = FourierBuffer(complexes: kind.height * (kind.width / 2 + 1))
    let (reals, complexes, halves) = (values.reals, values.complexes, spectrum.complexes)
    nonisolated(unsafe) var plans: (forward: fftwf_plan?, backward: fftwf_plan?)
    Self.planner.withLock { _ in
      if kind.isReal {
        plans.forward = fftwf_plan_dft_r2c_2d(rows, columns, reals, halves, FFTW_ESTIMATE)
        plans.backward = fftwf_plan_dft_c2r_2d(rows, columns, halves, reals, FFTW_ESTIMATE)
      } else {
        plans.forward = fftwf_plan_dft_2d(rows, columns, complexes, complexes, FFTW_FORWARD, FFTW_ESTIMATE)
        plans.backward = fftwf_plan_dft_2d(rows, columns, complexes, complexes, FFTW_BACKWARD, FFTW_ESTIMATE)
      }
    }
    guard let forward = plans.forward, let backward = plans.backward else {
      preconditionFailure("FFTW plans every positive size")
    }
    (self.forward, self.backward) = (forward, backward)
  }

  deinit {
    nonisolated(unsafe) let (forward, backward) = (forward, backward)
    Self.planner.withLock { _ in
      fftwf_destroy_plan(forward)
      fftwf_destroy_plan(backward)
    }
  }

  /// Calls `body` with the plan, which stays valid meanwhile.
  func withForward(_ body: (fftwf_plan) -> Void) { withExtendedLifetime(self) { body(forward) } }

  /// Calls `body` with the plan of the unscaled inverse, which stays valid meanwhile.
  func withBackward(_ body: (fftwf_plan) -> Void) { withExtendedLifetime(self) { body(backward) } }
}
