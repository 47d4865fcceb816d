#include "axes_of.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

namespace vernier::tiff {

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

bool begins(const std::string &text, const char *start) { return text.rfind(start, 0) == 0; }

std::string sizeText(const Page &page) { return std::to_string(page.width) + "×" + std::to_string(page.height); }

void remark(Axes &axes, const std::string &line) { axes.remarks += (axes.remarks.empty() ? "" : "\n") + line; }

void setSlices(Axes &axes, const std::vector<int64_t> &pages) {
  axes.channels = axes.frames = 1;
  axes.slices = int64_t(pages.size());
  axes.planes = pages;
}

std::vector<int64_t> numbers(int64_t count) {
  std::vector<int64_t> result(static_cast<size_t>(count));
  for (size_t index = 0; index < result.size(); ++index) result[index] = int64_t(index);
  return result;
}

int64_t product(std::initializer_list<int64_t> counts) {
  int64_t result = 1;
  for (const int64_t count : counts) {
    if (count < 1 || __builtin_mul_overflow(result, count, &result) || result > int64_t(1) << 40) return 0;
  }
  return result;
}

namespace {

/// Whether a page shows all of another one with fewer pixels, up to rounding.
bool isSmallerCopy(const Page &page, const Page &base) {
  const double off = double(page.width) * double(base.height) - double(page.height) * double(base.width);
  return page.width < base.width && page.height <= base.height && std::abs(off) <= double(base.width + base.height);
}

/// The smaller copies among pages, level by level, where there are as many of each size as the image has pages.
std::vector<std::vector<int64_t>> chainLevels(
  const std::vector<Page> &pages, const std::vector<int64_t> &candidates, const Page &base, size_t count) {
  std::map<int64_t, std::vector<int64_t>, std::greater<int64_t>> bySize;
  for (const int64_t number : candidates) {
    const Page &page = pages[size_t(number)];
    const bool isAlike = page.bits == base.bits && page.samples == base.samples && page.format == base.format;
    if (isAlike && isSmallerCopy(page, base) && page.isTiled == base.isTiled) bySize[page.width].push_back(number);
  }
  std::vector<std::vector<int64_t>> levels;
  for (const auto &level : bySize) {
    if (level.second.size() == count) levels.push_back(level.second);
  }
  return levels;
}

/// What a file of pages holds that says nothing of its axes: slices, with smaller copies of them aside.
void setPages(File &file, const std::string &description, Axes &axes) {
  std::vector<Page> pages;
  for (const uint64_t offset : file.directories()) pages.push_back(file.page(offset));
  const auto isWhole = [](const Page &page) { return !page.isCopy() && !page.isMask(); };
  const auto first = std::find_if(pages.begin(), pages.end(), isWhole);
  axes.base = first == pages.end() ? pages.front() : *first;

  std::vector<int64_t> whole, copies, others;
  for (size_t index = 0; index < pages.size(); ++index) {
    const Page &page = pages[index];
    if (page.hasSize(axes.base) && page.isLike(axes.base) && (isWhole(page) || first == pages.end())) {
      whole.push_back(int64_t(index));
    } else if (page.isMask()) {
      continue;
    } else if (page.isCopy() || (page.isTiled && isSmallerCopy(page, axes.base))) {
      copies.push_back(int64_t(index));
    } else {
      others.push_back(int64_t(index));
    }
  }
  file.page(axes.base.offset);
  const auto block = file.bytes(34412);
  if (!setLSM(block, whole, axes)) setSlices(axes, whole);
  if (description.find("PerkinElmer-QPI") != std::string::npos) std::swap(axes.channels, axes.slices);
  axes.chainLevels = chainLevels(pages, copies, axes.base, axes.planes.size());
  // Copies that make no levels are thumbnails where they are marked; so are Aperio's label and macro pictures.
  const bool isAperio = begins(description, "Aperio");
  std::set<int64_t> used;
  for (const auto &level : axes.chainLevels) used.insert(level.begin(), level.end());
  for (const int64_t copy : copies) {
    if (used.count(copy) == 0 && !pages[size_t(copy)].isCopy()) others.push_back(copy);
  }
  if (others.empty() || isAperio || !axes.problem.empty()) return;
  const size_t other = size_t(*std::min_element(others.begin(), others.end()));
  const size_t mine = size_t(whole.front());
  const bool isOfSize = !pages[other].hasSize(axes.base);
  axes.problem = std::string("its pages differ in ") + (isOfSize ? "size" : "kind") + ": [" + std::to_string(mine) +
                 "] is " + sizeText(axes.base) + ", [" + std::to_string(other) + "] " +
                 (isOfSize ? sizeText(pages[other]) : "has other samples") + "; choose a page by its number";
}

}  // namespace

Axes findAxes(File &file, const std::string &name) {
  Axes axes;
  axes.base = file.page(file.directories().front());
  const std::string description = trimmed(file.text(TIFFTAG_IMAGEDESCRIPTION));
  uint32_t depth = 1;
  if (TIFFGetField(file.raw(), TIFFTAG_IMAGEDEPTH, &depth) && depth > 1) {
    throw Failure(VERNIER_UNSUPPORTED, "its pages hold volumes (ImageDepth); save it with a page for each slice");
  }
  const char *version = nullptr;
  if (TIFFGetField(file.raw(), TIFFTAG_DNGVERSION, &version)) {
    axes.problem = "it is a camera's raw picture (DNG); develop it and save it as TIFF";
  }
  bool isKnown = false;
  if (isOME(description)) {
    try {
      setOME(file, description, name, axes);
      isKnown = true;
    } catch (const Failure &) {
      throw;
    } catch (const std::exception &error) {
      remark(axes, std::string("its OME-XML cannot be used (") + error.what() + "); its pages are read as they are");
    }
  } else if (begins(description, "ImageJ=")) {
    setImageJ(file, description, axes);
    isKnown = true;
  } else if (begins(description, "{") && description.find("\"shape\"") != std::string::npos) {
    isKnown = setShaped(file, description, axes);
  }
  if (!isKnown && !setMetaMorph(file, axes)) setPages(file, description, axes);
  return axes;
}

}  // namespace vernier::tiff
