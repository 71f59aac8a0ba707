// ZIP: our directory walk over libdeflate beside libarchive, same bytes, one run, CRC verified by
// both. State the ratio: absolute figures move with the machine.
//
// 50 archives of 40 text entries (mean 5.3 KB), distinct seeds, in memory.

#include <archive.h>
#include <archive_entry.h>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/engine/zip_archive.h"
#include "tests/engine_sources/made_archives.h"

namespace whfb::engine {
namespace {

constexpr int kArchives = 50;
constexpr int kEntries = 40;
constexpr std::size_t kMeanBytes = 5'300;

// Text of registry exports: repeated words, changing numbers.
std::string SomeText(std::mt19937& random) {
  const std::size_t size = kMeanBytes / 2 + random() % kMeanBytes;
  std::string text;
  while (text.size() < size) {
    text += "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Vendor" + std::to_string(random() % 50) +
            "]\r\n\"Setting" + std::to_string(random()) +
            "\"=dword:" + std::to_string(random() % 100'000'000) + "\r\n";
  }
  return text;
}

const std::vector<std::vector<std::byte>>& Archives() {
  static const std::vector<std::vector<std::byte>> kMade = [] {
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same input every time
    std::vector<std::vector<std::byte>> made;
    for (int i = 0; i < kArchives; ++i) {
      std::vector<test::MadeEntry> entries;
      for (int e = 0; e < kEntries; ++e) {
        entries.push_back({.name = "(" + std::to_string(e) + ") RegistryKey HKLM_SOFTWARE_" +
                                   std::to_string(e) + " export.reg",
                           .data = SomeText(random)});
      }
      made.push_back(test::ToBytes(test::MakeZip(entries)));
    }
    return made;
  }();
  return kMade;
}

void Report(benchmark::State& state, std::int64_t entries, std::int64_t bytes) {
  state.SetItemsProcessed(entries);
  state.SetBytesProcessed(bytes);
}

void BM_ZipArchive(benchmark::State& state) {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
  std::vector<std::byte> data;
  for (auto _ : state) {
    for (const std::vector<std::byte>& zip : Archives()) {
      readers::MemorySource source(zip);
      Result<ZipArchive> archive = ZipArchive::Open(source, {});
      for (const ZipEntry& entry : archive->entries()) {
        if (!archive->Read(entry, data)) {
          state.SkipWithError("an entry could not be read");
          return;
        }
        ++entries;
        bytes += static_cast<std::int64_t>(data.size());
      }
    }
  }
  Report(state, entries, bytes);
}

void BM_LibArchive(benchmark::State& state) {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    for (const std::vector<std::byte>& zip : Archives()) {
      archive* const reader = archive_read_new();
      archive_read_support_format_zip_seekable(reader);
      archive_read_open_memory(reader, zip.data(), zip.size());
      archive_entry* entry = nullptr;
      while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
        const void* block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        while (archive_read_data_block(reader, &block, &size, &offset) == ARCHIVE_OK) {
          bytes += static_cast<std::int64_t>(size);
        }
        ++entries;
      }
      archive_read_free(reader);
    }
  }
  Report(state, entries, bytes);
}

BENCHMARK(BM_ZipArchive)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_LibArchive)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whfb::engine

BENCHMARK_MAIN();
