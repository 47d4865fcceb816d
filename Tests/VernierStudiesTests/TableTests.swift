import Testing

@testable import VernierStudies

@Suite("Tables")
struct TableTests {
  @Test("columns are padded to their widest cell")
  func paddedColumns() {
    var table = MarkdownTable(header: ["case", "px"])
    table.add(["a", "12.50"])
    table.add(["longer", "–"])
    #expect(
      table.text == """
        | case   | px    |
        |--------|-------|
        | a      | 12.50 |
        | longer | –     |

        """)
  }
}
