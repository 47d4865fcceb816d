import Testing
import VernierFiles

struct PairListTests {
  func parse(_ text: String) throws -> PairList { try PairList(parsing: text, path: "PAIRS.csv") }

  @Test func columnsInAnyOrder() throws {
    let list = try parse("site,moving,fixed,rater\nA,m1.png,f1.png,Kim\n")
    #expect(list.otherColumns == ["site", "rater"])
    #expect(
      try list.rows.map { try $0.get() }
        == [PairList.Pair(fixed: "f1.png", moving: "m1.png", others: ["A", "Kim"], line: 2)])
  }

  @Test func quotesLineEndsMarkAndBlankLines() throws {
    let text =
      "\u{feff}fixed,moving,note\r\n\r\n\"a,1.png\",b.png,\"he said \"\"no\"\"\r\ntwice\"\r\n\r\nc.png,d.png,\r\n\n"
    let rows = try parse(text).rows.map { try $0.get() }
    #expect(
      rows == [
        PairList.Pair(fixed: "a,1.png", moving: "b.png", others: ["he said \"no\"\r\ntwice"], line: 3),
        PairList.Pair(fixed: "c.png", moving: "d.png", others: [""], line: 6),
      ])
  }

  @Test func lastLineMayLackItsEnd() throws {
    #expect(try parse("fixed,moving\na,b").rows.count == 1)
    #expect(try parse("fixed,moving").rows.isEmpty)
  }

  @Test func badRowIsNotTheEnd() throws {
    let rows = try parse("fixed,moving\na,b\nonly one\n,d\ne,\"f\n\"g\",h\ni,j\n").rows
    let lines = rows.map { row in
      do throws(FileError) { return try row.get().line } catch { return -(error.line ?? 0) }
    }
    // The open quote of line 5 is closed by the next one, on line 6.
    #expect(lines == [2, -3, -4, -5, 7])
  }

  @Test func openQuoteLosesOneRowOnly() throws {
    let rows = try parse("fixed,moving\na,\"b\nc,d\n").rows
    #expect(rows.count == 2)
    #expect((try? rows[0].get()) == nil)
    #expect(try rows[1].get().fixed == "c")
  }

  @Test func shardsAreTheListInParts() throws {
    let text = "fixed,moving\n" + (0..<11).map { "a\($0),\"b\n\"\"\($0)\"\r\n\n" }.joined() + "a11,\"open\na12,b\n"
    let whole = try parse(text)
    #expect(whole.rows.count == 13 && whole.firstRow == 0)
    for count in [1, 2, 5, 13, 40] {
      var rows: [Result<PairList.Pair, FileError>] = []
      for number in 1...count {
        let shard = try #require(Shard(number, of: count))
        let part = try PairList(parsing: text, path: "PAIRS.csv", shard: shard)
        #expect(part.firstRow == rows.count && part.rows.count == shard.rows(of: 13).count)
        #expect((13 / count...13 / count + 1).contains(part.rows.count))
        rows += part.rows
      }
      #expect(rows == whole.rows)
    }
  }

  @Test func shardsAreWrittenAsTheyAreRead() {
    #expect(Shard("3/7")?.description == "3/7")
    #expect(["0/7", "8/7", "3", "a/7", "3/7/1", "", "/", "-1/7", "1/0"].allSatisfy { Shard($0) == nil })
    #expect(Shard(Int.max, of: Int.max)?.rows(of: Int.max) == Int.max - 1..<Int.max)
  }

  @Test(arguments: ["", "\n\n", "a,b\n", "fixed\n", "fixed,moving,fixed\n", "\"fixed,moving\n"])
  func headerIsChecked(_ text: String) {
    #expect(throws: FileError.self) { try parse(text) }
  }
}
