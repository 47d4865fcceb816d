import Foundation
import Testing

/// The recipes on the engines themselves, where they are installed.
@Suite(.serialized, .enabled(if: Command.readsImages, "the plug-in for files is not there"))
struct ClusterTests {
  private let folder = TemporaryFolder()
  private static let recipes = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../scripts/cluster").standardized.path()
  private static let rows = 20

  /// Twenty small pairs, of which the seventh cannot be read, and what one run makes of them.
  private func one() throws -> [NSDictionary] {
    let made = try Command.run(
      ["synthesize", "--textures", "-o", "pairs", "--count", "\(Self.rows)", "--size", "32"], in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let list = try folder.text("pairs/pairs.csv").split(separator: "\n").enumerated().map { index, line in
      index == 7 ? String(line).replacing("fixed6", with: "nothing6") : String(line)
    }
    try folder.write("pairs.csv", list.joined(separator: "\n"))
    let whole = try Command.run(["batch", "pairs.csv", "--transform", "rigid"], in: folder)
    #expect(whole.status == 3)
    return try timeless(whole.output)
  }

  private func timeless(_ text: String) throws -> [NSDictionary] {
    try text.split(separator: "\n").map { line in
      var object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      object["seconds"] = nil
      return object as NSDictionary
    }
  }

  private func shell(_ line: String) throws -> Command.Result {
    try Command.run(
      ["-c", line], environment: ["VERNIER": Command.path, "RECIPES": Self.recipes], in: folder, program: "/bin/bash")
  }

  private static func has(_ test: String) -> Bool {
    (try? Command.run(["-c", test], program: "/bin/bash"))?.status == 0
  }

  private static let words = "pairs.csv --transform rigid --shards 6 --results all.jsonl --report all.html"

  private func check(_ result: Command.Result, status: Int32 = 3, against one: [NSDictionary]) throws {
    #expect(result.status == status, "\(result.errors)")
    #expect(try timeless(folder.text("all.jsonl")) == one)
    #expect(!folder.names.contains("all.jsonl.shards"))
  }

  @Test func `Shards and their merging need no engine`() throws {
    let one = try one()
    let early = try shell("$RECIPES/merge \(Self.words)")
    #expect(early.status == 1 && early.errors.contains("not all is there of the shards 1 2 3 4 5 6"))
    for number in 1...6 { #expect(try shell("$RECIPES/shard \(number) \(Self.words)").status == 0) }
    try check(try shell("$RECIPES/merge \(Self.words)"), against: one)
    #expect(try folder.text("all.html").components(separatedBy: "<tr data-number=").count == Self.rows + 1)
    let again = try shell("$RECIPES/slurm \(Self.words)")
    #expect(again.status == 1 && again.errors.contains("all.jsonl: is there already"))
  }

  @Test(arguments: [
    "", "pairs.csv", "pairs.csv --shards 0 --results a.jsonl", "pairs.csv --shards 3", "pairs.csv --shards",
  ])
  func `A recipe without list, shards or results is a usage error`(words: String) throws {
    let result = try shell("$RECIPES/slurm \(words)")
    #expect(result.status == 2 && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }

  @Test(
    .enabled(
      if: has("[ $(id -u) = 0 ] && PATH=$PATH:/usr/sbin && type munged slurmctld slurmd sbatch"),
      "needs root, and Slurm (Debian: slurmctld, slurmd, slurm-client, munge)"))
  func `Slurm runs the shards`() throws {
    let one = try one()
    let result = try shell(
      """
      settings=$($RECIPES/one-node start slurm) || exit 9
      eval "$settings"; $RECIPES/slurm \(Self.words); status=$?; $RECIPES/one-node stop slurm; exit $status
      """)
    try check(result, against: one)
  }

  @Test(.enabled(if: has("python3 -c 'import distributed'"), "needs dask.distributed (PyPI)"))
  func `Dask runs the shards`() throws {
    let one = try one()
    let result = try shell(
      """
      python3 -m distributed.cli.dask_scheduler --host 127.0.0.1 --port 0 --no-dashboard --scheduler-file dask.json >dask.log 2>&1 & scheduler=$!
      while [ ! -s dask.json ]; do kill -0 $scheduler || exit 9; sleep 0.1; done
      python3 -m distributed.cli.dask_worker --scheduler-file dask.json --nthreads 2 --no-nanny --no-dashboard --host 127.0.0.1 \
        --local-directory worker >worker.log 2>&1 & worker=$!
      $RECIPES/dask \(Self.words) --scheduler dask.json; status=$?
      kill $worker $scheduler; wait; exit $status
      """)
    try check(result, against: one)
  }

  @Test(.enabled(if: has("snakemake --version"), "needs snakemake (PyPI)"))
  func `Snakemake runs the shards`() throws {
    let one = try one()
    let words = "list=pairs.csv shards=6 results=all.jsonl options='--transform rigid'"
    let result = try shell("snakemake -q -s $RECIPES/Snakefile --cores 2 --config \(words)")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try timeless(folder.text("all.jsonl")) == one)
    #expect(try shell("snakemake -q -s $RECIPES/Snakefile --cores 2 --config \(words)").status == 0)
  }
}
