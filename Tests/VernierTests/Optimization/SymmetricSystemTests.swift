import Testing

@testable import Vernier

@Suite struct SymmetricSystemTests {
  private func system(_ count: Int, seed: UInt64) -> (SymmetricSystem, [Double]) {
    var random = SplitMix64(seed: seed)
    let factor = (0..<count * count).map { _ in random.uniform(-1...1) }
    var system = SymmetricSystem(count: count)
    for row in 0..<count {
      for column in 0..<count {
        system.matrix[row * count + column] = (0..<count).reduce(row == column ? 0.1 : 0) {
          $0 + factor[row * count + $1] * factor[column * count + $1]
        }
      }
    }
    let solution = (0..<count).map { _ in random.uniform(-5...5) }
    for row in 0..<count {
      system.right[row] = (0..<count).reduce(0) { $0 + system.matrix[row * count + $1] * solution[$1] }
    }
    return (system, solution)
  }

  @Test(arguments: [1, 2, 6, 14]) func solvingUndoesMultiplying(count: Int) throws {
    let (system, solution) = system(count, seed: UInt64(count))
    #expect(difference(try #require(system.solved()), solution) < 1e-10)
  }

  @Test(arguments: [1, 3, 14]) func theInverseTimesTheMatrixIsTheIdentity(count: Int) throws {
    let (system, _) = system(count, seed: UInt64(10 + count))
    let inverse = try #require(system.inverted())
    for row in 0..<count {
      for column in 0..<count {
        let product = (0..<count).reduce(0) { $0 + system.matrix[row * count + $1] * inverse[$1 * count + column] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-10)
      }
    }
  }

  @Test func dampingScalesTheDiagonal() throws {
    var system = SymmetricSystem(count: 2)
    system.matrix = [2, 0, 0, 4]
    system.right = [6, 6]
    #expect(difference(try #require(system.solved(damping: 0.5)), [2, 1]) < 1e-15)
  }

  @Test func whatIsNotPositiveDefiniteHasNoSolution() {
    var system = SymmetricSystem(count: 2)
    system.right = [1, 1]
    for matrix in [
      [1, 1, 1, 1], [1, 2, 2, 1], [0, 0, 0, 1], [1, 0, 0, .nan], [-1, 0, 0, 1], [.infinity, 0, 0, 1],
    ] {
      system.matrix = matrix
      #expect(system.solved() == nil, "\(matrix)")
      #expect(system.inverted() == nil, "\(matrix)")
    }
    // Equal columns need only a little damping.
    system.matrix = [1, 1, 1, 1]
    #expect(system.solved(damping: 1e-4) != nil)
  }
}
