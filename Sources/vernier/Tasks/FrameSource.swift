import VernierCommandLine
import VernierFiles

/// The frames of a series in their order: those that are there, and then those that are still to come.
struct FrameSource {
  let series: FrameSeries
  /// Where further frames come from; nil where all are there.
  let following: FollowedFolder?
  let channel: Int?
  let skipsUnreadable: Bool
  private var number = 0
  /// What was looked at beforehand.
  private var pending: [Item] = []

  /// A frame; its contents are nil where it cannot be read and such frames are left out.
  typealias Item = (number: Int, contents: ImageFile?)

  init(series: FrameSeries, following: FollowedFolder?, channel: Int?, skipsUnreadable: Bool) {
    (self.series, self.following, self.channel, self.skipsUnreadable) = (series, following, channel, skipsUnreadable)
  }

  /// The next frame; nil after the last, or when a signal asks for the end.
  mutating func next() throws(FileError) -> Item? {
    pending.isEmpty ? try read() : pending.removeFirst()
  }

  /// The first frame that can be read, which ``next()`` gives again; nil where there is none.
  mutating func first() throws(FileError) -> (number: Int, contents: ImageFile)? {
    while let item = try read() {
      pending.append(item)
      if let contents = item.contents { return (item.number, contents) }
    }
    return nil
  }

  private mutating func read() throws(FileError) -> Item? {
    if number < series.count {
      defer { number += 1 }
      do throws(FileError) { return (number, try series.frame(number, channel: channel)) } catch {
        guard skipsUnreadable else { throw error }
        return (number, nil)
      }
    }
    guard let following else { return nil }
    while let path = try following.next(until: { StopRequest.isMade }) {
      var contents: ImageFile?
      do throws(FileError) { contents = try series.append(reading: path, channel: channel) } catch {
        if following.putBack(path) { continue }
        Console.complain("\(error)")
        series.append(path)
      }
      defer { number += 1 }
      return (number, contents)
    }
    return nil
  }
}
