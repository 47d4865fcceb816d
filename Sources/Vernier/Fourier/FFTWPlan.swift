#if FFTW
  import CFFTW
  import Synchronization

  /// FFTW's transforms, in a build that asks for them by `FFT=fftw`. FFTW is under the GPL, and so is that build.
  ///
  /// They are estimated, not measured: measuring may choose another algorithm, and so other last bits, on each run.
  /// Making and destroying plans are the only steps of FFTW that are not thread-safe.
  final class FFTWPlan: FourierPlan, @unchecked Sendable {
    /// Held while plans are made or destroyed: FFTW's planner is one for the process.
    private static let planner = Mutex(())

    private let isReal: Bool
    private let forwardPlan: fftwf_plan
    private let backwardPlan: fftwf_plan

    init(_ kind: FourierPlans.Kind) {
      isReal = kind.isReal
      let lines = kind.spectrumCount / kind.width
      let (width, height, columns) = (Int32(kind.width), Int32(kind.height), Int32(lines))
      // The last axis is the one of which a real picture's spectrum holds half.
      let there = [fftwf_iodim(n: width, is: 1, os: columns), fftwf_iodim(n: height, is: width, os: 1)]
      let back = [fftwf_iodim(n: width, is: columns, os: 1), fftwf_iodim(n: height, is: 1, os: width)]
      let picture = FourierBuffer(complexes: kind.width * kind.height)
      let spectrum = FourierBuffer(complexes: kind.spectrumCount)
      let (values, frequencies) = (picture.reals, spectrum.reals)
      nonisolated(unsafe) var plans: (forward: fftwf_plan?, backward: fftwf_plan?)
      Self.planner.withLock { _ in
        let complexes = Self.complexes(frequencies)
        if kind.isReal {
          plans.forward = fftwf_plan_guru_dft_r2c(2, there, 0, nil, values, complexes, FFTW_ESTIMATE)
          plans.backward = fftwf_plan_guru_dft_c2r(2, back, 0, nil, complexes, values, FFTW_ESTIMATE)
        } else {
          let values = Self.complexes(values)
          plans.forward = fftwf_plan_guru_dft(2, there, 0, nil, values, complexes, FFTW_FORWARD, FFTW_ESTIMATE)
          plans.backward = fftwf_plan_guru_dft(2, back, 0, nil, complexes, values, FFTW_BACKWARD, FFTW_ESTIMATE)
        }
      }
      guard let forward = plans.forward, let backward = plans.backward else {
        preconditionFailure("FFTW plans every positive size")
      }
      (forwardPlan, backwardPlan) = (forward, backward)
    }

    deinit {
      nonisolated(unsafe) let plans = (forwardPlan, backwardPlan)
      Self.planner.withLock { _ in
        fftwf_destroy_plan(plans.0)
        fftwf_destroy_plan(plans.1)
      }
    }

    private static func complexes(_ reals: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<fftwf_complex> {
      UnsafeMutableRawPointer(reals).assumingMemoryBound(to: fftwf_complex.self)
    }

    func forward(_ values: UnsafePointer<Float>, into spectrum: UnsafeMutablePointer<Float>) {
      // FFTW keeps such input as it is, though it takes it as if it did not.
      let values = UnsafeMutablePointer(mutating: values)
      if isReal {
        fftwf_execute_dft_r2c(forwardPlan, values, Self.complexes(spectrum))
      } else {
        fftwf_execute_dft(forwardPlan, Self.complexes(values), Self.complexes(spectrum))
      }
    }

    func backward(_ spectrum: UnsafeMutablePointer<Float>, into values: UnsafeMutablePointer<Float>) {
      if isReal {
        fftwf_execute_dft_c2r(backwardPlan, Self.complexes(spectrum), values)
      } else {
        fftwf_execute_dft(backwardPlan, Self.complexes(spectrum), Self.complexes(values))
      }
    }
  }
#endif
