#include "file.h"

#include <algorithm>
#include <cmath>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

/// A vector of length 1; nothing where it has none.
bool normalize(double *vector) {
  const double length = std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
  if (!(length > 1e-6)) return false;
  for (int row = 0; row < 3; ++row) vector[row] /= length;
  return true;
}

/// A time such as 134501.25 in seconds.
std::vector<double> seconds(const std::string &text) {
  // A date may stand before it.
  const size_t start = text.find('.') == std::string::npos ? text.size() : text.find('.');
  if (start < 6) return {};
  const std::string clock = text.substr(start - 6);
  char *end = nullptr;
  const double value = std::strtod(clock.c_str(), &end);
  if (end == clock.c_str()) return {};
  const double hours = std::floor(value / 10000), minutes = std::floor(std::fmod(value, 10000) / 100);
  return {hours * 3600 + minutes * 60 + std::fmod(value, 100)};
}

std::vector<double> letters(const std::string &text) { return std::vector<double>(text.begin(), text.end()); }

/// The functional groups of a frame: its own first, then those that all share.
class Groups {
public:
  Groups(const DICOMData &own, const DICOMData &shared) : own(own), shared(shared) {}

  /// The first item of a group's sequence.
  DICOMData operator()(uint32_t tag) const { return own.has(tag) ? own.first(tag) : shared.first(tag); }

private:
  const DICOMData &own, &shared;
};

/// What tells frames apart beside their place.
std::vector<std::vector<double>> keys(
  const Groups &group, const DICOMData &file, const std::vector<size_t> &dimensions) {
  std::vector<std::vector<double>> result;
  const auto decimals = [&](const DICOMData &data, uint32_t tag) { return data.decimals(tag); };
  const DICOMData content = group(0x00209111);
  const auto either = [&](std::vector<double> own, std::vector<double> whole) { return own.empty() ? whole : own; };

  const auto indices = content.longs(0x00209157);
  std::vector<double> others;
  for (const size_t dimension : dimensions) {
    if (dimension < indices.size()) others.push_back(indices[dimension]);
  }
  result.push_back(others);

  std::vector<double> times;
  for (const uint32_t index : content.longs(0x00209128)) times.push_back(index);
  result.push_back(either(times, decimals(file, 0x00200100)));

  const DICOMData own = group(0x00189117);
  const DICOMData &diffusion = own.has(0x00189087) ? own : file;
  auto weighting = diffusion.doubles(0x00189087);
  const auto gradient = diffusion.first(0x00189076);
  for (const double part : (gradient.has(0x00189089) ? gradient : diffusion).doubles(0x00189089)) {
    weighting.push_back(part);
  }
  result.push_back(weighting);

  result.push_back(either(group(0x00189114).doubles(0x00189082), decimals(file, 0x00180081)));
  result.push_back(either(group(0x00189118).doubles(0x00209153), decimals(file, 0x00181060)));
  const DICOMData type = group(0x00189226).has(0x00089007) ? group(0x00189226) : group(0x00189329);
  result.push_back(letters(type.has(0x00089007) ? type.text(0x00089007) : file.text(0x00080008)));
  std::vector<double> segments;
  for (const uint16_t segment : group(0x0062000a).words(0x0062000b)) segments.push_back(segment);
  result.push_back(segments);
  std::vector<double> acquisitions;
  for (const uint16_t number : content.words(0x00209156)) acquisitions.push_back(number);
  result.push_back(either(acquisitions, decimals(file, 0x00200012)));
  result.push_back(either(seconds(content.text(0x00189074)), seconds(file.text(0x00080032))));
  return result;
}

void setGeometry(DICOMFrame &frame, const std::vector<double> &position, const std::vector<double> &orientation,
                 const std::vector<double> &spacing) {
  if (position.size() == 3) frame.position = Point{position[0], position[1], position[2]};
  // A position without directions is one in the plane of x and y, as GDCM has it.
  if (frame.position) frame.orientation = std::array<double, 6>{1, 0, 0, 0, 1, 0};
  if (orientation.size() == 6) {
    std::array<double, 6> directions;
    std::copy(orientation.begin(), orientation.end(), directions.begin());
    const bool isUsable = normalize(directions.data()) && normalize(directions.data() + 3);
    if (!isUsable) refuse("its orientation (0020,0037) has a direction of length 0; correct it");
    frame.orientation = directions;
  }
  if (spacing.size() == 2) frame.spacing = std::array<double, 2>{spacing[0], spacing[1]};
}

/// The distances between rows and columns by the first of the elements that tells them.
std::vector<double> pixelSpacing(const DICOMData &file) {
  for (const uint32_t tag : {0x00280030u, 0x00181164u, 0x00182010u}) {
    const auto spacing = file.decimals(tag);
    if (spacing.size() == 2) return spacing;
  }
  // The one region of an ultrasound picture, in centimetres.
  const auto regions = file.items(0x00186011);
  if (regions.size() != 1 || regions[0].word(0x00186024) != 3 || regions[0].word(0x00186026) != 3) return {};
  const auto x = regions[0].doubles(0x0018602c), y = regions[0].doubles(0x0018602e);
  if (x.empty() || y.empty()) return {};
  return {std::abs(y[0]) * 10, std::abs(x[0]) * 10};
}

