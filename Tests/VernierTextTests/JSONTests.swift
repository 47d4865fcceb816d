import Testing
import VernierText

@Suite struct JSONTests {
  @Test func keysKeepTheirOrderAndTextIsEscaped() {
    let value: JSON = ["b": 1, "a": [.null, true], "c": "\u{1}\"\\\n\t\u{7F}é", "d": 0.5]
    #expect(value.description == #"{"b": 1, "a": [null, true], "c": "\u0001\"\\\n\t"# + "\u{7F}é\", \"d\": 0.5}")
    #expect(value.text(isDense: true) == #"{"b":1,"a":[null,true],"c":"\u0001\"\\\n\t"# + "\u{7F}é\",\"d\":0.5}")
    #expect(value.sortedByKey.members?.map(\.key) == ["a", "b", "c", "d"])
  }

  @Test(arguments: [
    (0.1, "0.1"), (1, "1"), (-0.0, "0"), (1e300, "1e+300"), (0.1 + 0.2, "0.30000000000000004"),
    (.nan, "null"), (.infinity, "null"), (-.infinity, "null"), (123_456_789, "123456789"),
  ])
  func numbersHaveTheDigitsThatReadBackAndWhatIsNoNumberIsNull(value: Double, text: String) {
    #expect(JSON.number(value).description == text)
  }

  @Test func doublesAreMarkedOnDemand() {
    let values = JSON.array([.number(1), .number(-0.0), .integer(1), .number(.nan)])
    #expect(values.text(isDense: true, marksDoubles: true) == "[1.0,-0.0,1,null]")
  }

  @Test func everyFiniteDoubleReadsBack() throws {
    var random = SystemRandomNumberGenerator()
    let edges: [Double] = [
      .greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e15, 1e16, 0x1p53, 0x1p63, -0x1p63,
      1e22,
    ]
    let sample = (0..<20_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
    for value in edges + sample {
      for marksDoubles in [false, true] {
        let text = JSON.number(value).text(marksDoubles: marksDoubles)
        #expect(try JSON(parsing: text).number == value, "\(text)")
      }
    }
  }

  @Test func everyCharacterReadsBack() throws {
    for start in stride(from: UInt32(0), to: 0x11_0000, by: 0x100) {
      let text = String(String.UnicodeScalarView((start..<start + 0x100).compactMap(Unicode.Scalar.init)))
      let value = JSON.object([JSON.Member(key: text, value: .string(text))])
      #expect(try JSON(parsing: value.description) == value, "from \(start)")
    }
  }

  @Test func integersAreKept() throws {
    let value = try JSON(parsing: "[\(Int.max), \(Int.min), -0, 9223372036854775808, 1.0]").array
    #expect(value?.map(\.integer) == [Int.max, Int.min, nil, nil, nil])
    #expect(value?[2].number?.sign == .minus)
    #expect(value?.map(\.number) == [0x1p63, -0x1p63, 0, 0x1p63, 1])
  }

  @Test func surrogates() throws {
    #expect(try JSON(parsing: #""\ud83d\ude00\u00e9""#).string == "😀é")
    for lone in [#""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\u0041""#] {
      #expect(try JSON(parsing: lone).string?.unicodeScalars.first == "\u{fffd}", "\(lone)")
    }
    for bad in [#""\u+123""#, #""\u-000""#, #""\u12""#, #""\u12g4""#, #""\x""#, #""\"#] {
      #expect(throws: JSON.Malformed.self, "\(bad)") { try JSON(parsing: bad) }
    }
  }

  @Test func valuesKnowTheirLines() throws {
    let value = try JSON(parsing: "\u{feff}{\n\"a\":\r\n [1,\n 2], \"b\": null}\n")
    #expect(value.line == 1 && value["a"]?.line == 3 && value["a"]?.array?[1].line == 4 && value["b"]?.line == 4)
    #expect(value["a"]?.numbers == [1, 2] && value["b"] == .null && value["c"] == nil)
    #expect(JSON.integer(1).line == nil)
  }

  private func isMalformed(_ text: String, line: Int, reason: String) -> Bool {
    do throws(JSON.Malformed) { _ = try JSON(parsing: text) } catch {
      return error.line == line && error.reason == reason
    }
    return false
  }

  @Test(arguments: [
    ("", 1, "the JSON ends too early"), ("{\n\"a\": 1,\n\"a\": 2}", 3, "the name \"a\" stands twice"),
    ("[1\n2]", 2, "a comma or ] is missing"), ("{\"a\" 1}", 1, "a colon is missing"),
    ("{\"a\": 1\n", 2, "a comma or } is missing"), ("{1: 2}", 1, "a name is missing"),
    ("[1]\n\n]", 3, "something follows the end of the JSON value"), ("\"a", 1, "a string has no end"),
    ("[\n\"a\nb\"]", 2, "a control character stands in a string"),
    ("[\n1e999]", 2, "\"1e999]\" is not a finite number, nor another JSON value"),
    ("nan", 1, "\"nan\" is not a finite number, nor another JSON value"),
  ])
  func errorsSayWhere(text: String, line: Int, reason: String) {
    #expect(isMalformed(text, line: line, reason: reason))
  }

  @Test(arguments: ["[", "{\"a\":", "[[],"])
  func deepNestingIsRefused(start: String) {
    let text = String(repeating: start, count: 1_000_000)
    #expect(isMalformed(text, line: 1, reason: "the JSON is nested too deeply"))
  }

  @Test func sixtyFourLevelsAreRead() throws {
    let text = String(repeating: "[", count: 63) + "1" + String(repeating: "]", count: 63)
    #expect(try JSON(parsing: text).description == text)
  }

  @Test func anotherKindIsNil() {
    let value: JSON = [1, "a"]
    #expect(value.numbers == nil && value.string == nil && value["a"] == nil && value.members == nil)
    #expect(value.number == nil && value.boolean == nil && value.integer == nil)
    #expect(JSON.optional(nil as Int?, JSON.integer) == .null && JSON.matrix([[1], [2]]) == [[1.0], [2.0]])
  }
}
