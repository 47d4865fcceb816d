#include "pictures.h"

#include "../payload.h"

#include <png.h>

#include <cerrno>
#include <cstring>

namespace vernier {
namespace {

// The handlers throw. The exception unwinds through libpng's C code, which has unwind tables on the platforms that use
// ELF, and what is open here closes itself.

[[noreturn]] void fail(png_structp png, png_const_charp message) {
  const bool isAtEnd = *static_cast<const bool *>(png_get_error_ptr(png));
  if (isAtEnd) failTruncated();
  throw Failure(VERNIER_DAMAGED, message);
}

[[noreturn]] void failWriting(png_structp, png_const_charp message) {
  throw Failure(VERNIER_FAILED, errno ? std::strerror(errno) : message);
}

void ignore(png_structp, png_const_charp) {}

class Decoder {
public:
  explicit Decoder(const std::string &path) : file(openFile(path)) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &isAtEnd, fail, ignore);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info) throw std::bad_alloc();
    png_set_read_fn(png, this, [](png_structp png, png_bytep bytes, png_size_t count) {
      auto &decoder = *static_cast<Decoder *>(png_get_io_ptr(png));
      if (std::fread(bytes, 1, count, decoder.file.get()) == count) return;
      decoder.isAtEnd = true;
      png_error(png, "it ends");
    });
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  }
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  png_structp png = nullptr;
  png_infop info = nullptr;

private:
  File file;
  bool isAtEnd = false;
};

class Encoder {
public:
  explicit Encoder(std::FILE *file) {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, failWriting, ignore);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info) throw std::bad_alloc();
    png_init_io(png, file);
  }
  ~Encoder() { png_destroy_write_struct(&png, &info); }
  Encoder(const Encoder &) = delete;
  Encoder &operator=(const Encoder &) = delete;

  png_structp png = nullptr;
  png_infop info = nullptr;
};

constexpr bool isLittleEndian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

}  // namespace

Answer readPNG(const std::string &path, const vernier_part &part) {
  Decoder decoder(path);
  const png_structp png = decoder.png;
  const png_infop info = decoder.info;
  png_read_info(png, info);
  // Palettes become colours, fewer bits than 8 become 8, a transparent colour becomes opacity.
  png_set_expand(png);
  if (isLittleEndian) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);

  Answer answer = makePicture(
    VERNIER_FORMAT_PNG, png_get_image_width(png, info), png_get_image_height(png, info), png_get_channels(png, info),
    png_get_bit_depth(png, info) == 16 ? VERNIER_SAMPLE_UINT16 : VERNIER_SAMPLE_UINT8);
  const size_t height = size_t(answer.image.size[1]), rowSize = png_get_rowbytes(png, info);
  std::vector<png_bytep> rows(height);
  for (size_t row = 0; row < height; ++row) rows[row] = samplesOf<png_byte>(answer) + row * rowSize;
  png_read_image(png, rows.data());
  png_read_end(png, info);

  png_uint_32 count = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(png, info, &count, &exif)) setUpright(answer, exifOrientation(exif, count));
  narrowPicture(answer, part);
  return answer;
}

void writePNG(const std::string &path, const vernier_image &image, const char *samples) {
  constexpr int colorTypes[] = {
    PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  File file = createFile(path);
  Encoder encoder(file.get());
  const int depth = image.sample_type == VERNIER_SAMPLE_UINT16 ? 16 : 8;
  png_set_IHDR(
    encoder.png, encoder.info, png_uint_32(image.size[0]), png_uint_32(image.size[1]), depth,
    colorTypes[image.channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  // Higher levels take several times as long for a few percent.
  png_set_compression_level(encoder.png, 4);
  png_write_info(encoder.png, encoder.info);
  if (depth == 16 && isLittleEndian) png_set_swap(encoder.png);
  const size_t rowSize = size_t(image.size[0]) * size_t(image.channels) * size_t(depth / 8);
  for (int64_t row = 0; row < image.size[1]; ++row) {
    png_write_row(encoder.png, reinterpret_cast<png_const_bytep>(samples) + size_t(row) * rowSize);
  }
  png_write_end(encoder.png, nullptr);
  closeWritten(std::move(file));
}

}  // namespace vernier
