/// Samples of any number of bits as rows of a TIFF file pack them.
#pragma once

#include "../files.h"

namespace vernier::tiff {

/// The type that samples of so many bits come out in: the narrowest that holds them. `format` is a SampleFormat. Throws
/// where there is none.
int32_t unpackedType(int bits, int format);

/// Whether a row is in the type's own form and needs no unpacking.
bool isUnpacked(int bits, int format);

/// Unpacks `count` samples of a row whose bytes are in the order of this machine where samples are whole bytes.
void unpackRow(const unsigned char *row, size_t count, int bits, int format, char *destination);

}  // namespace vernier::tiff
