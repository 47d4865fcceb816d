import Vernier
import VernierFiles
import VernierVision

/// Each pair of a list once, after one to warm up.
func small(folder: String, chain: String) throws -> Line {
  let pairs = try pairs(of: folder)
  let registration = registration(chain)
  _ = try answer(registration, pairs[0])
  var line = Line(name: "small", samples: [], threads: 1, matrices: [])
  for pair in pairs {
    let (found, milliseconds) = try timed { try answer(registration, pair) }
    line.samples.append(milliseconds)
    line.matrices?.append(found?.transform.homogeneous)
  }
  return line
}

/// All pairs of a list by one call, after one to warm up: the milliseconds of each call by the number of pairs.
func together(folder: String, chain: String, runs: Int) throws -> Line {
  let pairs = try pairs(of: folder)
  let registration = registration(chain)
  var results = registration.align(pairs)
  var line = Line(name: "small", samples: [], threads: 1, matrices: [])
  for _ in 0..<runs {
    let milliseconds: Double
    (results, milliseconds) = timed { registration.align(pairs) }
    line.samples.append(milliseconds / Double(pairs.count))
  }
  line.matrices = try results.map { try answer($0)?.transform.homogeneous }
  return line
}

private func registration(_ chain: String) -> Registration {
  Registration(model: .rigid, method: chain, threads: 1, methods: Method.classical + Method.keypoints)
}

private func pairs(of folder: String) throws -> [ImagePair<2>] {
  let pairs = try PairList.read("\(folder)/pairs.csv").rows.map { row in
    let pair = try row.get()
    return ImagePair(fixed: try plane(pair.fixed), moving: try plane(pair.moving))
  }
  guard !pairs.isEmpty else { throw Usage() }
  return pairs
}

private func answer(_ registration: Registration, _ pair: ImagePair<2>) throws -> Alignment<2>? {
  try answer(Result { try registration.align(pair.moving, to: pair.fixed) })
}

/// Nil where the method cannot answer for these images; a method that does not exist is an error.
private func answer(_ result: Result<Alignment<2>, any Error>) throws -> Alignment<2>? {
  do { return try result.get() } catch let error as AlignmentError {
    if case .unsupported = error { throw error }
    return nil
  }
}
