/// JPEG 2000 in memory, as files and tiles of TIFF hold it.
#pragma once

#include "../files.h"

namespace vernier {

/// Decodes a JP2 file or a bare codestream; `width` and `height` of the answer are the picture's. Components of luminance and
/// colour differences become colours where the file says so, or `isYCbCr` does.
Answer decodeJPEG2000(const unsigned char *bytes, size_t count, bool isYCbCr);

}  // namespace vernier
