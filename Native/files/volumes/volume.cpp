#include "volume.h"

#include <cmath>
#include <limits>

namespace vernier {
namespace {

struct Strided {
  int64_t size;
  size_t stride;
};

/// Where a frame's samples lie among numbers that were loaded.
struct Layout {
  size_t first = 0;
  std::vector<Strided> space;
  std::vector<Strided> channels;

  size_t sampleCount() const { return product(space); }
  size_t channelCount() const { return product(channels); }
  /// Whether one stride leads from each sample to the next, and one from each channel to the next.
  bool isEven() const { return first == 0 && isEven(space) && isEven(channels); }

private:
  static size_t product(const std::vector<Strided> &axes) {
    size_t result = 1;
    for (const auto &axis : axes) result *= static_cast<size_t>(axis.size);
    return result;
  }
  static bool isEven(const std::vector<Strided> &axes) {
    for (size_t index = 1; index < axes.size(); ++index) {
      if (axes[index].stride != axes[index - 1].stride * static_cast<size_t>(axes[index - 1].size)) return false;
    }
    return true;
  }
};

/// Whether all frames lie one after another.
bool areFramesSlowest(const Volume &volume) {
  bool hasFrames = false;
  for (const auto &axis : volume.axes) {
    if (axis.role == AxisRole::frame) {
      hasFrames = hasFrames || axis.size > 1;
    } else if (hasFrames && axis.size > 1) {
      return false;
    }
  }
  return true;
}

Layout layout(const Volume &volume, int64_t frame, bool isFrameAlone) {
  Layout result;
  size_t stride = 1;
  for (const auto &axis : volume.axes) {
    switch (axis.role) {
      case AxisRole::space: result.space.push_back({axis.size, stride}); break;
      case AxisRole::channel: result.channels.push_back({axis.size, stride}); break;
      case AxisRole::frame:
        if (isFrameAlone) continue;
        result.first += static_cast<size_t>(frame % axis.size) * stride;
        frame /= axis.size;
        break;
    }
    stride *= static_cast<size_t>(axis.size);
  }
  return result;
}

/// Calls `body` with the place of each element along the axes, the first axis fastest.
template <typename Body>
void forEach(const std::vector<Strided> &axes, size_t depth, size_t place, const Body &body) {
  if (depth == 0) return body(place);
  const Strided &axis = axes[depth - 1];
  for (int64_t index = 0; index < axis.size; ++index) {
    forEach(axes, depth - 1, place + static_cast<size_t>(index) * axis.stride, body);
  }
}

template <typename Number>
Bytes gathered(const Bytes &bytes, const Layout &layout) {
  Bytes result = allocate(layout.sampleCount() * layout.channelCount() * sizeof(Number));
  const auto *source = reinterpret_cast<const Number *>(bytes.get());
  auto *destination = reinterpret_cast<Number *>(result.get());
  forEach(layout.channels, layout.channels.size(), layout.first, [&](size_t channel) {
    forEach(layout.space, layout.space.size(), channel, [&](size_t place) { *destination++ = source[place]; });
  });
  return result;
}

Bytes gathered(const Bytes &bytes, const Layout &layout, size_t size) {
  switch (size) {
    case 1: return gathered<uint8_t>(bytes, layout);
    case 2: return gathered<uint16_t>(bytes, layout);
    case 4: return gathered<uint32_t>(bytes, layout);
    default: return gathered<uint64_t>(bytes, layout);
  }
}

std::unique_ptr<vernier_samples> samples(const Volume &volume, int64_t frame, const Load &load) {
  const bool isFrameAlone = areFramesSlowest(volume);
  const Layout places = layout(volume, frame, isFrameAlone);
  const size_t count = places.sampleCount(), channels = places.channelCount();
  Bytes bytes = isFrameAlone ? load(static_cast<size_t>(frame) * count * channels, count * channels)
                             : load(0, volume.count());
  std::unique_ptr<vernier_samples> result(new vernier_samples{});
  result->type = volume.type;
  result->channels = channels;
  result->count = count;
  if (places.isEven()) {
    result->bytes = std::move(bytes);
    result->sampleStride = places.space.empty() ? 1 : places.space[0].stride;
    result->channelStride = places.channels.empty() ? 0 : places.channels[0].stride;
  } else {
    result->bytes = gathered(bytes, places, sampleSize(volume.type));
    result->sampleStride = 1;
    result->channelStride = count;
  }
  return result;
}

template <typename Source, typename Target>
Bytes scaled(const Bytes &bytes, size_t count, const Scaling &scaling) {
  Bytes result = allocate(count * sizeof(Target));
  const auto *source = reinterpret_cast<const Source *>(bytes.get());
  auto *destination = reinterpret_cast<Target *>(result.get());
  for (size_t index = 0; index < count; ++index) {
    destination[index] = static_cast<Target>(double(source[index]) * scaling.slope + scaling.intercept);
  }
  return result;
}

double determinant(const double *m, int32_t rank) {
  if (rank == 2) return m[0] * m[3] - m[1] * m[2];
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

}  // namespace

size_t Volume::count() const {
  size_t result = 1;
  for (const auto &axis : axes) {
    if (axis.size < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    if (__builtin_mul_overflow(result, static_cast<size_t>(axis.size), &result) || result > size_t(1) << 56) {
      throw Failure(VERNIER_UNSUPPORTED, "its header tells more samples than any machine holds; correct its header");
    }
  }
  return result;
}

int32_t Volume::number(AxisRole role) const {
  return static_cast<int32_t>(
    std::count_if(axes.begin(), axes.end(), [role](const Axis &axis) { return axis.role == role; }));
}

void Volume::setSteps(const double *steps) {
  for (int axis = 0; axis < 3; ++axis) {
    const double x = steps[axis], y = steps[3 + axis], z = steps[6 + axis];
    spacing[axis] = std::sqrt(x * x + y * y + z * z);
    for (int row = 0; row < 3; ++row) direction[3 * row + axis] = steps[3 * row + axis] / spacing[axis];
  }
}

void setGrid(vernier_image &image, const int64_t *size, const double *spacing, const double *origin,
             const double *direction) {
  int32_t rank = 3;
  while (rank > 2 && size[rank - 1] == 1) --rank;
  image.rank = rank;
  for (int axis = 0; axis < rank; ++axis) {
    if (!(spacing[axis] > 0) || !std::isfinite(spacing[axis])) {
      throw Failure(VERNIER_UNUSABLE_SPACING, std::to_string(spacing[axis]));
    }
    image.size[axis] = size[axis];
    image.spacing[axis] = spacing[axis];
    image.origin[axis] = origin[axis] + 0.0;
    // Adding zero makes −0 a plain 0.
    for (int row = 0; row < rank; ++row) image.direction[row * rank + axis] = direction[3 * row + axis] + 0.0;
  }
  // A slice across the volume has no direction of its own in the plane.
  if (rank == 2 && !(std::abs(determinant(image.direction, 2)) > 1e-6)) {
    image.direction[0] = image.direction[3] = 1;
    image.direction[1] = image.direction[2] = 0;
  }
  if (!(std::abs(determinant(image.direction, rank)) > 1e-6)) {
    throw Failure(VERNIER_UNSUPPORTED, "the directions of its axes lie in one plane; correct its header");
  }
  for (int axis = 0; axis < rank; ++axis) {
    if (!std::isfinite(image.origin[axis])) {
      throw Failure(VERNIER_UNSUPPORTED, "its origin is not a finite number; correct its header");
    }
  }
}

void setUnit(vernier_image &image, const std::string &symbol) {
  image.unit[symbol.copy(image.unit, sizeof image.unit - 1)] = 0;
}

void rescale(vernier_samples &samples, const Scaling &scaling) {
  const size_t count = samples.count * samples.channels;
  const auto to = [&](auto source) {
    return scaled<decltype(source), float>(samples.bytes, count, scaling);
  };
  switch (samples.type) {
    case VERNIER_SAMPLE_UINT8: samples.bytes = to(uint8_t()); break;
    case VERNIER_SAMPLE_INT8: samples.bytes = to(int8_t()); break;
    case VERNIER_SAMPLE_UINT16: samples.bytes = to(uint16_t()); break;
    case VERNIER_SAMPLE_INT16: samples.bytes = to(int16_t()); break;
    case VERNIER_SAMPLE_UINT32: samples.bytes = to(uint32_t()); break;
    case VERNIER_SAMPLE_INT32: samples.bytes = to(int32_t()); break;
    case VERNIER_SAMPLE_UINT64: samples.bytes = to(uint64_t()); break;
    case VERNIER_SAMPLE_INT64: samples.bytes = to(int64_t()); break;
    case VERNIER_SAMPLE_FLOAT32: samples.bytes = to(float()); break;
    default: samples.bytes = scaled<double, double>(samples.bytes, count, scaling); return;
  }
  samples.type = VERNIER_SAMPLE_FLOAT32;
}

Answer take(const Volume &volume, int32_t format, const vernier_part &part, const Load &load) {
  volume.count();
  if (volume.number(AxisRole::space) < 2) {
    throw Failure(VERNIER_UNSUPPORTED, "it has one axis; an image has two or three");
  }
  Answer answer;
  vernier_image &image = answer.image;
  image = blankImage(format);
  int64_t sizes[3] = {1, 1, 1};
  int64_t *size = sizes;
  int64_t channels = 1;
  for (const auto &axis : volume.axes) {
    switch (axis.role) {
      case AxisRole::space: *size++ = axis.size; break;
      case AxisRole::channel: channels *= axis.size; break;
      case AxisRole::frame: image.frames *= axis.size; break;
    }
  }
  if (channels > std::numeric_limits<int32_t>::max()) {
    throw Failure(VERNIER_UNSUPPORTED, "it has " + std::to_string(channels) + " channels; correct its header");
  }
  image.channels = static_cast<int32_t>(channels);
  image.is_color = volume.isColor;
  if (volume.hasAlpha) image.alpha = image.channels - 1;
  setUnit(image, "mm");
  setGrid(image, sizes, volume.spacing, volume.origin, volume.direction);

  choose(part.level, 1, "levels", "level=");
  const bool isTime = part.index < 0 && part.time >= 0;
  const int64_t chosen = isTime ? part.time : part.index;
  const int64_t frame = choose(chosen, image.frames, isTime ? "frames" : "volumes", isTime ? "t=" : "");
  if (chosen < 0 && image.frames > 1) image.frame_by_rule = frame;

  answer.samples = samples(volume, frame, load);
  if (volume.scaling) rescale(*answer.samples, *volume.scaling);
  image.sample_type = answer.samples->type;
  narrow(answer, part);
  return answer;
}

}  // namespace vernier
