#include "jpeg2000.h"

#include "../payload.h"
#include "pictures.h"

#include <openjpeg.h>

#include <cmath>
#include <cstring>

namespace vernier {
namespace {

template <auto destroy>
struct Release {
  template <typename Value>
  void operator()(Value *value) const { destroy(value); }
};
using Codec = std::unique_ptr<opj_codec_t, Release<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_destroy>>;
using Picture = std::unique_ptr<opj_image_t, Release<opj_image_destroy>>;

struct Input {
  const unsigned char *bytes;
  size_t count;
  size_t position = 0;
  std::string error;
};

Stream makeStream(Input &input) {
  Stream stream(opj_stream_default_create(OPJ_TRUE));
  if (!stream) throw std::bad_alloc();
  opj_stream_set_user_data(stream.get(), &input, nullptr);
  opj_stream_set_user_data_length(stream.get(), input.count);
  opj_stream_set_read_function(stream.get(), [](void *buffer, OPJ_SIZE_T count, void *data) {
    auto &input = *static_cast<Input *>(data);
    const size_t rest = input.count - input.position;
    if (rest == 0) return OPJ_SIZE_T(-1);
    count = std::min<size_t>(count, rest);
    std::memcpy(buffer, input.bytes + input.position, count);
    input.position += count;
    return count;
  });
  opj_stream_set_skip_function(stream.get(), [](OPJ_OFF_T count, void *data) {
    auto &input = *static_cast<Input *>(data);
    if (count < 0) return OPJ_OFF_T(-1);
    input.position += std::min<size_t>(size_t(count), input.count - input.position);
    return count;
  });
  opj_stream_set_seek_function(stream.get(), [](OPJ_OFF_T place, void *data) -> OPJ_BOOL {
    auto &input = *static_cast<Input *>(data);
    if (place < 0 || size_t(place) > input.count) return OPJ_FALSE;
    input.position = size_t(place);
    return OPJ_TRUE;
  });
  return stream;
}

int32_t sampleType(const opj_image_comp_t &component) {
  if (component.prec <= 8) return component.sgnd ? VERNIER_SAMPLE_INT8 : VERNIER_SAMPLE_UINT8;
  if (component.prec <= 16) return component.sgnd ? VERNIER_SAMPLE_INT16 : VERNIER_SAMPLE_UINT16;
  return component.sgnd ? VERNIER_SAMPLE_INT32 : VERNIER_SAMPLE_UINT32;
}

/// Interleaves the components; one that has fewer samples repeats them.
template <typename Sample>
void fill(const opj_image_t &image, const Answer &answer) {
  const size_t width = size_t(answer.image.size[0]), height = size_t(answer.image.size[1]), channels = image.numcomps;
  for (size_t channel = 0; channel < channels; ++channel) {
    const opj_image_comp_t &component = image.comps[channel];
    Sample *destination = samplesOf<Sample>(answer) + channel;
    for (size_t y = 0; y < height; ++y) {
      const OPJ_INT32 *row = component.data + std::min(y / component.dy, size_t(component.h) - 1) * component.w;
      for (size_t x = 0; x < width; ++x, destination += channels) {
        *destination = static_cast<Sample>(row[std::min(x / component.dx, size_t(component.w) - 1)]);
      }
    }
  }
}

/// ITU-R BT.601 at full range, as JFIF has it; opacity stays.
template <typename Sample>
void convertToColors(const Answer &answer, double middle) {
  const size_t channels = answer.samples->channels;
  const double most = 2 * middle - 1;
  Sample *pixel = samplesOf<Sample>(answer);
  for (size_t index = 0; index < answer.samples->count; ++index, pixel += channels) {
    const double y = pixel[0], blue = pixel[1] - middle, red = pixel[2] - middle;
    const double colors[] = {y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue};
    for (size_t color = 0; color < 3; ++color) {
      pixel[color] = static_cast<Sample>(std::nearbyint(std::min(std::max(colors[color], 0.0), most)));
    }
  }
}

template <typename Sample>
Answer convertInks(const Answer &inks, double most) {
  Answer answer =
    makePicture(VERNIER_FORMAT_JPEG2000, inks.image.size[0], inks.image.size[1], 3, inks.image.sample_type);
  for (size_t index = 0; index < answer.samples->count; ++index) {
    const Sample *ink = samplesOf<Sample>(inks) + 4 * index;
    for (size_t color = 0; color < 3; ++color) {
      samplesOf<Sample>(answer)[3 * index + color] = colorOfInk(ink[color], ink[3], most);
    }
  }
  return answer;
}

void describeChannels(const opj_image_t &image, Answer &answer) {
  const int channels = answer.image.channels;
  answer.image.alpha = -1;
  for (int channel = channels - 1; channel >= 0; --channel) {
    if (image.comps[channel].alpha == 0) continue;
    answer.image.alpha = channel;
    answer.image.is_alpha_associated = image.comps[channel].alpha == 2;
  }
  const int colors = channels - (answer.image.alpha >= 0 ? 1 : 0);
  const bool isGrey = image.color_space == OPJ_CLRSPC_GRAY;
  answer.image.is_color = colors == 3 && !isGrey && (answer.image.alpha < 0 || answer.image.alpha >= 3);
}

}  // namespace

Answer decodeJPEG2000(const unsigned char *bytes, size_t count, bool isYCbCr) {
  const bool isBare = count >= 2 && bytes[0] == 0xff && bytes[1] == 0x4f;
  Input input{bytes, count, 0, {}};
  const Codec codec(opj_create_decompress(isBare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  if (!codec) throw std::bad_alloc();
  const auto stream = makeStream(input);
  opj_set_error_handler(
    codec.get(), [](const char *text, void *data) {
      auto &error = static_cast<Input *>(data)->error;
      if (error.empty()) error = text;
    }, &input);
  const auto fail = [&] {
    const bool isShort = input.error.find("too short") != std::string::npos ||
                         input.error.find("stream length") != std::string::npos;
    if (isShort) failTruncated();
    throw Failure(VERNIER_DAMAGED, input.error.empty() ? "its JPEG 2000 data cannot be decoded" : input.error);
  };
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!opj_setup_decoder(codec.get(), &parameters)) fail();
  opj_image_t *header = nullptr;
  if (!opj_read_header(stream.get(), codec.get(), &header)) fail();
  const Picture image(header);
  if (!opj_decode(codec.get(), stream.get(), image.get()) || !opj_end_decompress(codec.get(), stream.get())) fail();
  if (image->numcomps < 1) throw Failure(VERNIER_EMPTY, "it holds no picture");

  size_t width = 0, height = 0;
  bool isUniform = true;
  for (OPJ_UINT32 index = 0; index < image->numcomps; ++index) {
    const opj_image_comp_t &component = image->comps[index];
    if (!component.data || component.w < 1 || component.h < 1 || component.dx < 1 || component.dy < 1) fail();
    width = std::max(width, size_t(component.w));
    height = std::max(height, size_t(component.h));
    isUniform = isUniform && component.prec == image->comps[0].prec && component.sgnd == image->comps[0].sgnd;
  }
  if (!isUniform) {
    throw Failure(VERNIER_UNSUPPORTED, "its channels have different numbers of bits; save it as PNG or TIFF");
  }
  const opj_image_comp_t &first = image->comps[0];
  const int32_t type = sampleType(first);
  Answer answer = makePicture(VERNIER_FORMAT_JPEG2000, int64_t(width), int64_t(height), int(image->numcomps), type);
  switch (type) {
    case VERNIER_SAMPLE_UINT8: fill<uint8_t>(*image, answer); break;
    case VERNIER_SAMPLE_INT8: fill<int8_t>(*image, answer); break;
    case VERNIER_SAMPLE_UINT16: fill<uint16_t>(*image, answer); break;
    case VERNIER_SAMPLE_INT16: fill<int16_t>(*image, answer); break;
    case VERNIER_SAMPLE_UINT32: fill<uint32_t>(*image, answer); break;
    default: fill<int32_t>(*image, answer); break;
  }
  describeChannels(*image, answer);
  const double levels = std::ldexp(1.0, int(first.prec));
  isYCbCr = isYCbCr || image->color_space == OPJ_CLRSPC_SYCC || image->color_space == OPJ_CLRSPC_EYCC;
  const bool isWide = type == VERNIER_SAMPLE_UINT16;
  if (type != VERNIER_SAMPLE_UINT8 && !isWide) return answer;
  if (isYCbCr && answer.image.is_color) {
    isWide ? convertToColors<uint16_t>(answer, levels / 2) : convertToColors<uint8_t>(answer, levels / 2);
  } else if (image->color_space == OPJ_CLRSPC_CMYK && image->numcomps == 4) {
    answer = isWide ? convertInks<uint16_t>(answer, levels - 1) : convertInks<uint8_t>(answer, levels - 1);
  }
  return answer;
}

Answer readJPEG2000(const std::string &path, const vernier_part &part) {
  const auto bytes = readWhole(path);
  Answer answer = decodeJPEG2000(bytes.data(), bytes.size(), false);
  narrowPicture(answer, part);
  return answer;
}

}  // namespace vernier
