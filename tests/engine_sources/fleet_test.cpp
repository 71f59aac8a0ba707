#include "scanner/engine/fleet.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace whfb::engine {

namespace {

constexpr std::size_t kCount = 1'000;
constexpr std::size_t kThreads = 4;

TEST(ForEachInOrderTest, HandsOverEachResultInOrder) {
  std::vector<std::size_t> seen;
  ForEachInOrder(
      kCount, kThreads, [](std::size_t i, std::size_t /*thread*/) { return i * i; },
      [&](std::size_t i, std::size_t result) {
        EXPECT_EQ(result, i * i);
        seen.push_back(i);
        return true;
      });
  ASSERT_EQ(seen.size(), kCount);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(ForEachInOrderTest, StartsFewItemsAfterTheConsumerStops) {
  std::atomic<std::size_t> started{0};
  ForEachInOrder(
      kCount, kThreads, [&](std::size_t i, std::size_t /*thread*/) { return started++, i; },
      [](std::size_t i, std::size_t /*result*/) { return i < 9; });
  EXPECT_LE(started, 10 + 4 * kThreads);
}

TEST(ForEachInOrderTest, ThrowsHereWhatAWorkerThrows) {
  const auto work = [](std::size_t i, std::size_t /*thread*/) {
    return i == 500 ? throw std::runtime_error("work") : i;
  };
  EXPECT_THROW(ForEachInOrder(kCount, kThreads, work,
                              [](std::size_t /*i*/, std::size_t /*result*/) { return true; }),
               std::runtime_error);
}

TEST(ForEachInOrderTest, EndsWhenTheConsumerThrows) {
  const auto consume = [](std::size_t i, std::size_t /*result*/) -> bool {
    return i == 5 ? throw std::runtime_error("consume") : true;
  };
  EXPECT_THROW(
      ForEachInOrder(
          kCount, kThreads, [](std::size_t i, std::size_t /*thread*/) { return i; }, consume),
      std::runtime_error);
}

}  // namespace

}  // namespace whfb::engine
