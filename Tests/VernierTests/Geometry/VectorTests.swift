import Testing
import Vernier

@Suite struct VectorTests {
  @Test func arithmeticIsByComponent() {
    let left: Vector<3> = [1, 2, 3]
    let right: Vector<3> = [4, -5, 6]
    #expect(left + right == [5, -3, 9])
    #expect(left - right == [-3, 7, -3])
    #expect(-left == [-1, -2, -3])
    #expect(left * 2 == [2, 4, 6])
    #expect(2 * left == left * 2)
    #expect(left / 2 == [0.5, 1, 1.5])
    #expect(left.dot(right) == 12)
  }

  @Test func lengthIsEuclidean() {
    #expect(Vector<2>([3, -4]).length == 5)
    #expect(Vector<3>([2, 3, 6]).length == 7)
    #expect(Vector<2>.zero.length == 0)
  }

  @Test func compoundAssignmentAgreesWithTheOperators() {
    var sum: Vector<2> = [1, 2]
    sum += [10, 20]
    #expect(sum == [11, 22])
    sum -= [1, 2]
    #expect(sum == [10, 20])
  }

  @Test func elementsKeepTheirOrder() {
    let point = Vector<3> { Double($0) + 1 }
    #expect(point.elements == [1, 2, 3])
    #expect(point[0] == 1 && point[2] == 3)
    #expect(Vector<3>(point.elements) == point)
    #expect(point.description == "(1.0, 2.0, 3.0)")
  }

  @Test func notANumberEqualsNothing() {
    let point: Vector<2> = [.nan, 0]
    #expect(point != point)
  }

  @Test func aWrongNumberOfComponentsEndsTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = Vector<3>([1, 2]) }
  }
}
