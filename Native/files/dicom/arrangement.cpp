// Which frames lie where. One rule for the frames of a file and for the files of a folder.
#include "file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

/// A position may lie off its place by this share of the distance between slices: scanners round, a missing slice
/// doubles one distance.
constexpr double placeTolerance = 0.1;
/// From this share on a person is told.
constexpr double toldUnevenness = 0.01;
/// Two directions are one where their cosines differ by less: files have five digits of them or so.
constexpr double directionTolerance = 1e-3;

std::string shown(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

double along(const Point &point, const double *direction) {
  return point[0] * direction[0] + point[1] * direction[1] + point[2] * direction[2];
}

using Frames = std::vector<const DICOMFrame *>;

/// Frames that lie at one place, for each place in their order along the normal.
std::vector<std::vector<size_t>> places(const Frames &frames, const double *normal) {
  std::vector<size_t> order(frames.size());
  std::iota(order.begin(), order.end(), size_t(0));
  const auto distance = [&](size_t frame) { return along(*frames[frame]->position, normal); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return distance(a) < distance(b); });
  std::vector<double> steps;
  for (size_t index = 1; index < order.size(); ++index) {
    steps.push_back(distance(order[index]) - distance(order[index - 1]));
  }
  // What is much less than the usual distance is none.
  std::vector<double> large;
  const double greatest = steps.empty() ? 0 : *std::max_element(steps.begin(), steps.end());
  std::copy_if(
    steps.begin(), steps.end(), std::back_inserter(large), [&](double step) { return step > 0.01 * greatest; });
  double least = 0;
  if (!large.empty()) {
    std::nth_element(large.begin(), large.begin() + static_cast<std::ptrdiff_t>(large.size() / 2), large.end());
    least = placeTolerance * large[large.size() / 2];
  }
  std::vector<std::vector<size_t>> result = {{order[0]}};
  for (size_t index = 1; index < order.size(); ++index) {
    if (steps[index - 1] > least) result.emplace_back();
    result.back().push_back(order[index]);
  }
  return result;
}

/// Where all places have equally many frames, in how many volumes they are; else says which are too many or too few.
size_t volumeCount(const std::vector<std::vector<size_t>> &places, const std::vector<std::string> &names) {
  std::map<size_t, size_t> counts;
  for (const auto &place : places) ++counts[place.size()];
  if (counts.size() == 1) return places[0].size();
  const auto usual =
    std::max_element(counts.begin(), counts.end(), [](auto a, auto b) { return a.second < b.second; })->first;
  for (size_t index = 0; index < places.size(); ++index) {
    const auto &place = places[index];
    if (place.size() == usual) continue;
    if (usual == 1) {
      refuse(names[place[0]] + " and " + names[place[1]] + " share a position; keep one of them");
    }
    const std::string found = "place " + std::to_string(index + 1) + " along the slices has " +
      std::to_string(place.size()) + " frames, most have " + std::to_string(usual);
    refuse(found + (place.size() < usual ? ": one is missing, look for it" : ": one is there twice, take it away") +
      " (near " + names[place[0]] + ")");
  }
  return usual;
}

/// The keys that have the same values at all places, and more than one.
std::vector<size_t> usefulKeys(const Frames &frames, const std::vector<std::vector<size_t>> &places) {
  std::vector<size_t> result;
  for (size_t key = 0; key < dicomKeys.size(); ++key) {
    const auto values = [&](const std::vector<size_t> &place) {
      std::vector<std::vector<double>> found;
      for (const size_t frame : place) found.push_back(frames[frame]->keys[key]);
      std::sort(found.begin(), found.end());
      return found;
    };
    const auto first = values(places[0]);
    const bool isVaried = first.front() != first.back();
    const bool isCommon =
      std::all_of(places.begin(), places.end(), [&](const auto &place) { return values(place) == first; });
    if (isVaried && isCommon) result.push_back(key);
  }
  return result;
}

/// Sorts the frames of each place by what tells them apart.
void sortPlaces(const Frames &frames, std::vector<std::vector<size_t>> &places, const std::vector<std::string> &names) {
  const auto useful = usefulKeys(frames, places);
  // The time of acquisition alone may differ from slice to slice.
  const size_t clock = dicomKeys.size() - 1;
  const auto key = [&](size_t frame, bool isByClock) {
    std::vector<std::vector<double>> result;
    if (isByClock) return std::vector<std::vector<double>>{frames[frame]->keys[clock]};
    for (const size_t index : useful) result.push_back(frames[frame]->keys[index]);
    return result;
  };
  const auto sort = [&](bool isByClock) {
    for (auto &place : places) {
      std::stable_sort(
        place.begin(), place.end(), [&](size_t a, size_t b) { return key(a, isByClock) < key(b, isByClock); });
      for (size_t index = 1; index < place.size(); ++index) {
        if (key(place[index], isByClock) == key(place[index - 1], isByClock)) return false;
      }
    }
    return true;
  };
  if ((!useful.empty() && sort(false)) || sort(true)) return;
  refuse(names[places[0][0]] + " and " + names[places[0][1]] +
         " share a position, and nothing that is known tells them apart; keep one of them, or export one stack");
}

