/// Two images to be brought together.
public struct ImagePair<let rank: Int>: Sendable {
  public var fixed: Image<rank>
  public var moving: Image<rank>

  public init(fixed: Image<rank>, moving: Image<rank>) {
    self.fixed = fixed
    self.moving = moving
  }
}

extension Registration {
  /// Aligns many pairs, ``threads`` of them at once, each on one thread.
  ///
  /// Small pictures of one size share what depends on the size alone, so that each costs a fraction of a millisecond.
  ///
  /// - Returns: what became of each pair, in their order; a pair that cannot be aligned is a failure with its
  ///   ``AlignmentError`` and does not end the others.
  public func align<let rank: Int>(_ pairs: [ImagePair<rank>]) -> [Result<Alignment<rank>, AlignmentError>] {
    var single = self
    single.threads = 1
    let registration = single
    var results = [Result<Alignment<rank>, AlignmentError>?](repeating: nil, count: pairs.count)
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress
      forEachChunk(pairs.count, threads: threads) { index in
        do throws(AlignmentError) {
          places?[index] = .success(try registration.align(pairs[index].moving, to: pairs[index].fixed))
        } catch {
          places?[index] = .failure(error)
        }
      }
    }
    return results.compactMap { $0 }
  }
}
