/// The samples of a page: how they come out, and their decoding.
#pragma once

#include "file.h"

namespace vernier::tiff {

/// How the samples of a page come out.
struct Content {
  enum class Path {
    /// As libtiff decodes strips and tiles; palettes and inks become colours afterwards.
    samples,
    /// Luminance and colour differences that libtiff turns into red, green and blue of 8 bits.
    colors,
    /// Strips and tiles of JPEG 2000, which libtiff hands on as they are.
    jpeg2000,
  };
  Path path = Path::samples;
  int32_t type = VERNIER_SAMPLE_UINT8;
  int channels = 1;
  /// Channel by channel; else sample by sample with all channels.
  bool isPlanar = false;
  bool isColor = false;
  int alpha = -1;
  bool isAlphaAssociated = false;
  /// The only sample of a planar page that is decoded; −1 for all.
  int only = -1;
  /// Samples that are not in the file, as bytes of the type.
  char absent[8] = {};
};

/// How the samples of a page come out that `page` went to last. `keepsIndices` leaves a palette alone. Throws where they
/// cannot be read, with the reason.
Content content(const File &file, const Page &page, bool keepsIndices = false);

/// Decodes a page, which the file is taken to, into memory for its width × height × channels; of a planar one the channels
/// lie `channelStride` samples apart. `plane` counts pictures of the page's size that follow the first one without
/// directories of their own.
void decode(
  File &file, const Page &page, const Content &content, int64_t plane, char *destination, size_t channelStride);

/// Whether pictures without directories of their own can follow the page's.
bool isContiguous(const File &file, const Page &page);

/// How many whole pictures of the page's size there are from its samples to the end of the file.
int64_t contiguousCount(const File &file, const Page &page);

/// Whether more follows the page's samples in a file whose directory and samples are the last that is in it.
bool hasRest(const File &file, const Page &page);

}  // namespace vernier::tiff
