#include "tests/hive/library_walk.h"

#if defined(WHFB_HAS_LIBREGF)

#include <libregf.h>
#include <string>
#include <utility>

// libregf 20201007 does not free the key items of a hive it gives up on; that is no leak of ours.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that the sanitizer looks for
extern "C" const char* __lsan_default_suppressions();

extern "C" const char* __lsan_default_suppressions() {
  return "leak:libregf.so\n";
}

namespace whfb::test {

namespace {

using Name = std::vector<std::uint8_t>;

// Without the end that the library counts.
std::string Text(const Name& name) {
  return name.empty() ? std::string() : std::string(name.begin(), name.end() - 1);
}

std::string KeyName(libregf_key_t* key) {
  std::size_t size = 0;
  if (libregf_key_get_utf8_name_size(key, &size, nullptr) != 1 || size == 0) {
    return {};
  }
  Name name(size);
  return libregf_key_get_utf8_name(key, name.data(), size, nullptr) == 1 ? Text(name) : "";
}

std::string ValueName(libregf_value_t* value) {
  std::size_t size = 0;
  if (libregf_value_get_utf8_name_size(value, &size, nullptr) != 1 || size == 0) {
    return {};
  }
  Name name(size);
  return libregf_value_get_utf8_name(value, name.data(), size, nullptr) == 1 ? Text(name) : "";
}

SeenValue ValueOf(libregf_value_t* value) {
  SeenValue seen;
  libregf_value_get_value_type(value, &seen.type, nullptr);
  std::size_t size = 0;
  if (libregf_value_get_value_data_size(value, &size, nullptr) == 1 && size != 0) {
    seen.data.resize(size);
    seen.whole = libregf_value_get_value_data(
                     value, reinterpret_cast<std::uint8_t*>(seen.data.data()), size, nullptr) == 1;
  }
  return seen;
}

void Walk(libregf_key_t* key, const std::string& path, SeenHive& seen) {
  SeenKey own;
  std::uint64_t time = 0;
  libregf_key_get_last_written_time(key, &time, nullptr);
  own.last_written = static_cast<Ticks>(time);
  int count = 0;
  libregf_key_get_number_of_values(key, &count, nullptr);
  for (int i = 0; i < count; ++i) {
    libregf_value_t* value = nullptr;
    if (libregf_key_get_value(key, i, &value, nullptr) == 1) {
      own.values.emplace(ValueName(value), ValueOf(value));
      libregf_value_free(&value, nullptr);
    }
  }
  seen.emplace(path, std::move(own));
  count = 0;
  libregf_key_get_number_of_sub_keys(key, &count, nullptr);
  for (int i = 0; i < count; ++i) {
    libregf_key_t* below = nullptr;
    if (libregf_key_get_sub_key(key, i, &below, nullptr) == 1) {
      Walk(below, Below(path, KeyName(below)), seen);
      libregf_key_free(&below, nullptr);
    }
  }
}

}  // namespace

bool HasLibregf() {
  return true;
}

std::optional<SeenHive> WalkWithLibregf(const std::filesystem::path& hive) {
  std::optional<SeenHive> seen;
  libregf_file_t* file = nullptr;
  if (libregf_file_initialize(&file, nullptr) != 1) {
    return seen;
  }
  libregf_key_t* root = nullptr;
  if (libregf_file_open(file, hive.c_str(), LIBREGF_OPEN_READ, nullptr) == 1 &&
      libregf_file_get_root_key(file, &root, nullptr) == 1) {
    Walk(root, "", seen.emplace());
    libregf_key_free(&root, nullptr);
  }
  libregf_file_free(&file, nullptr);
  return seen;
}

}  // namespace whfb::test

#else

namespace whfb::test {

bool HasLibregf() {
  return false;
}

std::optional<SeenHive> WalkWithLibregf(const std::filesystem::path& /*hive*/) {
  return std::nullopt;
}

}  // namespace whfb::test

#endif
