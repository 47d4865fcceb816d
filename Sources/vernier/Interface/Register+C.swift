// Names are those of vernier.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CVernier
import Glibc
import Vernier
import VernierCommandLine
import VernierReport
import VernierText

// It is only read.
nonisolated(unsafe) private let version = copied(VernierCommand.version)

@c @implementation
public func vernier_version() -> UnsafePointer<CChar> { UnsafePointer(version) }

@c @implementation
public func vernier_register(
  _ fixed: UnsafePointer<vernier_image>, _ moving: UnsafePointer<vernier_image>, _ initial: OpaquePointer?,
  _ options: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32,
  _ found: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let options = try RegisterOptions(arguments(options, count, of: registerManual))
    let registration = try options.registration(threads: processors)
    let start = initial.map { object($0, as: TransformHandle.self).transform }
    func aligned<let rank: Int>(_ moving: Image<rank>, to fixed: Image<rank>) throws -> AlignmentHandle {
      let named = options.files.initial.flatMap(CenterStart.init(rawValue:))
      var start = try start.map { try $0.linear(as: Affine<rank>.self) }
      if let named { start = named.transform(aligning: moving, to: fixed) }
      do throws(AlignmentError) {
        let alignment = try registration.align(moving, to: fixed, initial: start)
        return AlignmentHandle(
          AnyAlignment(alignment), JSON.result(alignment, on: fixed.grid, fixed: nil, moving: nil))
      } catch {
        guard case .noAnswer = error else { throw error.told }
        return AlignmentHandle(nil, JSON.failure("\(error)", fixed: nil, moving: nil))
      }
    }
    found?.pointee = retained(try ImagePairWork(fixed, moving).run(plane: aligned, space: aligned))
  }
}

@c @implementation
public func vernier_judge(
  _ fixed: UnsafePointer<vernier_image>, _ moving: UnsafePointer<vernier_image>, _ transform: OpaquePointer,
  _ options: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int32,
  _ found: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let options = try arguments(options, count, of: judgeManual)
    let given = object(transform, as: TransformHandle.self)
    let judge = Judge(
      model: given.model, metric: options[.metric].flatMap(Metric.init(named:)),
      threads: options.count(.threads) ?? processors)
    func judged<let rank: Int>(_ moving: Image<rank>, to fixed: Image<rank>) throws -> AlignmentHandle {
      let map = try given.transform.map(as: Transform<rank>.self)
      do throws(AlignmentError) {
        let alignment = try judge.assess(map, moving: moving, to: fixed)
        return AlignmentHandle(
          AnyAlignment(alignment), JSON.result(alignment, on: fixed.grid, fixed: nil, moving: nil))
      } catch { throw error.told }
    }
    found?.pointee = retained(try ImagePairWork(fixed, moving).run(plane: judged, space: judged))
  }
}

@c @implementation
public func vernier_alignment_json(_ alignment: OpaquePointer) -> UnsafePointer<CChar> {
  UnsafePointer(object(alignment, as: AlignmentHandle.self).json)
}

@c @implementation
public func vernier_alignment_transform(_ alignment: OpaquePointer) -> OpaquePointer? {
  switch object(alignment, as: AlignmentHandle.self).alignment {
  case nil: nil
  case .plane(let found): retained(TransformHandle(.plane(found.transform), model: found.model))
  case .space(let found): retained(TransformHandle(.space(found.transform), model: found.model))
  }
}

@c @implementation
public func vernier_alignment_report(
  _ alignment: OpaquePointer, _ fixed: UnsafePointer<vernier_image>, _ moving: UnsafePointer<vernier_image>,
  _ html: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    func page<let rank: Int>(_ found: Alignment<rank>, _ moving: Image<rank>, _ fixed: Image<rank>) throws -> String {
      let moved = moving.resampled(onto: fixed.grid, through: found.transform)
      return try Report(
        fixed: ShownImage(fixed, channels: []), moving: ShownImage(moving, channels: []),
        moved: ShownImage(moved, channels: []), alignment: found, fixedFile: "fixed", movingFile: "moving",
        withheld: [], writtenAnyway: [], problem: nil, version: VernierCommand.version
      ).html(encodedBy: ReportEncoder(), threads: processors)
    }
    let images = try (AnyImage(fixed.pointee), AnyImage(moving.pointee))
    switch (object(alignment, as: AlignmentHandle.self).alignment, images) {
    case (.plane(let found), (.plane(let fixed), .plane(let moving))):
      html?.pointee = copied(try page(found, moving, fixed))
    case (.space(let found), (.volume(let fixed), .volume(let moving))):
      html?.pointee = copied(try page(found, moving, fixed))
    case (nil, _): throw UsageError.conflict("no transform was found, so there is nothing to show")
    default: throw UsageError.conflict("the images are not those that were aligned: they have other dimensions")
    }
  }
}

@c @implementation
public func vernier_alignment_release(_ alignment: OpaquePointer?) { release(alignment, as: AlignmentHandle.self) }

@c @implementation
public func vernier_text_release(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

/// What `register` takes that names no file.
private let registerManual = Manual(
  name: "register", summary: "",
  options: [.transform, .method, .weights, .metric, .prepare, .initial, .interpolation, .background, .threads])

private let judgeManual = Manual(name: "judge", summary: "", options: [.metric, .threads])

/// Two images of C's, opened in the rank that both have.
struct ImagePairWork {
  private let fixed: AnyImage
  private let moving: AnyImage

  /// - Throws: ``AlignmentError`` that says which image cannot be used.
  init(_ fixed: UnsafePointer<vernier_image>, _ moving: UnsafePointer<vernier_image>) throws {
    do throws(ImageError) { self.fixed = try AnyImage(fixed.pointee) } catch {
      throw AlignmentError.fixedUnusable(error).told
    }
    do throws(ImageError) { self.moving = try AnyImage(moving.pointee) } catch {
      throw AlignmentError.movingUnusable(error).told
    }
  }

  /// - Throws: what the work throws; ``UsageError`` where one is a picture and the other a volume.
  func run<Output>(
    plane: (Image<2>, Image<2>) throws -> Output, space: (Image<3>, Image<3>) throws -> Output
  ) throws -> Output {
    switch (fixed, moving) {
    case (.plane(let fixed), .plane(let moving)): return try plane(moving, fixed)
    case (.volume(let fixed), .volume(let moving)): return try space(moving, fixed)
    default:
      throw UsageError.conflict(
        "the fixed image has \(fixed.rank) dimensions and the moving one \(moving.rank); give two pictures or two volumes"
      )
    }
  }
}

extension AlignmentError {
  /// This error as C is told of it: a method that cannot do what is asked is a matter of the options.
  fileprivate var told: any Error {
    switch self {
    case .unsupported: UsageError.conflict("\(self)")
    case .failed(let error): error
    default: self
    }
  }
}

extension AnyTransform {
  /// - Throws: ``UsageError`` where it has another rank.
  func map<let rank: Int>(as type: Transform<rank>.Type) throws(UsageError) -> Transform<rank> {
    guard let map = transform(as: type) else {
      throw .conflict("the transform is for \(self.rank) dimensions, and the images have \(rank)")
    }
    return map
  }

  /// - Throws: ``UsageError`` where it has another rank or is not linear.
  fileprivate func linear<let rank: Int>(as type: Affine<rank>.Type) throws(UsageError) -> Affine<rank> {
    guard let affine = try map(as: Transform<rank>.self).affine else {
      throw .conflict("the initial transform is not linear, where a linear one is needed")
    }
    return affine
  }
}
