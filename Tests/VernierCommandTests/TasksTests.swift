import Glibc
import Synchronization
import Testing
import VernierCommandLine

@testable import vernier_command

@Suite struct TasksTests {
  @Test(arguments: [1, 2, 7])
  func `Results come in order, and only a few are made ahead`(limit: Int) async throws {
    struct Counts { var running = 0, most = 0 }
    let counts = Mutex(Counts())
    var seen: [Int] = []
    try await inOrder(count: 50, limit: limit) { index in
      counts.withLock {
        $0.running += 1
        $0.most = max($0.most, $0.running)
      }
      usleep(UInt32((index * 7919) % 13) * 100)
      counts.withLock { $0.running -= 1 }
      return index * index
    } consume: { index, result in
      #expect(result == index * index)
      seen.append(index)
    }
    #expect(seen == Array(0..<50))
    #expect(counts.withLock { $0.most } <= limit)
  }

  @Test func `A slow one holds the others only as far as results may wait`() async throws {
    let most = Atomic(0)
    let first = Atomic(false)
    try await inOrder(count: 40, limit: 2, ahead: 10) { index in
      if index == 0 {
        while most.load(ordering: .relaxed) < 11 { usleep(100) }
        // Time for one too many to begin.
        usleep(20_000)
        first.store(true, ordering: .relaxed)
      } else if !first.load(ordering: .relaxed) {
        most.store(index, ordering: .relaxed)
      }
    } consume: { _, _ in
    }
    #expect(most.load(ordering: .relaxed) == 11)
  }

  @Test func `An empty list makes nothing`() async throws {
    try await inOrder(count: 0, limit: 3) {
      $0
    } consume: { _, _ in
      Issue.record("there is nothing to consume")
    }
  }

  @Test func `An error while consuming ends the work`() async {
    await #expect(throws: CancellationError.self) {
      try await inOrder(count: 20, limit: 2) {
        $0
      } consume: { index, _ in
        if index == 3 { throw CancellationError() }
      }
    }
  }

  @Test(arguments: [
    ("moved/{row}-{moving}.png", "moved/3-b.png"), ("{fixed}{fixed}", "aa"), ("plain.png", "plain.png"),
    ("{subject}/x", "s7/x"), ("open{", "open{"), ("}close", "}close"),
  ])
  func `Names in braces are filled in`(template: String, path: String) throws {
    let values = ["row": "3", "fixed": "a", "moving": "b", "subject": "s7"]
    #expect(try template.filled(with: values) == path)
  }

  @Test func `A name that is no column is an error that lists the columns`() {
    #expect(throws: UsageError.conflict("{who}.png: the list has no column who; known are {fixed}, {row}")) {
      try "{who}.png".filled(with: ["row": "1", "fixed": "a"])
    }
  }

  @Test(arguments: [
    ("a.png", ".", "a.png", "a"), ("/a.png", "/", "a.png", "a"), ("x/y/a.nii.gz", "x/y", "a.nii.gz", "a"),
    ("x/a", "x", "a", "a"), (".hidden", ".", ".hidden", ".hidden"), ("a.b.tif", ".", "a.b.tif", "a.b"),
  ])
  func `Paths come apart`(path: String, folder: String, name: String, stem: String) {
    #expect(path.folder == folder)
    #expect(path.fileName == name)
    #expect(path.stem == stem)
  }
}
