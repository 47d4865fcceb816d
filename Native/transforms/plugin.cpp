#include "hdf5.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>

#define VERNIER_QUOTED(text) #text
#define VERNIER_TEXT(text) VERNIER_QUOTED(text)

namespace vernier {

void fail() {
  std::string text;
  // The walk upward begins with the innermost call.
  const auto take = [](unsigned, const H5E_error2_t *error, void *text) -> herr_t {
    auto &found = *static_cast<std::string *>(text);
    if (found.empty() && error->desc) found = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &text);
  throw Failure(VERNIER_TRANSFORMS_FAILED, text.empty() ? "HDF5 gives no reason" : text);
}

}  // namespace vernier

namespace {

/// HDF5 need not be built for several threads.
std::mutex turn;

/// While it lives, HDF5 prints no errors; then it does what it did.
class Quiet {
public:
  Quiet() {
    H5Eget_auto2(H5E_DEFAULT, &print, &data);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Quiet() { H5Eset_auto2(H5E_DEFAULT, print, data); }
  Quiet(const Quiet &) = delete;
  Quiet &operator=(const Quiet &) = delete;

private:
  H5E_auto2_t print = nullptr;
  void *data = nullptr;
};

/// One line of at most `capacity` − 1 bytes.
void report(std::string text, char *message, size_t capacity) {
  if (capacity == 0) return;
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 32; }, ' ');
  const size_t count = std::min(text.size(), capacity - 1);
  std::memcpy(message, text.data(), count);
  message[count] = 0;
}

std::string version(unsigned major, unsigned minor, unsigned release) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

/// HDF5 ends the process where its version is not that of the headers, unless it is asked before.
void checkVersion() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  if (major == H5_VERS_MAJOR && minor == H5_VERS_MINOR && release == H5_VERS_RELEASE) return;
  throw vernier::Failure(
    VERNIER_TRANSFORMS_WRONG_VERSION, "the plug-in was built for HDF5 " + version(H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE) +
                                 " and " + version(major, minor, release) + " is there; `make build` builds it anew");
}

/// Runs `body`; whatever it throws becomes a status and a line of text.
template <typename Body>
int32_t guarded(char *message, size_t capacity, Body body) noexcept {
  try {
    const std::lock_guard lock(turn);
    try {
      checkVersion();
      const Quiet quiet;
      body();
      return VERNIER_TRANSFORMS_OK;
    } catch (const vernier::Failure &failure) {
      report(failure.what(), message, capacity);
      return failure.status;
    } catch (const std::bad_alloc &) {
      report("not enough memory", message, capacity);
    } catch (const std::exception &error) {
      report(error.what(), message, capacity);
    }
  } catch (...) {
    if (capacity > 0) message[0] = 0;
  }
  return VERNIER_TRANSFORMS_FAILED;
}

int32_t read(const char *path, vernier_transform_list **list, char *message, size_t capacity) {
  *list = nullptr;
  return guarded(message, capacity, [&] {
    auto found = std::make_unique<vernier_transform_list>();
    vernier::readTransforms(path, *found);
    *list = found.release();
  });
}

const vernier_transform *items(const vernier_transform_list *list, int64_t *count) {
  *count = static_cast<int64_t>(list->items.size());
  return list->items.data();
}

void release(vernier_transform_list *list) { delete list; }

int32_t write(const char *path, const vernier_transform *items, int64_t count, char *message, size_t capacity) {
  return guarded(message, capacity, [&] { vernier::writeTransforms(path, items, count); });
}

void configureProcess() { H5dont_atexit(); }

constexpr const char *library =
  "HDF5 " VERNIER_TEXT(H5_VERS_MAJOR) "." VERNIER_TEXT(H5_VERS_MINOR) "." VERNIER_TEXT(H5_VERS_RELEASE);

}  // namespace

extern "C" __attribute__((visibility("default"))) const vernier_transforms_table *vernier_transforms(void) {
  static const vernier_transforms_table table = {VERNIER_TRANSFORMS_ABI, library, read, items, release, write,
                                                  configureProcess};
  return &table;
}
