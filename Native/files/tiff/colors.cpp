#include "colors.h"

#include "../pictures/pictures.h"

#include <algorithm>
#include <limits>

namespace vernier::tiff {

bool Palette::isEightBit() const {
  const auto all = [this](auto fits) {
    return std::all_of(colors, colors + 3, [&](const uint16_t *color) { return std::all_of(color, color + count, fits); });
  };
  return all([](uint16_t value) { return value % 257 == 0; }) || all([](uint16_t value) { return value % 256 == 0; }) ||
         all([](uint16_t value) { return value < 256; });
}

namespace {

template <typename Index, typename Sample>
void lookUp(const Palette &palette, int shift, const char *indices, size_t count, char *colors) {
  const auto *source = reinterpret_cast<const Index *>(indices);
  auto *samples = reinterpret_cast<Sample *>(colors);
  for (size_t index = 0; index < count; ++index) {
    for (size_t color = 0; color < 3; ++color) {
      samples[3 * index + color] = static_cast<Sample>(palette.colors[color][source[index]] >> shift);
    }
  }
}

}  // namespace

void Palette::lookUp(const char *indices, size_t indexSize, size_t indexCount, char *result) const {
  const bool isLow = std::all_of(colors, colors + 3, [this](const uint16_t *color) {
    return std::all_of(color, color + count, [](uint16_t value) { return value < 256; });
  });
  const int shift = isEightBit() && !isLow ? 8 : 0;
  if (isEightBit()) {
    return indexSize == 1 ? tiff::lookUp<uint8_t, uint8_t>(*this, shift, indices, indexCount, result)
                          : tiff::lookUp<uint16_t, uint8_t>(*this, shift, indices, indexCount, result);
  }
  return indexSize == 1 ? tiff::lookUp<uint8_t, uint16_t>(*this, 0, indices, indexCount, result)
                        : tiff::lookUp<uint16_t, uint16_t>(*this, 0, indices, indexCount, result);
}

Palette palette(const File &file, const Page &page) {
  uint16_t *colors[3] = {};
  if (!TIFFGetField(file.raw(), TIFFTAG_COLORMAP, &colors[0], &colors[1], &colors[2])) {
    throw Failure(VERNIER_UNSUPPORTED, "its palette is missing; save it as RGB");
  }
  Palette palette;
  std::copy(colors, colors + 3, palette.colors);
  palette.count = size_t(1) << page.bits;
  return palette;
}

namespace {

template <typename Sample>
void convertInks(const char *inks, size_t count, size_t samples, char *destination) {
  const auto *source = reinterpret_cast<const Sample *>(inks);
  auto *target = reinterpret_cast<Sample *>(destination);
  constexpr double most = std::numeric_limits<Sample>::max();
  for (size_t index = 0; index < count; ++index, source += samples, target += samples - 1) {
    for (size_t color = 0; color < 3; ++color) target[color] = colorOfInk(source[color], source[3], most);
    std::copy(source + 4, source + samples, target + 3);
  }
}

template <typename Sample>
void invert(char *bytes, size_t count, size_t step, uint64_t most) {
  auto *samples = reinterpret_cast<Sample *>(bytes);
  for (size_t index = 0; index < count; ++index) {
    samples[index * step] = static_cast<Sample>(most - samples[index * step]);
  }
}

}  // namespace

void convertInks(const char *inks, size_t size, size_t count, size_t samples, char *colors) {
  size == 1 ? convertInks<uint8_t>(inks, count, samples, colors) : convertInks<uint16_t>(inks, count, samples, colors);
}

void invertWhite(const Page &page, int32_t type, char *samples, size_t count) {
  const uint64_t most = ~uint64_t(0) >> (64 - page.bits);
  const size_t step = page.isPlanar ? 1 : size_t(page.samples);
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return invert<uint8_t>(samples, count, step, most);
    case VERNIER_SAMPLE_UINT16: return invert<uint16_t>(samples, count, step, most);
    case VERNIER_SAMPLE_UINT32: return invert<uint32_t>(samples, count, step, most);
    case VERNIER_SAMPLE_UINT64: return invert<uint64_t>(samples, count, step, most);
    default: return;  // Of samples with a sign or a fraction there is no white.
  }
}

void decodeColors(File &file, const Page &page, char *colors) {
  char message[1024] = {};
  TIFFRGBAImage image;
  file.clearError();
  if (!TIFFRGBAImageBegin(&image, file.raw(), 1, message)) {
    throw Failure(VERNIER_UNSUPPORTED, std::string("its kind of colours is not supported (") + message + "); save it as RGB");
  }
  // As it is stored: it is turned upright later.
  image.req_orientation = image.orientation;
  std::vector<uint32_t> raster(size_t(page.width) * size_t(page.height));
  const int isRead = TIFFRGBAImageGet(&image, raster.data(), uint32_t(page.width), uint32_t(page.height));
  TIFFRGBAImageEnd(&image);
  if (!isRead) file.fail("its samples cannot be decoded");
  for (size_t index = 0; index < raster.size(); ++index) {
    colors[3 * index] = char(TIFFGetR(raster[index]));
    colors[3 * index + 1] = char(TIFFGetG(raster[index]));
    colors[3 * index + 2] = char(TIFFGetB(raster[index]));
  }
}

}  // namespace vernier::tiff
