import Testing
import Vernier
import VernierFiles

/// Tables of points in the forms of the programs that write them.
struct PointTableTests {
  let folder = TemporaryFolder()

  private func table<let rank: Int>(_ text: String, as type: Vector<rank>.Type) throws -> PointTable<rank> {
    write(text.utf8, to: folder("p.csv"))
    return try PointTable<rank>.read(folder("p.csv"))
  }

  private func error<let rank: Int>(_ text: String, as type: Vector<rank>.Type) -> String {
    do {
      _ = try table(text, as: type)
      return ""
    } catch {
      #expect(!"\(error)".contains("\n"))
      return "\(error)"
    }
  }

  /// What the table reads as text once its points have moved by (1, 2, 3).
  private func moved<let rank: Int>(_ text: String, as type: Vector<rank>.Type) throws -> String {
    let table = try table(text, as: type)
    try table.replacingMoving(by: table.fixed.map { $0 + Vector { Double($0 + 1) } }).write(to: folder("q.csv"))
    return String(decoding: bytes(of: folder("q.csv")), as: UTF8.self)
  }

  private static let planes: [(name: String, text: String, points: [Vector<2>], moved: String)] = [
    ("plain", "x,y\n1,2\n3.5,-4e1\n", [[1, 2], [3.5, -40]], "x,y\n2,4\n4.5,-38\n"),
    ("without a header", "1,2\n3,4", [[1, 2], [3, 4]], "2,4\n4,6"),
    ("BIRL", ",X,Y\n0,10,20\n1,30,40\n", [[10, 20], [30, 40]], ",X,Y\n0,11,22\n1,31,42\n"),
    (
      "Fiji", " ,Area,X,Y,Slice\r\n1,0,10.25,20.5,1\r\n2,0,30,40,1\r\n", [[10.25, 20.5], [30, 40]],
      " ,Area,X,Y,Slice\r\n1,0,11.25,22.5,1\r\n2,0,31,42,1\r\n"
    ),
    ("tabs", " \tX\tY\n1\t10\t20\n", [[10, 20]], " \tX\tY\n1\t11\t22\n"),
    ("semicolons", "name;y;x\n\"a;b\";10;20\n", [[20, 10]], "name;y;x\n\"a;b\";12;21\n"),
    ("spaces", "x   y  z\n 1  2 3 \n", [[1, 2]], "x   y  z\n 2  4 3 \n"),
    (
      "quotes", "\"label\",\"X\",\"Y\"\n\"a, \"\"b\"\"\",\"1\",\"2\"\n", [[1, 2]],
      "\"label\",\"X\",\"Y\"\n\"a, \"\"b\"\"\",\"2\",\"4\"\n"
    ),
    ("comments", "# made\n# x,y\n\n1,2\n", [[1, 2]], "# made\n# x,y\n\n2,4\n"),
  ]

  @Test(arguments: planes.indices) func aTableKeepsItsForm(_ index: Int) throws {
    let (name, text, points, moved) = Self.planes[index]
    #expect(try table(text, as: Vector<2>.self).fixed == points, "\(name)")
    #expect(try self.moved(text, as: Vector<2>.self) == moved, "\(name)")
    #expect(try table(text, as: Vector<2>.self).hasBothSides == false)
  }

