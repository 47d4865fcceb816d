import CFourier

/// Vernier's own transforms, by `CFourier`: eight lines at a time in the lanes of vectors, by Stockham's passes of radix
/// 2, 3, 4, 5 and 8, and of any other prime, at p multiplications a value.
///
/// Where the processor has AVX2 and fused multiply-add they are used, whatever Vernier was built for; so the last bits
/// may differ between processors.
final class LanePlan: FourierPlan, @unchecked Sendable {
  private let plan: OpaquePointer

  init(_ kind: FourierPlans.Kind) {
    guard let plan = fourier_plan_create(kind.isReal, Int32(kind.width), Int32(kind.height)) else {
      preconditionFailure("every positive size has a plan")
    }
    self.plan = plan
  }

  deinit { fourier_plan_destroy(plan) }

  func forward(_ values: UnsafePointer<Float>, into spectrum: UnsafeMutablePointer<Float>) {
    fourier_forward(plan, values, spectrum)
  }

  func backward(_ spectrum: UnsafeMutablePointer<Float>, into values: UnsafeMutablePointer<Float>) {
    fourier_backward(plan, spectrum, values)
  }
}
