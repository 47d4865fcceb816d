import Testing
import Vernier

@Suite struct SizeTests {
  @Test func numbersComeXFirst() {
    let size: Size<3> = [40, 30, 20]
    #expect(size[0] == 40 && size[1] == 30 && size[2] == 20)
    #expect(size.count == 3 && size.first == 40 && size.last == 20)
    #expect(Array(size) == [40, 30, 20])
    #expect(size == Size { [40, 30, 20][$0] } && Size<2>(repeating: 7) == [7, 7])
  }

  @Test func strideAndProduct() {
    let size: Size<3> = [4, 5, 6]
    #expect(size.product == 120)
    #expect((0..<3).map { size.stride(along: $0) } == [1, 4, 20])
    // The place of a sample is the sum of its numbers times their strides.
    let index: Size<3> = [3, 2, 1]
    let place = index[0] * size.stride(along: 0) + index[1] * size.stride(along: 1) + index[2] * size.stride(along: 2)
    #expect(place == 31)
    #expect(Size<2>(repeating: 0).product == 0)
  }

  @Test func asManyNumbersAsTheRank() throws {
    #expect(Size<2>(exactly: [3, 4]) == [3, 4])
    #expect(Size<2>(exactly: [3]) == nil && Size<2>(exactly: [3, 4, 5]) == nil && Size<3>(exactly: []) == nil)
    let part = try #require(Size<2>(exactly: [9, 3, 4].dropFirst()))
    #expect(part == [3, 4])
  }

  @Test func aNumberCanBeSet() {
    var size: Size<2> = [8, 9]
    let before = size
    size[1] = 1
    #expect(size == [8, 1] && before == [8, 9] && size != before)
  }

  @Test func itIsACollection() {
    let size: Size<3> = [4, 5, 6]
    #expect(size.map { 2 * $0 } == [8, 10, 12] && size.max() == 6 && size.contains(5))
    #expect(Array(size.dropFirst()) == [5, 6] && Array(size.reversed()) == [6, 5, 4])
    #expect(size.prefix(2).reduce(1, *) == 20)
    #expect(Set([size, [4, 5, 6], [4, 6, 5]]).count == 2)
    #expect("\(size)" == "4×5×6")
  }
}
