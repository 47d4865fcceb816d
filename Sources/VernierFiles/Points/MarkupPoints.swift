import VernierText

/// The control points of all markups of a `.mrk.json` of Slicer; those that were not set are left out.
struct MarkupPoints: Sendable {
  private(set) var values: [[Double]] = []
  private var root: JSON

  init(_ text: String, rank: Int, path: String) throws(FileError) {
    do { root = try JSON(parsing: text) } catch { throw FileError(path, line: error.line, .malformed(error.reason)) }
    guard let markups = root["markups"]?.array else {
      throw FileError(path, .malformed("it holds no points: Slicer's have \"markups\"; give these or a table"))
    }
    guard rank == 3 else { throw FileError(path, .wrongRank(found: 3, needed: rank)) }
    for markup in markups {
      let system = markup["coordinateSystem"]
      guard let isOtherHanded = Self.isOtherHanded(markup) else {
        throw FileError(
          path, line: system?.line,
          .unsupported("its coordinate system is neither LPS nor RAS; save it as one of these"))
      }
      for point in markup["controlPoints"]?.array ?? [] where Self.isSet(point) {
        guard let position = point["position"], let numbers = position.numbers, numbers.count == 3,
          numbers.allSatisfy(\.isFinite)
        else {
          throw FileError(path, line: point.line, .malformed("the position of a control point is not three numbers"))
        }
        values.append(Self.turned(numbers, isOtherHanded))
      }
    }
    guard !values.isEmpty else { throw FileError(path, .malformed("it has no points")) }
  }

  var text: String { "\(root)\n" }

  /// The same markups with other points.
  func replacing(by values: [[Double]]) -> Self {
    var points = self
    points.values = values
    var rest = values[...]
    points.root = root.replacing("markups") { markups in
      .array(
        (markups.array ?? []).map { markup in
          markup.replacing("controlPoints") { controls in
            .array(
              (controls.array ?? []).map { point in
                guard Self.isSet(point), let value = rest.popFirst() else { return point }
                let isOtherHanded = Self.isOtherHanded(markup) ?? false
                return point.replacing("position") { _ in .numbers(Self.turned(value, isOtherHanded)) }
              })
          }
        })
    }
    return points
  }

  private static func isSet(_ point: JSON) -> Bool {
    let status = point["positionStatus"]?.string
    return status == nil || status == "defined" || status == "preview"
  }

  /// Whether a markup is in RAS; nil where it is in neither. Slicer means LPS where nothing is said.
  private static func isOtherHanded(_ markup: JSON) -> Bool? {
    switch markup["coordinateSystem"]?.string ?? "LPS" {
    case "LPS": false
    case "RAS": true
    default: nil
    }
  }

  private static func turned(_ point: [Double], _ isOtherHanded: Bool) -> [Double] {
    isOtherHanded ? [-point[0], -point[1], point[2]] : point
  }
}

extension JSON {
  /// The object with one member replaced; others and their order stay.
  fileprivate func replacing(_ key: String, by value: (JSON) -> JSON) -> JSON {
    .object((members ?? []).map { $0.key == key ? Member(key: key, value: value($0.value)) : $0 })
  }
}
