/// The kinds of files whose axes `findAxes` knows, and what they share.
#pragma once

#include "axes.h"

#include <initializer_list>

namespace vernier::tiff {

/// By ImageJ's description.
void setImageJ(File &file, const std::string &description, Axes &axes);

/// By OME-XML. Throws `std::runtime_error` with the reason where the document does not fit the file.
void setOME(File &file, const std::string &description, const std::string &name, Axes &axes);

/// By the shape of an array, as tifffile writes it; returns whether the pages have it.
bool setShaped(File &file, const std::string &description, Axes &axes);

/// By the block of Zeiss' LSM, for pages that are no thumbnails; returns whether they fit.
bool setLSM(const std::vector<unsigned char> &block, const std::vector<int64_t> &pages, Axes &axes);

/// By the number of planes in MetaMorph's stacks; returns whether it is one.
bool setMetaMorph(const File &file, Axes &axes);

/// The pages one after another, as slices.
void setSlices(Axes &axes, const std::vector<int64_t> &pages);

/// 0, 1, 2 and on, so many.
std::vector<int64_t> numbers(int64_t count);

/// A product of counts; 0 where one is not positive or it is beyond what a file can hold.
int64_t product(std::initializer_list<int64_t> counts);

/// Adds a line to what a person should know.
void remark(Axes &axes, const std::string &line);

std::string trimmed(const std::string &text);
bool begins(const std::string &text, const char *start);

/// The size of a page in words.
std::string sizeText(const Page &page);

}  // namespace vernier::tiff
