import Dispatch
import Glibc
import Vernier

/// Pairs by the published protocol (Ma, Zhao and Cheng 2021, section 3.1): the moving picture is the fixed one moved, interpolated linearly,
/// with zeros where it looks outside; both are rounded to 8 bits afterwards.
public struct BorderedPairs: BatchSource {
  public let side: Int
  private let pictures: [Image<2>]
  private let motions: TrainingMotions
  private let seed: UInt64
  private let threads: Int

  /// - Parameters:
  ///   - pictures: all `side` × `side`, intensities 0…255; at least one.
  ///   - side: the pictures' side.
  ///   - motions: how far they are moved.
  ///   - seed: draws pictures and motions.
  ///   - threads: threads to use at most; the pairs do not depend on it.
  public init(of pictures: [Image<2>], side: Int, motions: TrainingMotions, seed: UInt64, threads: Int = 2) {
    precondition(!pictures.isEmpty && pictures.allSatisfy { $0.size == [side, side] }, "pictures must have one size")
    self.pictures = pictures.map { $0.rounded() }
    self.side = side
    self.motions = motions
    self.seed = seed
    self.threads = threads
  }

  public func batch(first: Int, count: Int) -> TrainingBatch {
    let samples = side * side
    var transforms = [Affine<2>](repeating: .identity, count: count)
    var fixed = [Float](repeating: 0, count: count * samples)
    var moving = fixed
    transforms.withUnsafeMutableBufferPointer { transforms in
      fixed.withUnsafeMutableBufferPointer { fixed in
        moving.withUnsafeMutableBufferPointer { moving in
          nonisolated(unsafe) let (transforms, fixed, moving) = (transforms, fixed, moving)
          let parts = max(1, min(threads, count))
          DispatchQueue.concurrentPerform(iterations: parts) { part in
            for index in (count * part / parts)..<(count * (part + 1) / parts) {
              let pair = pair(first + index)
              transforms[index] = pair.motion
              pair.fixed.samples.withUnsafeBufferPointer {
                (fixed.baseAddress! + index * samples).update(from: $0.baseAddress!, count: samples)
              }
              pair.moving.samples.withUnsafeBufferPointer {
                (moving.baseAddress! + index * samples).update(from: $0.baseAddress!, count: samples)
              }
            }
          }
        }
      }
    }
    return TrainingBatch(fixed: fixed, moving: moving, motions: transforms)
  }

  private func pair(_ number: Int) -> (fixed: Image<2>, moving: Image<2>, motion: Affine<2>) {
    var random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number))
    // The first numbers of neighbouring seeds are alike.
    _ = random.next()
    let picture = pictures[Int.random(in: 0..<pictures.count, using: &random)]
    func drawn(_ bound: Double) -> Double { bound > 0 ? Double.random(in: -bound...bound, using: &random) : 0 }
    let scale = exp(drawn(log(max(1, motions.scale))))
    let shift = motions.shift * Double(side)
    let motion = Affine(
      Affine<2>.Parameters(
        rotation: [drawn(motions.degrees)], scale: [scale, scale], shear: [0],
        translation: [drawn(shift), drawn(shift)],
        center: picture.grid.center))
    guard let back = motion.inverted() else { preconditionFailure("a similarity can be undone") }
    return (picture, picture.resampled(onto: picture.grid, through: back, threads: 1).rounded(), motion)
  }
}
