#include "axes_of.h"
#include "samples.h"

#include <algorithm>
#include <cstring>

namespace vernier::tiff {

// The counts and the size of a voxel, in metres, stand in a block of its own.
bool setLSM(const std::vector<unsigned char> &block, const std::vector<int64_t> &pages, Axes &axes) {
  if (block.size() < 90) return false;
  const auto number = [&](size_t at) {
    return int64_t(block[at] | block[at + 1] << 8 | block[at + 2] << 16 | uint32_t(block[at + 3]) << 24);
  };
  const auto real = [&](size_t at) {
    uint64_t bits = 0;
    for (size_t index = 0; index < 8; ++index) bits |= uint64_t(block[at + index]) << 8 * index;
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
  };
  const int64_t slices = number(16), frames = number(24);
  if (product({slices, frames}) != int64_t(pages.size())) return false;
  axes.slices = slices;
  axes.frames = frames;
  axes.planes = pages;
  // Kinds of scans in which time passes from page to page, and slices follow.
  const int scan = block[88] | block[89] << 8;
  if (scan == 3 || scan == 5 || scan == 7 || scan == 9) {
    for (int64_t frame = 0; frame < frames; ++frame) {
      for (int64_t slice = 0; slice < slices; ++slice) {
        axes.planes[size_t(frame * slices + slice)] = pages[size_t(slice * frames + frame)];
      }
    }
  }
  const double size[] = {real(40), real(48), real(56)};
  if (std::all_of(size, size + 2, [](double value) { return value > 0 && value < 1; })) {
    axes.unit = Unit{"µm", 1e-3};
    for (int axis = 0; axis < 3; ++axis) axes.pixelSize[axis] = size[axis] > 0 && size[axis] < 1 ? size[axis] * 1e6 : 1;
  }
  return true;
}

// As many planes as a tag has entries follow the first page's samples.
bool setMetaMorph(const File &file, Axes &axes) {
  constexpr uint32_t planesTag = 33629;
  const TIFFField *field = TIFFFindField(file.raw(), planesTag, TIFF_ANY);
  uint32_t count = 0;
  const void *values = nullptr;
  if (!field || !TIFFFieldPassCount(field) || TIFFFieldReadCount(field) != TIFF_VARIABLE2 ||
      !TIFFGetField(file.raw(), planesTag, &count, &values) || count < 2) {
    return false;
  }
  if (!isContiguous(file, axes.base)) return false;
  if (contiguousCount(file, axes.base) < int64_t(count)) {
    throw Failure(VERNIER_TRUNCATED, "of its " + std::to_string(count) + " planes not all are there");
  }
  axes.isContiguous = true;
  setSlices(axes, numbers(count));
  return true;
}

}  // namespace vernier::tiff
