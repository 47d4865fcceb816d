import Testing
import VernierText

@Suite struct JSONCodingTests {
  private enum Head: Codable, Equatable {
    case plain
    case lstm(layers: Int, [Double])
  }

  private struct Model: Codable, Equatable {
    var name = "a"
    var seed = UInt64.max
    var rate = 1e-3
    var whole = 2.0
    var share: Float = 0.1
    var range = 0.5...1.5
    var head = Head.lstm(layers: 2, [1, 2.5])
    var other = Head.plain
    var none: Int?
    var some: Int? = 3
    var list: [Int?] = [1, nil]
    var empty: [Int] = []
    var flag = true
    var byKey = ["k": [1]]
  }

  @Test func whatIsEncodedReadsBack() throws {
    let json = try JSON(encoding: Model())
    let text = json.text(isDense: true)
    #expect(
      text
        == #"{"name":"a","seed":"18446744073709551615","rate":0.001,"whole":2,"share":0.1,"range":[0.5,1.5],"#
        + #""head":{"lstm":{"layers":2,"_1":[1,2.5]}},"other":{"plain":{}},"some":3,"list":[1,null],"empty":[],"#
        + #""flag":true,"byKey":{"k":[1]}}"#)
    #expect(try JSON(parsing: text).decoded(as: Model.self) == Model())
  }

  @Test func scalarsAndEmptyValues() throws {
    #expect(try JSON(encoding: 5).description == "5")
    #expect(try JSON(encoding: nil as Int?).description == "null")
    #expect(try JSON(encoding: [[]] as [[Int]]).description == "[[]]")
    #expect(try JSON(encoding: [:] as [String: Int]).description == "{}")
    #expect(try JSON.null.decoded(as: Int?.self) == nil)
  }

  private class Base: Codable {
    var a = 1
  }

  private final class Derived: Base {
    var b = [2]
    private enum Key: CodingKey { case b }
    override init() { super.init() }
    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      var list = try container.nestedUnkeyedContainer(forKey: .b)
      b = [try list.decode(Int.self)]
      try super.init(from: container.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      var list = container.nestedUnkeyedContainer(forKey: .b)
      for value in b { try list.encode(value) }
      try super.encode(to: container.superEncoder())
    }
  }

  @Test func classesKeepTheirSuperclass() throws {
    let value = Derived()
    (value.a, value.b) = (7, [8])
    let json = try JSON(encoding: value)
    #expect(json.description == #"{"b": [8], "super": {"a": 7}}"#)
    let read = try json.decoded(as: Derived.self)
    #expect(read.a == 7 && read.b == [8])
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func whatIsNoNumberIsNotEncoded(value: Double) {
    #expect(throws: EncodingError.self) { try JSON(encoding: [value]) }
  }

  @Test func integersAreNotRounded() throws {
    #expect(try JSON.number(3).decoded(as: Int.self) == 3)
    #expect(throws: DecodingError.self) { try JSON.number(3.5).decoded(as: Int.self) }
    #expect(throws: DecodingError.self) { try JSON.integer(300).decoded(as: UInt8.self) }
    #expect(throws: DecodingError.self) { try JSON(parsing: "18446744073709551615").decoded(as: UInt64.self) }
    #expect(throws: DecodingError.self) { try JSON.string("3").decoded(as: Int.self) }
  }

  @Test func whatDoesNotFitIsAnError() throws {
    #expect(throws: DecodingError.self) { try JSON(parsing: #"{"a": "x"}"#).decoded(as: Model.self) }
    #expect(throws: DecodingError.self) { try JSON(parsing: "[1]").decoded(as: ClosedRange<Double>.self) }
    #expect(throws: DecodingError.self) { try JSON(parsing: "{}").decoded(as: [Int].self) }
    #expect(throws: DecodingError.self) { try JSON.null.decoded(as: Bool.self) }
  }
}
