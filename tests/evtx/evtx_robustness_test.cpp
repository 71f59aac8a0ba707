#include <cstdint>
#include <random>

#include <gtest/gtest.h>

#include "tests/evtx/evtx_files.h"

namespace whfb::readers {
namespace {

// A file header and one chunk of a real log, small enough to be read thousands of times.
std::vector<std::byte> OneChunk(const std::filesystem::path& path) {
  std::vector<std::byte> bytes = ReadBytes(path);
  bytes.resize(std::min(bytes.size(), kEvtxHeaderBytes + kEvtxChunkBytes));
  return bytes;
}

std::size_t Walk(const std::vector<std::byte>& bytes) {
  MemorySource source(bytes);
  KeepingVisitor visitor;
  (void)WalkEvtx(source, "log", visitor);
  return visitor.events.size();
}

TEST(EvtxRobustnessTest, SurvivesEveryTruncation) {
  const auto logs = SharedLogs();
  if (logs.empty()) {
    GTEST_SKIP() << "no shared data";
  }
  std::vector<std::byte> bytes = OneChunk(logs.front());
  const std::size_t whole = Walk(bytes);
  EXPECT_GT(whole, 0U);
  for (std::size_t size = bytes.size(); size > 0; size -= std::min<std::size_t>(size, 127)) {
    bytes.resize(size);
    EXPECT_LE(Walk(bytes), whole);
  }
}

TEST(EvtxRobustnessTest, SurvivesMutations) {
  const auto logs = SharedLogs();
  if (logs.empty()) {
    GTEST_SKIP() << "no shared data";
  }
  std::vector<std::vector<std::byte>> seeds;
  for (const auto& path : logs) {
    seeds.push_back(OneChunk(path));
  }
  std::mt19937 random(20181227);  // any fixed seed
  std::size_t events = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::byte> bytes = seeds[random() % seeds.size()];
    const std::size_t changes = 1 + random() % 40;
    for (std::size_t i = 0; i < changes; ++i) {
      // Most of them where chunks have content.
      bytes[kEvtxHeaderBytes + random() % (bytes.size() - kEvtxHeaderBytes)] =
          static_cast<std::byte>(random() % 256);
    }
    events += Walk(bytes);
  }
  EXPECT_GT(events, 2000U) << "mutations must not make every record unreadable";
}

}  // namespace
}  // namespace whfb::readers