Scaling scaling(const DICOMData &data) {
  return {data.decimal(0x00281053).value_or(1), data.decimal(0x00281052).value_or(0)};
}

}  // namespace

const std::vector<std::string> dicomKeys = {"dimensions", "time",       "diffusion", "echo",       "trigger",
                                            "image type", "segment",    "acquisition", "acquisition time"};

void DICOMFile::readFrames() {
  const DICOMData shared = data.first(0x52009229);
  const auto own = data.items(0x52009230);
  if (!own.empty() && own.size() < frames.size()) {
    refuse("its header tells " + std::to_string(frames.size()) + " frames and places " + std::to_string(own.size()) +
           " of them; export it again");
  }
  // Indices of the place tell no frames of one place apart.
  std::vector<size_t> dimensions;
  const auto indices = data.items(0x00209222);
  for (size_t index = 0; index < indices.size(); ++index) {
    const auto pointer = indices[index].words(0x00209165);
    if (pointer.size() < 2) continue;
    const uint32_t tag = uint32_t(pointer[0]) << 16 | pointer[1];
    const bool isPlace =
      tag == 0x00200032 || tag == 0x00209057 || tag == 0x00200037 || (tag >= 0x00209301 && tag <= 0x00209313);
    if (!isPlace) dimensions.push_back(index);
  }
  static const DICOMData none;
  const bool isEnhanced = !own.empty() || data.has(0x52009229);
  const Scaling dose{data.decimal(0x3004000e).value_or(1), 0};
  for (size_t index = 0; index < frames.size(); ++index) {
    DICOMFrame &frame = frames[index];
    const Groups group(own.empty() ? none : own[index], shared);
    frame.keys = keys(group, data, dimensions);
    const DICOMData values = group(0x00289145);
    frame.scaling = values.has(0x00281053) ? vernier::scaling(values)
      : data.has(0x3004000e)               ? dose
                                           : vernier::scaling(data);
    auto position = group(0x00209113).decimals(0x00200032), orientation = group(0x00209116).decimals(0x00200037);
    const DICOMData measures = group(0x00289110);
    auto spacing = measures.decimals(0x00280030);
    if (!sliceSpacing) sliceSpacing = measures.decimal(0x00180088);
    if (!sliceSpacing) sliceSpacing = measures.decimal(0x00180050);
    if (position.empty() && !isEnhanced) {
      // A picture of nuclear medicine tells it of its detector.
      const DICOMData detector = data.first(0x00540022);
      const DICOMData &teller = data.has(0x00200032) || !detector.has(0x00200032) ? data : detector;
      position = teller.decimals(0x00200032);
      orientation = teller.decimals(0x00200037);
    }
    if (orientation.empty()) orientation = data.decimals(0x00200037);
    if (spacing.empty()) spacing = pixelSpacing(data);
    setGeometry(frame, position, orientation, spacing);
  }
  if (!sliceSpacing) sliceSpacing = data.decimal(0x00180088);
  if (!sliceSpacing) sliceSpacing = data.decimal(0x00180050);
  if (sliceSpacing && !(std::abs(*sliceSpacing) > 0)) sliceSpacing.reset();
  if (frames.size() > 1 && own.empty()) placeFrames();
}

/// Places frames that are told in common alone: one above the other, or one after another in time.
void DICOMFile::placeFrames() {
  const DICOMFrame first = frames[0];
  const auto offsets = data.decimals(0x3004000c);
  const auto pointers = data.words(0x00280009);
  const auto slices = data.words(0x00540080);
  bool isInTime = false, hasSlices = false;
  for (size_t index = 0; index + 1 < pointers.size(); index += 2) {
    const uint32_t tag = uint32_t(pointers[index]) << 16 | pointers[index + 1];
    hasSlices = hasSlices || tag == 0x00540080;
    isInTime = isInTime || tag == 0x00181063 || tag == 0x00181065 || (tag >> 16 == 0x0054 && tag != 0x00540080);
  }
  const auto orientation = first.orientation.value_or(std::array<double, 6>{1, 0, 0, 0, 1, 0});
  const double *x = orientation.data(), *y = x + 3;
  const double normal[3] = {x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]};
  for (size_t index = 0; index < frames.size(); ++index) {
    double along = double(index) * sliceSpacing.value_or(1);
    if (offsets.size() == frames.size()) {
      along = offsets[index] - offsets[0];
    } else if (hasSlices && slices.size() == frames.size()) {
      along = (double(slices[index]) - 1) * sliceSpacing.value_or(1);
      // At one slice the frames follow one another in time.
      const auto same = std::count(slices.begin(), slices.begin() + static_cast<std::ptrdiff_t>(index), slices[index]);
      frames[index].keys[1] = {double(same)};
    } else if (isInTime) {
      along = 0;
      frames[index].keys[1] = {double(index)};
    }
    const Point origin = first.position.value_or(Point{0, 0, 0});
    frames[index].position =
      Point{origin[0] + along * normal[0], origin[1] + along * normal[1], origin[2] + along * normal[2]};
    frames[index].orientation = orientation;
  }
}

}  // namespace vernier
