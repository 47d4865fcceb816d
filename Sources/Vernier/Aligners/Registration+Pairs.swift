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
  /// In a task that is cancelled the pairs that are left fail with ``AlignmentError/cancelled``.
  ///
  /// - Parameters:
  ///   - pairs: what is aligned.
  ///   - progress: called after each pair, from any thread.
  /// - Returns: what became of each pair, in their order; a pair that cannot be aligned is a failure with its
  ///   ``AlignmentError`` and does not end the others.
  public func align<let rank: Int>(
    _ pairs: [ImagePair<rank>], progress: (@Sendable (AlignmentProgress) -> Void)? = nil
  ) -> [Result<Alignment<rank>, AlignmentError>] {
    Activity.$current.withValue(Activity(report: progress)) { alignEach(of: pairs) }
  }

  /// As ``align(_:progress:)``, on threads of its own while the task waits.
  public func alignments<let rank: Int>(
    of pairs: [ImagePair<rank>], progress: (@Sendable (AlignmentProgress) -> Void)? = nil
  ) async -> [Result<Alignment<rank>, AlignmentError>] {
    let activity = Activity(report: progress)
    return await withTaskCancellationHandler {
      await runApart { () throws(Never) in
        Activity.$current.withValue(activity) { alignEach(of: pairs) }
      }.get()
    } onCancel: {
      activity.cancel()
    }
  }

  private func alignEach<let rank: Int>(of pairs: [ImagePair<rank>]) -> [Result<Alignment<rank>, AlignmentError>] {
    var single = self
    single.threads = 1
    let registration = single
    var results = [Result<Alignment<rank>, AlignmentError>?](repeating: nil, count: pairs.count)
    results.withUnsafeMutableBufferPointer { results in
      let places = results.baseAddress
      forEachChunk(pairs.count, threads: threads) { index in
        do throws(AlignmentError) {
          try Activity.check()
          places?[index] = .success(try registration.align(pairs[index].moving, to: pairs[index].fixed))
        } catch {
          places?[index] = .failure(error)
        }
        Activity.finishPair(of: pairs.count)
      }
    }
    return results.compactMap { $0 }
  }
}
