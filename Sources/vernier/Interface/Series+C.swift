// Names are those of vernier.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CVernier
import Vernier
import VernierCommandLine
import VernierText

/// A series behind a pointer of C's.
final class SeriesHandle {
  enum Series {
    case plane(SeriesAlignment<2>)
    case space(SeriesAlignment<3>)
  }

  let series: Series

  init(_ series: Series) { self.series = series }
}

@c @implementation
public func vernier_series_begin(
  _ reference: UnsafePointer<vernier_image>, _ number: Int64, _ options: UnsafePointer<UnsafePointer<CChar>?>?,
  _ count: Int32, _ series: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    let registration = try RegisterOptions(arguments(options, count, of: seriesManual))
      .registration(threads: processors)
    func begun<let rank: Int>(_ image: Image<rank>) throws -> SeriesAlignment<rank> {
      number < 0
        ? try SeriesAlignment(registration)
        : try SeriesAlignment(registration, reference: (number: Int(number), image: image), reach: 1)
    }
    switch try AnyImage(reference.pointee) {
    case .plane(let image): series?.pointee = retained(SeriesHandle(.plane(try begun(image))))
    case .volume(let image): series?.pointee = retained(SeriesHandle(.space(try begun(image))))
    }
  }
}

@c @implementation
public func vernier_series_add(
  _ series: OpaquePointer, _ frame: UnsafePointer<vernier_image>,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    switch (object(series, as: SeriesHandle.self).series, try AnyImage(frame.pointee)) {
    case (.plane(let alignment), .plane(let image)): try alignment.add(image)
    case (.space(let alignment), .volume(let image)): try alignment.add(image)
    default: throw UsageError.conflict("the frames of a series are all pictures or all volumes")
    }
  }
}

@c @implementation
public func vernier_series_poses(
  _ series: OpaquePointer, _ anchor: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  status(error) {
    func poses<let rank: Int>(_ alignment: SeriesAlignment<rank>) throws -> JSON {
      let found =
        switch Int(anchor) {
        case VERNIER_MIDDLE_FRAME: alignment.middleFrame ?? alignment.frames.first?.number
        case VERNIER_FIRST_FRAME: alignment.largestGroup.first ?? alignment.frames.first?.number
        default: Int(anchor)
        }
      guard let anchor = found else { return .array([]) }
      guard alignment.frames.indices.contains(anchor) else {
        throw UsageError.conflict("the series has \(alignment.frames.count) frames, and the anchor is frame \(anchor)")
      }
      return .array(
        alignment.poses(anchor: anchor).map { pose in
          [
            "matrix": .optional(pose.transform) { .matrix($0.homogeneous) },
            "verdict": .string(pose.verdict.rawValue),
            "confidence": .number(pose.confidence),
            "skipped": .boolean(pose.isSkipped),
          ]
        })
    }
    let list =
      switch object(series, as: SeriesHandle.self).series {
      case .plane(let alignment): try poses(alignment)
      case .space(let alignment): try poses(alignment)
      }
    json?.pointee = copied("\(list)")
  }
}

@c @implementation
public func vernier_series_release(_ series: OpaquePointer?) { release(series, as: SeriesHandle.self) }

private let seriesManual = Manual(
  name: "stack", summary: "", options: [.transform, .method, .weights, .metric, .prepare, .threads])
