#include "scanner/engine/byte_sources.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace whfb::engine {
namespace {

// Byte i is i modulo 251; fails at `fail_at`.
class Counting final : public ForwardSource {
 public:
  Counting(std::uint64_t size, std::uint64_t fail_at) : ForwardSource(size), fail_at_(fail_at) {}

 protected:
  Result<std::size_t> Produce(std::span<std::byte> into) override {
    const std::uint64_t end = std::min(size(), fail_at_);
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>({into.size(), end - at_, 1000}));
    if (count == 0 && at_ < size()) {
      return Error{.where = "test", .message = "broken"};
    }
    for (std::size_t i = 0; i < count; ++i) {
      into[i] = static_cast<std::byte>((at_ + i) % 251);
    }
    at_ += count;
    return count;
  }

 private:
  std::uint64_t fail_at_;
  std::uint64_t at_ = 0;
};

bool Fits(std::span<const std::byte> window, std::uint64_t offset) {
  for (std::size_t i = 0; i < window.size(); ++i) {
    if (window[i] != static_cast<std::byte>((offset + i) % 251)) {
      return false;
    }
  }
  return true;
}

TEST(ForwardSource, GivesEveryWindowOfAForwardWalkWithSmallStepsBack) {
  constexpr std::uint64_t kSize = 1'000'000;
  Counting source(kSize, kSize);
  std::uint64_t last = 0;
  for (std::uint64_t offset = 0; offset < kSize; offset += 777) {
    const std::uint64_t start = offset % 3 == 0 && last > 2000 ? last - 2000 : offset;
    auto window = source.Window(start, 5000);
    ASSERT_TRUE(window.has_value()) << offset;
    EXPECT_EQ(window->size(), std::min<std::uint64_t>(5000, kSize - start));
    EXPECT_TRUE(Fits(*window, start));
    last = offset;
  }
}

TEST(ForwardSource, SkipsFarAheadWithoutKeepingWhatItSkips) {
  Counting source(50'000'000, 50'000'000);
  auto window = source.Window(49'999'990, 100);
  ASSERT_TRUE(window.has_value());
  EXPECT_EQ(window->size(), 10U);
  EXPECT_TRUE(Fits(*window, 49'999'990));
}

TEST(ForwardSource, ReportsDamageForEachWindowThatReachesIt) {
  Counting source(10'000, 5'000);
  EXPECT_TRUE(source.Window(0, 5'000).has_value());
  EXPECT_FALSE(source.Window(1'000, 5'000).has_value());
  EXPECT_FALSE(source.Window(6'000, 10).has_value());
}

TEST(ForwardSource, RefusesToGoBackTooFarAndWindowsWithoutBound) {
  Counting source(1'000'000, 1'000'000);
  ASSERT_TRUE(source.Window(500'000, 10).has_value());
  EXPECT_FALSE(source.Window(0, 10).has_value());
  EXPECT_FALSE(source.Window(500'000, ForwardSource::kMaxWindow + 1).has_value());
}

TEST(PartSource, IsCutToWhatTheWholeHas) {
  Counting whole(100, 100);
  PartSource part(whole, 90, 50);
  EXPECT_EQ(part.size(), 10U);
  auto window = part.Window(5, 100);
  ASSERT_TRUE(window.has_value());
  EXPECT_EQ(window->size(), 5U);
  EXPECT_TRUE(Fits(*window, 95));
}

}  // namespace
}  // namespace whfb::engine
