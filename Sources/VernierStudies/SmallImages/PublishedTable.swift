/// The small-image paper's tables, its values by the paper's names of the methods.
struct PublishedTable: Sendable {
  /// Of the errors: 1, 2, 4 or 5.
  var number: Int
  /// Of the FFT's scatter plot, 7 or 11; nil where the paper has none.
  var figure: Int?
  var rows: [String: PublishedRow]
  /// The number of the table with the keypoint counts, and its values.
  var keypointTable: Int
  var keypoints: [String: PublishedRow.Measured]

  static let cifar10 = Self(
    number: 1, figure: 7,
    rows: [
      "AKAZE": .init(noAnswer: 1), "ORB": .init(noAnswer: 1), "SURF": .init(noAnswer: 1),
      "SIFT": .init(noAnswer: 0.9505, .init(13.3594, 6.2321), .init(62.0331, 52.7100), .init(0.0093, 0.0064)),
      "FFT": .init(.init(1.4542, 0.6620), .init(7.9713, 5.1973), .init(2.4132, 0.0896)),
      "ResNeXt-50+FC": .init(.init(1.0182, 0.8282), .init(6.6140, 7.3644), .init(0.0536, 0.0090)),
      "ResNeXt-50+LSTM": .init(.init(0.8328, 0.7147), .init(5.6407, 6.1125), .init(0.0546, 0.0083)),
      "LSTM": .init(.init(0.6641, 0.4848), .init(7.8624, 8.1080), .init(0.0007, 0.0003)),
    ],
    keypointTable: 3,
    keypoints: ["AKAZE": .init(0, 0), "ORB": .init(0, 0), "SURF": .init(0.0116, 0.1071), "SIFT": .init(0.9010, 1.5595)])

  static let random32 = Self(
    number: 2,
    rows: [
      "AKAZE": .init(noAnswer: 1), "ORB": .init(noAnswer: 1), "SURF": .init(noAnswer: 1), "SIFT": .init(noAnswer: 1),
      "FFT": .init(.init(0.5004, 0.0649), .init(0.3596, 0.1117), .init(2.2415, 0.1396)),
      "ResNeXt-50+FC": .init(.init(0.9879, 0.9742), .init(6.3044, 7.7589), .init(0.0502, 0.0080)),
      "ResNeXt-50+LSTM": .init(.init(0.8320, 1.0346), .init(5.6148, 7.1531), .init(0.0528, 0.0084)),
      "LSTM": .init(.init(1.0474, 1.5365), .init(12.1091, 17.8267), .init(0.0007, 0.0003)),
    ],
    keypointTable: 3,
    keypoints: ["AKAZE": .init(0, 0), "ORB": .init(0, 0), "SURF": .init(0.0023, 0.0481), "SIFT": .init(0.0764, 0.2988)])

  static let stl10 = Self(
    number: 4, figure: 11,
    rows: [
      "AKAZE": .init(noAnswer: 0.9948, .init(49.5539, 18.8692), .init(47.8793, 45.2319), .init(0.0090, 0.0024)),
      "ORB": .init(noAnswer: 0.9466, .init(40.2261, 16.9984), .init(74.2664, 58.4848), .init(0.0128, 0.0412)),
      "SURF": .init(noAnswer: 0.8438, .init(31.1103, 18.0714), .init(72.2730, 60.4200), .init(0.0106, 0.0043)),
      "SIFT": .init(noAnswer: 0.6510, .init(29.6221, 17.5444), .init(67.7139, 62.8882), .init(0.0175, 0.0051)),
      "FFT": .init(.init(0.8751, 1.1441), .init(1.0525, 2.7068), .init(11.3075, 1.1275)),
      "ResNeXt-50+FC": .init(.init(3.0326, 2.6558), .init(6.2268, 7.2041), .init(0.0491, 0.0083)),
      "ResNeXt-50+LSTM": .init(.init(2.7797, 2.7902), .init(6.9497, 5.7735), .init(0.0539, 0.0081)),
      "LSTM": .init(.init(1.7943, 1.0922), .init(5.9582, 5.7487), .init(0.0009, 0.0003)),
    ],
    keypointTable: 6,
    keypoints: [
      "AKAZE": .init(0.2083, 0.6154), "ORB": .init(1.1181, 3.1494), "SURF": .init(3.9792, 3.6926),
      "SIFT": .init(7.8125, 8.3106),
    ])

  static let random96 = Self(
    number: 5,
    rows: [
      "AKAZE": .init(noAnswer: 1),
      "ORB": .init(noAnswer: 0.9531, .init(36.4939, 20.3236), .init(72.7067, 60.6450), .init(0.0119, 0.0190)),
      "SURF": .init(noAnswer: 0.9193, .init(29.0270, 14.4547), .init(76.0592, 56.8022), .init(0.0153, 0.0055)),
      "SIFT": .init(noAnswer: 0.7969, .init(31.3871, 19.4016), .init(56.7080, 59.4889), .init(0.0190, 0.0059)),
      "FFT": .init(.init(0.4982, 0.0618), .init(0.2494, 0.0448), .init(11.8021, 1.8278)),
      "ResNeXt-50+FC": .init(.init(2.4061, 2.7931), .init(5.3728, 7.3070), .init(0.0525, 0.0084)),
      "ResNeXt-50+LSTM": .init(.init(2.3763, 2.8637), .init(6.0183, 5.4018), .init(0.0545, 0.0080)),
      "LSTM": .init(.init(2.4931, 3.6001), .init(7.8609, 11.2270), .init(0.0009, 0.0003)),
    ],
    keypointTable: 6,
    keypoints: [
      "AKAZE": .init(0.0648, 0.3274), "ORB": .init(0.8264, 2.2073), "SURF": .init(8.8125, 20.0195),
      "SIFT": .init(3.3657, 3.4143),
    ])
}
