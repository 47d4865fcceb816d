// Names are those of vernier.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CVernier
import Vernier
import VernierCommandLine
import VernierFiles

@c @implementation
public func vernier_transform_read(
  _ path: UnsafePointer<CChar>, _ fixed: UnsafePointer<vernier_image>?, _ moving: UnsafePointer<vernier_image>?,
  _ transform: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let file = try TransformFile.read(String(cString: path), between: TransformVolumes(fixed, moving))
    transform?.pointee = retained(TransformHandle(file.transform, model: file.model))
  }
}

@c @implementation
public func vernier_transform_write(
  _ transform: OpaquePointer, _ path: UnsafePointer<CChar>, _ fixed: UnsafePointer<vernier_image>?,
  _ moving: UnsafePointer<vernier_image>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let path = String(cString: path)
    let handle = object(transform, as: TransformHandle.self)
    func storable<let rank: Int>(_ map: Transform<rank>) throws -> TransformFile {
      let file = TransformFile(map, model: handle.model)
      guard let fixed else { return file }
      return file.storable(in: path, on: try Grid<rank>(fixed.pointee))
    }
    let file =
      switch handle.transform {
      case .plane(let map): try storable(map)
      case .space(let map): try storable(map)
      }
    try file.write(to: path, between: TransformVolumes(fixed, moving))
  }
}

@c @implementation
public func vernier_transform_of_matrix(
  _ rank: Int32, _ matrix: UnsafePointer<Double>, _ transform: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    guard rank == 2 || rank == 3 else { throw ImageError.unsupportedRank(Int(rank)) }
    let side = Int(rank) + 1
    let rows = (0..<side).map { row in (0..<side).map { matrix[row * side + $0] } }
    guard rows.joined().allSatisfy(\.isFinite) else { throw AlignmentError.unusableStart }
    let isLinear = rows[side - 1].dropLast().allSatisfy { $0 == 0 } && rows[side - 1][side - 1] == 1
    if rank == 3 {
      guard isLinear else {
        throw UsageError.conflict("the last row of a 4×4 matrix is 0 0 0 1, and this one's is not")
      }
      transform?.pointee = retained(TransformHandle(.space(Transform(Affine<3>(homogeneous: rows)))))
    } else if isLinear {
      transform?.pointee = retained(TransformHandle(.plane(Transform(Affine<2>(homogeneous: rows)))))
    } else {
      guard let map = Homography(Matrix { rows[$0][$1] }) else { throw AlignmentError.unusableStart }
      transform?.pointee = retained(TransformHandle(.plane(Transform(map))))
    }
  }
}

@c @implementation
public func vernier_transform_rank(_ transform: OpaquePointer) -> Int32 {
  Int32(object(transform, as: TransformHandle.self).transform.rank)
}

@c @implementation
public func vernier_transform_matrix(_ transform: OpaquePointer, _ matrix: UnsafeMutablePointer<Double>) -> Int32 {
  func copy<let rank: Int>(_ map: Transform<rank>) -> Int32 {
    for (place, element) in map.matrix.joined().enumerated() { matrix[place] = element }
    return map.affine != nil || map.base is Homography ? 1 : 0
  }
  return switch object(transform, as: TransformHandle.self).transform {
  case .plane(let map): copy(map)
  case .space(let map): copy(map)
  }
}

@c @implementation
public func vernier_transform_points(
  _ transform: OpaquePointer, _ points: UnsafeMutablePointer<Double>, _ count: Int64
) {
  func move<let rank: Int>(_ map: Transform<rank>) {
    for start in stride(from: 0, to: Int(count) * rank, by: rank) {
      let moved = map(Vector { points[start + $0] })
      for axis in 0..<rank { points[start + axis] = moved[axis] }
    }
  }
  switch object(transform, as: TransformHandle.self).transform {
  case .plane(let map): move(map)
  case .space(let map): move(map)
  }
}

@c @implementation
public func vernier_transform_inverse(_ transform: OpaquePointer) -> OpaquePointer? {
  switch object(transform, as: TransformHandle.self).transform {
  case .plane(let map): map.inverted().map { retained(TransformHandle(.plane($0))) }
  case .space(let map): map.inverted().map { retained(TransformHandle(.space($0))) }
  }
}

@c @implementation
public func vernier_resample(
  _ moving: UnsafePointer<vernier_image>, _ fixed: UnsafePointer<vernier_image>, _ transform: OpaquePointer,
  _ options: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32, _ samples: UnsafeMutablePointer<Float>,
  _ mask: UnsafeMutablePointer<UInt8>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let options = try arguments(options, count, of: resampleManual)
    let interpolation: Interpolation = options.choice(.interpolation) ?? .linear
    let choice = try BackgroundChoice(options)
    let map = object(transform, as: TransformHandle.self).transform
    func resample<let rank: Int>(_ image: Image<rank>) throws {
      let outside =
        choice == .usual ? 0 : ImageFile([image]).backgrounds(choice, interpolation: interpolation)[0]
      let moved = image.resampled(
        onto: try Grid(fixed.pointee), through: try map.map(as: Transform<rank>.self), interpolation: interpolation,
        outside: outside, threads: options.count(.threads) ?? processors)
      samples.update(from: moved.samples, count: moved.samples.count)
      if let mask, let valid = moved.mask { mask.update(from: valid, count: valid.count) }
    }
    switch try AnyImage(moving.pointee) {
    case .plane(let image): try resample(image)
    case .volume(let image): try resample(image)
    }
  }
}

@c @implementation
public func vernier_transform_release(_ transform: OpaquePointer?) { release(transform, as: TransformHandle.self) }

private let resampleManual = Manual(name: "apply", summary: "", options: [.interpolation, .background, .threads])

extension TransformVolumes {
  /// The volumes among two grids of C's.
  fileprivate init(_ fixed: UnsafePointer<vernier_image>?, _ moving: UnsafePointer<vernier_image>?) throws {
    func volume(_ image: UnsafePointer<vernier_image>?, _ name: String) throws -> Volume? {
      guard let image = image?.pointee, image.rank == 3 else { return nil }
      return Volume(grid: try Grid(image), file: name)
    }
    self.init(fixed: try volume(fixed, "fixed"), moving: try volume(moving, "moving"))
  }
}
