#include "pictures.h"

#include <gif_lib.h>

#include <cstring>

namespace vernier {
namespace {

struct CloseGIF {
  void operator()(GifFileType *gif) const { DGifCloseFile(gif, nullptr); }
};

[[noreturn]] void fail(const GifFileType &gif, bool isAtEnd) {
  if (isAtEnd) failTruncated();
  const char *text = GifErrorString(gif.Error);
  throw Failure(VERNIER_DAMAGED, text ? text : "its GIF data cannot be decoded");
}

struct Input {
  File file;
  bool isAtEnd = false;
};

int read(GifFileType *gif, GifByteType *bytes, int count) {
  auto &input = *static_cast<Input *>(gif->UserData);
  const size_t got = std::fread(bytes, 1, size_t(count), input.file.get());
  input.isAtEnd = input.isAtEnd || got < size_t(count);
  return int(got);
}

/// The canvas of an animation as its frames are drawn on it, one after another.
class Canvas {
public:
  explicit Canvas(const GifFileType &gif)
      : gif(gif), pixels(makePicture(VERNIER_FORMAT_GIF, gif.SWidth, gif.SHeight, 4, VERNIER_SAMPLE_UINT8)) {
    std::memset(samplesOf<uint8_t>(pixels), 0, pixels.samples->count * 4);
  }

  void draw(int index) {
    dispose();
    const SavedImage &image = gif.SavedImages[index];
    GraphicsControlBlock control = {};
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    DGifSavedExtensionToGCB(const_cast<GifFileType *>(&gif), index, &control);
    const ColorMapObject *map = image.ImageDesc.ColorMap ? image.ImageDesc.ColorMap : gif.SColorMap;
    if (!map) throw Failure(VERNIER_UNSUPPORTED, "a frame of it has no colours; save it as PNG");
    region = image.ImageDesc;
    disposal = control.DisposalMode;
    if (disposal == DISPOSE_PREVIOUS) remember();
    forEachPixel([&](size_t place, size_t at) {
      const int color = image.RasterBits[at];
      if (color == control.TransparentColor || color >= map->ColorCount) return;
      const GifColorType &found = map->Colors[color];
      uint8_t *pixel = samplesOf<uint8_t>(pixels) + 4 * place;
      pixel[0] = found.Red;
      pixel[1] = found.Green;
      pixel[2] = found.Blue;
      pixel[3] = 255;
    });
  }

  /// Without opacity where all is opaque, with one channel where all is grey.
  Answer take() {
    const uint8_t *source = samplesOf<uint8_t>(pixels);
    const size_t count = pixels.samples->count;
    for (size_t index = 0; index < count; ++index) {
      if (source[4 * index + 3] != 255) return std::move(pixels);
    }
    Answer opaque = makePicture(VERNIER_FORMAT_GIF, gif.SWidth, gif.SHeight, 3, VERNIER_SAMPLE_UINT8);
    for (size_t index = 0; index < count; ++index) std::memcpy(samplesOf<uint8_t>(opaque) + 3 * index, source + 4 * index, 3);
    dropEqualColors(opaque);
    return opaque;
  }

private:
  template <typename Work>
  void forEachPixel(Work work) const {
    for (int y = 0; y < region.Height; ++y) {
      for (int x = 0; x < region.Width; ++x) {
        const int column = region.Left + x, row = region.Top + y;
        if (column < 0 || row < 0 || column >= gif.SWidth || row >= gif.SHeight) continue;
        work(size_t(row) * size_t(gif.SWidth) + size_t(column), size_t(y) * size_t(region.Width) + size_t(x));
      }
    }
  }

  void remember() {
    const uint8_t *source = samplesOf<uint8_t>(pixels);
    former.assign(source, source + pixels.samples->count * 4);
  }

  /// Takes away what the frame before asks to be taken away.
  void dispose() {
    uint8_t *samples = samplesOf<uint8_t>(pixels);
    if (disposal == DISPOSE_BACKGROUND) {
      forEachPixel([&](size_t place, size_t) { std::memset(samples + 4 * place, 0, 4); });
    } else if (disposal == DISPOSE_PREVIOUS) {
      std::memcpy(samples, former.data(), former.size());
    }
  }

  const GifFileType &gif;
  Answer pixels;
  GifImageDesc region = {};
  int disposal = DISPOSAL_UNSPECIFIED;
  std::vector<uint8_t> former;
};

}  // namespace

Answer readGIF(const std::string &path, const vernier_part &part) {
  Input input{openFile(path), false};
  int error = 0;
  const std::unique_ptr<GifFileType, CloseGIF> gif(DGifOpen(&input, read, &error));
  if (!gif) {
    if (input.isAtEnd) failTruncated();
    throw Failure(VERNIER_DAMAGED, "its GIF header cannot be read");
  }
  if (DGifSlurp(gif.get()) != GIF_OK) fail(*gif, input.isAtEnd);
  if (gif->ImageCount < 1) throw Failure(VERNIER_EMPTY, "it holds no picture");
  choose(part.level, 1, "levels", "level=");
  const int64_t frame = chooseFrame(part, gif->ImageCount);
  Canvas canvas(*gif);
  for (int index = 0; index <= frame; ++index) canvas.draw(index);
  Answer answer = canvas.take();
  setFrames(answer, part, gif->ImageCount, frame);
  narrow(answer, part);
  return answer;
}

}  // namespace vernier