/// Where the frames lie, from the mean place of each slice.
void setGrid(DICOMArrangement &arrangement, const Frames &frames, const std::vector<std::string> &names,
             const double *orientation, const double *normal, double sliceSpacing) {
  const auto &slices = arrangement.volumes[0];
  const size_t count = slices.size();
  const Point first = *frames[slices.front()]->position, last = *frames[slices.back()]->position;
  double step[3] = {normal[0], normal[1], normal[2]};
  double length = sliceSpacing;
  if (count > 1) {
    for (int row = 0; row < 3; ++row) step[row] = (last[size_t(row)] - first[size_t(row)]) / double(count - 1);
    length = std::sqrt(step[0] * step[0] + step[1] * step[1] + step[2] * step[2]);
    for (double &part : step) part /= length;
  }
  std::vector<double> steps;
  for (size_t index = 1; index < count; ++index) {
    const Point &here = *frames[slices[index]]->position, &before = *frames[slices[index - 1]]->position;
    steps.push_back(along(here, normal) - along(before, normal));
  }
  std::vector<double> sorted = steps;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted.empty() ? 0 : sorted[(sorted.size() - 1) / 2];
  double worst = 0;
  for (size_t index = 0; index < count; ++index) {
    const Point &here = *frames[slices[index]]->position;
    double squares = 0;
    for (size_t row = 0; row < 3; ++row) {
      const double off = here[row] - first[row] - step[row] * length * double(index);
      squares += off * off;
    }
    worst = std::max(worst, std::sqrt(squares));
    if (index == 0 || std::abs(steps[index - 1] - usual) <= placeTolerance * usual) continue;
    const double share = steps[index - 1] / usual;
    const bool isMissing = share > 1.5 && std::abs(share - std::round(share)) < 2 * placeTolerance;
    refuse(names[slices[index - 1]] + " and " + names[slices[index]] + " are " + shown(steps[index - 1]) +
           " mm apart, most " + shown(usual) + " mm" +
           (isMissing ? ": a slice between them is missing; find it, or export all again"
                      : "; resample it to even distances"));
  }
  if (worst > placeTolerance * length) {
    refuse("its slices lie up to " + shown(worst) + " mm off even distances of " + shown(length) +
           " mm; resample it to even distances");
  }
  if (worst > toldUnevenness * length) {
    arrangement.remarks +=
      "its slices lie up to " + shown(worst) + " mm off even distances; the mean of " + shown(length) + " mm is used\n";
  }
  arrangement.origin = first;
  arrangement.sliceSpacing = length;
  for (size_t row = 0; row < 3; ++row) {
    arrangement.direction[3 * row] = orientation[row];
    arrangement.direction[3 * row + 1] = orientation[3 + row];
    arrangement.direction[3 * row + 2] = step[row];
  }
}

}  // namespace

DICOMArrangement arrange(const Frames &frames, const std::vector<std::string> &names, double sliceSpacing) {
  DICOMArrangement result;
  const auto isPlaced = [](const DICOMFrame *frame) { return frame->position && frame->orientation; };
  if (std::none_of(frames.begin(), frames.end(), isPlaced)) {
    // Without places frames and files are in their own order.
    result.volumes.emplace_back(frames.size());
    std::iota(result.volumes[0].begin(), result.volumes[0].end(), size_t(0));
    result.sliceSpacing = sliceSpacing;
    if (frames.size() > 1) result.remarks += "its slices tell no positions; they are taken in their order\n";
    return result;
  }
  for (size_t index = 0; index < frames.size(); ++index) {
    if (!isPlaced(frames[index])) refuse(names[index] + " tells no position, others do; take it away or correct it");
  }
  const double *orientation = frames[0]->orientation->data();
  for (size_t index = 1; index < frames.size(); ++index) {
    for (size_t element = 0; element < 6; ++element) {
      if (std::abs((*frames[index]->orientation)[element] - orientation[element]) <= directionTolerance) continue;
      refuse(names[index] + " lies in another direction than " + names[0] + "; keep slices of one direction, or export one stack");
    }
  }
  const double *x = orientation, *y = orientation + 3;
  double normal[3] = {x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]};
  const double length = std::sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
  if (!(length > 1e-3)) refuse("its rows and columns have one direction (0020,0037); correct it");
  for (double &part : normal) part /= length;

  auto sorted = places(frames, normal);
  const size_t count = volumeCount(sorted, names);
  if (count > 1) sortPlaces(frames, sorted, names);
  result.volumes.resize(count);
  for (const auto &place : sorted) {
    for (size_t volume = 0; volume < count; ++volume) result.volumes[volume].push_back(place[volume]);
  }
  setGrid(result, frames, names, orientation, normal, sliceSpacing);
  return result;
}

}  // namespace vernier
