// A hive in which one thing is then spoilt.

#ifndef WHFB_TESTS_HIVE_HIVE_VICTIM_H_
#define WHFB_TESTS_HIVE_HIVE_VICTIM_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {

// An HKLM\SOFTWARE with a policy.
inline samples::HiveSample SoftwareSample() {
  samples::HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  sample.root.At("Policies\\Microsoft\\SystemCertificates\\CA").Text("Name", "a longer text");
  return sample;
}

class Victim {
 public:
  static constexpr std::size_t kHeader = 4096;

  Victim() : Victim(SoftwareSample()) {}

  explicit Victim(const samples::HiveSample& sample) : bytes_(WriteHive(sample)) {}

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

  // The cell of the first key, or value, with this ASCII name.
  [[nodiscard]] std::uint32_t Key(std::string_view name) const { return Named(name, "nk", 76); }

  [[nodiscard]] std::uint32_t Value(std::string_view name) const { return Named(name, "vk", 20); }

  // Numbers in the content of a cell.
  template <typename T>
  [[nodiscard]] T Get(std::uint32_t cell, std::size_t at) const {
    T value{};
    std::memcpy(&value, bytes_.data() + kHeader + cell + 4 + at, sizeof(T));
    return value;
  }

  template <typename T>
  void Set(std::uint32_t cell, std::size_t at, T value) {
    std::memcpy(bytes_.data() + kHeader + cell + 4 + at, &value, sizeof(T));
  }

  void SetSize(std::uint32_t cell, std::int32_t size) {
    std::memcpy(bytes_.data() + kHeader + cell, &size, sizeof(size));
  }

  [[nodiscard]] std::uint32_t SubkeyList(std::string_view key) const {
    return Get<std::uint32_t>(Key(key), 28);
  }

 private:
  [[nodiscard]] std::uint32_t Named(std::string_view name,
                                    std::string_view signature,
                                    std::size_t name_at) const {
    const std::string_view all(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
    for (std::size_t at = all.find(name); at != std::string_view::npos;
         at = all.find(name, at + 1)) {
      if (all.substr(at - name_at, 2) == signature) {
        return static_cast<std::uint32_t>(at - name_at - 4 - kHeader);
      }
    }
    ADD_FAILURE() << "no " << signature << " called " << name;
    return 0;
  }

  Bytes bytes_;
};

// The message of the one gap, without the number of the cell; its place must be that cell.
inline void ExpectGap(const Reading& reading,
                      std::uint32_t cell,
                      std::string_view what,
                      WhyUnknown why) {
  ASSERT_FALSE(reading.sink.gaps.empty());
  const readers::Gap& gap = reading.sink.gaps.front();
  EXPECT_EQ(gap.place, Victim::kHeader + cell);
  EXPECT_NE(gap.message.find(what), std::string::npos) << gap.message;
  EXPECT_EQ(gap.why, why);
}

}  // namespace whfb::test

#endif  // WHFB_TESTS_HIVE_HIVE_VICTIM_H_
