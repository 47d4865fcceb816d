import Vernier

/// Shifts of the plates in `plates`, determined outside of Vernier and checked by eye.
///
/// From a point of the green exposure to the same point of the scene in the blue and in the red one, in samples of the
/// plate. Determined by NCC of Sobel's gradient magnitudes over the green exposure less 6 % of its height and 10 % of
/// the plate's width at each side, tried at every whole shift of ±18 rows about the step between the seams and ±8
/// columns, with a parabola through the best and its neighbours: NumPy and SciPy, no code in common with Vernier. Then
/// the coloured pictures were looked at, whole and in parts at four times their size.
enum CheckedShifts {
  static let all: [String: (blue: Vector<2>, red: Vector<2>)] = [
    "00088v": ([2.73, -338.31], [-2.68, 339.3]),
    "00125v": ([1.91, -335.84], [0.83, 336.71]),
    "00149v": ([1.91, -336.96], [0.1, 335.99]),
    "00153v": ([2.71, -334.0], [-1.69, 333.75]),
    "00194v": ([2.15, -337.23], [-1.61, 337.1]),
    "00351v": ([0.64, -337.19], [-0.79, 331.89]),
    "00398v": ([2.76, -335.77], [-1.16, 335.03]),
    "00600v": ([3.94, -335.12], [-2.34, 333.74]),
    "00888v": ([0.86, -335.16], [0.04, 334.41]),
    "00911v": ([-0.82, -339.91], [0.6, 328.78]),
    "01112v": ([-0.07, -340.95], [-1.27, 335.78]),
    "01164v": ([1.68, -335.19], [-1.61, 335.8]),
    "01597v": ([1.16, -333.97], [0.48, 332.54]),
    "01880v": ([2.42, -335.38], [-1.74, 332.8]),
    "31421v": ([0.04, -332.67], [-0.01, 336.04]),
    "cs180_nativity": ([1.04, -337.96], [0.69, 336.6]),
    "cs180_settlers": ([0.17, -334.1], [0.88, 333.2]),
  ]
}
