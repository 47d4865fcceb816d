/// What becomes of palettes, inks, and luminance with colour differences.
#pragma once

#include "file.h"

namespace vernier::tiff {

/// A palette of 16 bits; each of the three has an entry for every index.
struct Palette {
  const uint16_t *colors[3] = {};
  size_t count = 0;

  /// Whether its entries are numbers of 8 bits: some programs store them as they are, others repeated, others in the upper
  /// byte.
  bool isEightBit() const;

  /// Red, green and blue, of 8 or 16 bits, of indices of 8 or 16 bits.
  void lookUp(const char *indices, size_t indexSize, size_t count, char *colors) const;
};

/// The palette of the page that the file is at. Throws where there is none.
Palette palette(const File &file, const Page &page);

/// Red, green and blue of cyan, magenta, yellow and black; further samples are kept. `size` is that of a sample.
void convertInks(const char *inks, size_t size, size_t count, size_t samples, char *colors);

/// Samples of the first channel, whose 0 is white, become such whose 0 is black.
void invertWhite(const Page &page, int32_t type, char *samples, size_t count);

/// Red, green and blue of 8 bits by libtiff's own conversion of luminance and colour differences.
void decodeColors(File &file, const Page &page, char *colors);

}  // namespace vernier::tiff