  @Test func pairsHaveTwoSides() throws {
    let text = "id,fixed_x,fixed_y,moving_x,moving_y\na,1,2,30,40\n"
    let both = try table(text, as: Vector<2>.self)
    #expect(both.hasBothSides && both.fixed == [[1, 2]] && both.moving == [[30, 40]])
    try both.replacingMoving(by: [[5, 6]]).replacingFixed(by: [[7, 8]]).write(to: folder("q.csv"))
    #expect(
      String(decoding: bytes(of: folder("q.csv")), as: UTF8.self) == "id,fixed_x,fixed_y,moving_x,moving_y\na,7,8,5,6\n"
    )
    let pairs = try PointPairs<2>(reading: folder("p.csv"), scale: 10)
    #expect(pairs.points == [[10, 20]] && pairs.targets == [[300, 400]])
  }

  /// The moving image's point comes first; what was not set or is switched off does not count.
  @Test func landmarksOfBigWarp() throws {
    let text =
      "\"Pt-0\",\"true\",\"1\",\"2\",\"3\",\"4\"\n\"Pt-1\",\"false\",\"5\",\"6\",\"7\",\"8\"\n"
      + "\"Pt-2\",\"true\",\"Infinity\",\"Infinity\",\"9\",\"10\"\n\"Pt-3\",\"true\",\"11\",\"12\",\"13\",\"14\"\n"
    let both = try table(text, as: Vector<2>.self)
    #expect(both.moving == [[1, 2], [11, 12]] && both.fixed == [[3, 4], [13, 14]])
    try both.replacingMoving(by: [[0.5, 0.25], [1, 1]]).write(to: folder("q.csv"))
    let again = String(decoding: bytes(of: folder("q.csv")), as: UTF8.self)
    #expect(again.hasPrefix("\"Pt-0\",\"true\",\"0.5\",\"0.25\",\"3\",\"4\"\n\"Pt-1\",\"false\",\"5\",\"6\""))
    #expect(error(text, as: Vector<3>.self).contains("for 2 dimensions, 3 are needed"))
    let space = "\"Pt-0\",\"true\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"\n"
    #expect(try table(space, as: Vector<3>.self).fixed == [[4, 5, 6]])
  }

  private func slicer(_ system: String?) -> String {
    "# Markups fiducial file version = 4.11\n" + (system.map { "# CoordinateSystem = \($0)\n" } ?? "")
      + "# columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID\n"
      + "vtkMRMLMarkupsFiducialNode_0,10,-20,30,0,0,0,1,1,1,0,F-1,,vtkMRMLScalarVolumeNode1\n"
  }

  @Test func fiducialsOfSlicer() throws {
    for system in ["LPS", "1"] {
      #expect(try table(slicer(system), as: Vector<3>.self).fixed == [[10, -20, 30]])
      #expect(try moved(slicer(system), as: Vector<3>.self) == slicer(system).replacing("10,-20,30", with: "11,-18,33"))
    }
    for system in ["RAS", "0", nil] {
      #expect(try table(slicer(system), as: Vector<3>.self).fixed == [[-10, 20, 30]])
      #expect(try moved(slicer(system), as: Vector<3>.self) == slicer(system).replacing("10,-20,30", with: "9,-22,33"))
    }
    #expect(error(slicer("IJK"), as: Vector<3>.self).contains("coordinate system is IJK"))
    #expect(error(slicer("LPS"), as: Vector<2>.self).contains("for 3 dimensions"))
  }

  @Test func markupsOfSlicer() throws {
    func markups(_ system: String, _ position: String) -> String {
      #"{"@schema": "markups-v1.0.3", "markups": [{"type": "Fiducial", "coordinateSystem": "\#(system)", "#
        + #""controlPoints": [{"id": "1", "position": \#(position), "positionStatus": "defined"}, "#
        + #"{"id": "2", "position": [0, 0, 0], "positionStatus": "undefined"}]}]}"#
    }
    #expect(try table(markups("LPS", "[1, 2, 3]"), as: Vector<3>.self).fixed == [[1, 2, 3]])
    #expect(try moved(markups("LPS", "[1, 2, 3]"), as: Vector<3>.self) == markups("LPS", "[2, 4, 6]") + "\n")
    #expect(try table(markups("RAS", "[1, 2, 3]"), as: Vector<3>.self).fixed == [[-1, -2, 3]])
    #expect(try moved(markups("RAS", "[1, 2, 3]"), as: Vector<3>.self) == markups("RAS", "[0, 0, 6]") + "\n")
    #expect(error(markups("IJK", "[1, 2, 3]"), as: Vector<3>.self).contains("neither LPS nor RAS"))
    #expect(error(markups("LPS", "[1, 2]"), as: Vector<3>.self).contains("not three numbers"))
    #expect(error(#"{"matrix": []}"#, as: Vector<3>.self).contains("holds no points"))
    let table = try table(markups("LPS", "[1, 2, 3]"), as: Vector<3>.self)
    #expect(throws: FileError.self) {
      try table.replacingFixed(by: [Vector(repeating: .nan)]).write(to: folder("q.json"))
    }
  }

  @Test func faultsAreNamed() throws {
    #expect(
      error("x,y\n1,2\n", as: Vector<3>.self).contains("line 1: the header needs the columns x,y,z; z is missing"))
    #expect(error("x,y\n1,\n", as: Vector<2>.self).contains("line 2: y is not a finite number"))
    #expect(error("x,y\n1,nan\n", as: Vector<2>.self).contains("y is not a finite number"))
    #expect(error("x,y\n1\n", as: Vector<2>.self).contains("y is not a finite number"))
    #expect(error("x,X,y\n1,2,3\n", as: Vector<2>.self).contains("x stands there twice"))
    #expect(error("fixed_x,fixed_y,moving_x\n1,2,3\n", as: Vector<2>.self).contains("moving_y is missing"))
    #expect(error("0,10,20\n1,30,40\n", as: Vector<2>.self).contains("3 columns and no header"))
    #expect(error("a,b\nc,d\n", as: Vector<2>.self).contains("no header that names x, y"))
    #expect(error("x,y\n", as: Vector<2>.self).contains("no points"))
    #expect(error("", as: Vector<2>.self).contains("empty"))
    write("x,y\n1,2\n".utf8, to: folder("a.csv"))
    write("x,y\n1,2\n3,4\n".utf8, to: folder("b.csv"))
    #expect(throws: FileError.self) { try PointPairs<2>(reading: folder("a.csv")) }
    #expect(throws: FileError.self) { try PointPairs<2>(reading: folder("a.csv"), moving: folder("b.csv")) }
    #expect(try PointPairs<2>(reading: folder("a.csv"), moving: folder("a.csv"), scale: 2).targets == [[2, 4]])
  }

  @Test func damagedTables() throws {
    let seeds = Self.planes.map(\.text) + [slicer("RAS"), "\"Pt-0\",\"true\",\"1\",\"2\",\"3\",\"4\"\n"]
    var count = 0
    for text in FuzzTests().texts(seeds: seeds, count: 2000, seed: 6) {
      write(text, to: folder("p.csv"))
      guard let table = try? PointTable<2>.read(folder("p.csv")) else { continue }
      count += 1
      #expect(table.fixed.count == table.moving.count && table.fixed.allSatisfy { $0.isFinite })
      // Put back, the points are the same.
      try table.replacingMoving(by: table.moving).write(to: folder("q.csv"))
      #expect(try PointTable<2>.read(folder("q.csv")).moving == table.moving)
    }
    #expect(count > 20 && count < 1900)
  }
}
