/// What the parts of the plug-in share: identifiers of HDF5 that close themselves, and its errors as exceptions.
#pragma once

#include "vernier_transforms.h"

#include <hdf5.h>

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

/// The transforms with the memory of their names and numbers.
struct vernier_transform_list {
  std::vector<vernier_transform> items;
  std::deque<std::string> types;
  std::deque<std::vector<double>> numbers;
};

namespace vernier {

/// A failure with the status that the caller is told.
class Failure : public std::runtime_error {
public:
  Failure(int32_t status, const std::string &message) : std::runtime_error(message), status(status) {}
  const int32_t status;
};

/// What HDF5 says of the last failure on this thread, innermost first; throws it.
[[noreturn]] void fail();

/// An identifier, closed at the end of its life.
class Handle {
public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id(id), close(close) {
    if (id < 0) fail();
  }
  ~Handle() { close(id); }
  Handle(const Handle &) = delete;
  Handle &operator=(const Handle &) = delete;
  operator hid_t() const { return id; }

private:
  const hid_t id;
  herr_t (*const close)(hid_t);
};

/// Throws where a call of HDF5 failed; gives its answer else.
template <typename Answer>
Answer checked(Answer answer) {
  if (answer < 0) fail();
  return answer;
}


void readTransforms(const char *path, vernier_transform_list &list);
void writeTransforms(const char *path, const vernier_transform *items, int64_t count);

}  // namespace vernier
