import Testing
import VernierText

@Suite struct CSVTests {
  private func fields(_ text: String) -> [[String]] { CSV(parsing: text).map(\.fields) }

  @Test func whatIsWrittenReadsBack() {
    let rows = [
      ["fixed", "moving"], ["a,b", "say \"no\""], ["two\nlines", "cr\r\nlf"], ["", " kept "], ["\"", "[[1,2]]"],
      ["", ""],
      [""], ["é"],
    ]
    #expect(fields(CSV.text(rows)) == rows)
  }

  @Test func onlyWhatNeedsItIsQuoted() {
    #expect(CSV.text([["a b", "1.5", "c,d", "e\"f"]]) == "a b,1.5,\"c,d\",\"e\"\"f\"\n")
    #expect(CSV.text([]) == "")
  }

  @Test func linesCountAndBlankOnesAreSkipped() {
    let rows = Array(CSV(parsing: "\u{feff}a,b\r\n\r\n\"x\ny\",\r\rlast"))
    #expect(rows.map(\.fields) == [["a", "b"], ["x\ny", ""], ["last"]])
    #expect(rows.map(\.line) == [1, 3, 6])
    #expect(rows.allSatisfy { $0.fault == nil })
  }

  @Test func faultsAreOfTheirRow() {
    let rows = Array(CSV(parsing: "a,b\"c\nd,\"open\ne,f\n"))
    #expect(rows.map(\.fault) == ["a quote stands inside a field; write it twice", "a quoted field has no end", nil])
    #expect(rows[2].fields == ["e", "f"] && rows[2].line == 3)
  }
}
