import Vernier
import VernierFiles

/// Each pair of a list once, after one to warm up.
func small(folder: String, chain: String) throws -> Line {
  let pairs = try PairList.read("\(folder)/pairs.csv").rows.map { row in
    let pair = try row.get()
    return (fixed: try plane(pair.fixed), moving: try plane(pair.moving))
  }
  guard let first = pairs.first else { throw Usage() }
  let registration = Registration(model: .rigid, method: chain, threads: 1)
  _ = try answer(registration, first.fixed, first.moving)
  let clock = ContinuousClock()
  var line = Line(name: "small", samples: [], threads: 1, matrices: [])
  for pair in pairs {
    let start = clock.now
    let found = try answer(registration, pair.fixed, pair.moving)
    let duration = (clock.now - start).components
    line.samples.append(Double(duration.seconds) * 1e3 + Double(duration.attoseconds) * 1e-15)
    line.matrices?.append(found?.transform.homogeneous)
  }
  return line
}

/// Nil where the method cannot answer for these images; a method that does not exist is an error.
private func answer(
  _ registration: Registration, _ fixed: Image<2>, _ moving: Image<2>
) throws -> Alignment<2>? {
  do { return try registration.align(moving, to: fixed) } catch let error as AlignmentError {
    if case .unsupported = error { throw error }
    return nil
  }
}
