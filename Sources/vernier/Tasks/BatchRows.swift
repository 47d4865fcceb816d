import Vernier
import VernierCommandLine
import VernierFiles
import VernierText

/// The rows of a list with what is to be done for each.
struct BatchRows: Sendable {
  let list: PairList
  let options: RegisterOptions
  let registration: Registration

  var count: Int { list.rows.count }

  /// The number of a row in the whole list, from 1.
  func number(of index: Int) -> Int { list.firstRow + index + 1 }

  /// The row; nil where it cannot be used.
  func row(_ index: Int) -> PairRow? {
    guard case .success(let pair) = list.rows[index] else { return nil }
    return PairRow(pair: pair, columns: list.otherColumns, number: number(of: index))
  }

  /// What is to be done for a row.
  ///
  /// - Throws: ``UsageError`` where an option names a column that the list lacks; so it is for every row.
  func job(_ row: PairRow) throws(UsageError) -> PairJob {
    let files = options.files.isAny ? try options.files.filled(with: row.values, located: list.located) : options.files
    return PairJob(
      fixed: list.located(row.pair.fixed), moving: list.located(row.pair.moving), registration: registration,
      interpolation: options.interpolation, background: options.background, files: files,
      names: (row.pair.fixed, row.pair.moving))
  }

  /// What is to be done for the rows that can be used.
  func jobs() throws(UsageError) -> [PairJob] {
    var jobs: [PairJob] = []
    for index in 0..<count { if let row = row(index) { jobs.append(try job(row)) } }
    return jobs
  }
}

extension BatchRows {
  /// The line of a row, and what to say of it.
  struct Line: Sendable {
    let text: String
    let result: BatchResult
    let warnings: [String]

    init(_ members: [JSON.Member], warnings: [String]) {
      text = JSON.object(members).text()
      result = BatchResult(members)
      self.warnings = warnings
    }
  }

  /// Registers the pair of a row; whatever goes wrong becomes its line.
  func line(_ index: Int) -> Line {
    do {
      let pair = try list.rows[index].get()
      let row = PairRow(pair: pair, columns: list.otherColumns, number: number(of: index))
      let job = try job(row)
      do {
        let outcome = try job.run()
        return Line(outcome.result + row.carried, warnings: outcome.warnings)
      } catch {
        return Line(job.failure("\(error)") + row.carried, warnings: ["\(error)"])
      }
    } catch {
      return Line(JSON.failure("\(error)", fixed: nil, moving: nil), warnings: ["\(error)"])
    }
  }
}
