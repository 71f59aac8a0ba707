// `.reg` text: reading a large export beside merely converting the same bytes with iconv, in one
// run. State the ratio: absolute figures move with the machine.
//
// UTF-16LE as regedit writes it; 60,000 keys that nobody asks about, as in an export of a hive.

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <iconv.h>
#include <span>
#include <string>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

extern const ReaderSpec kRegTextReader;

namespace {

constexpr int kKeys = 60'000;

// In UTF-16LE with its mark.
const std::string& Export() {
  static const std::string kMade = [] {
    std::string text = "Windows Registry Editor Version 5.00\r\n\r\n";
    for (int key = 0; key < kKeys; ++key) {
      text += "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\CLSID\\{00000000-0000-0000-0000-" +
              std::to_string(100'000'000'000 + key) +
              "}\\InprocServer32]\r\n@=\"C:\\\\Windows\\\\System32\\\\some.dll\"\r\n"
              "\"ThreadingModel\"=\"Apartment\"\r\n\"Flags\"=dword:00000001\r\n"
              "\"Data\"=hex:01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,\\\r\n"
              "  16,17,18,19\r\n\r\n";
    }
    std::string wide = "\xFF\xFE";
    for (const char letter : text) {
      wide += letter;
      wide += '\0';
    }
    return wide;
  }();
  return kMade;
}

void BM_RegText(benchmark::State& state) {
  const std::string& text = Export();
  for ([[maybe_unused]] const auto& _ : state) {
    TextPool pool;
    Records records(pool);
    RecordSink sink{.records = records};
    const Status status = kRegTextReader.read(
        {.number = 1, .path = "export.reg", .bytes = std::as_bytes(std::span(text))}, sink);
    if (!status || sink.record_count < kKeys) {
      state.SkipWithError("the export was not read");
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void BM_Iconv(benchmark::State& state) {
  const std::string& text = Export();
  std::vector<char> out(text.size() * 2);
  for ([[maybe_unused]] const auto& _ : state) {
    const iconv_t converter = iconv_open("UTF-8", "UTF-16");
    std::string copy = text;
    char* from = copy.data();
    char* to = out.data();
    std::size_t from_left = copy.size();
    std::size_t to_left = out.size();
    if (iconv(converter, &from, &from_left, &to, &to_left) != 0) {
      state.SkipWithError("iconv did not convert");
    }
    iconv_close(converter);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(BM_RegText)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Iconv)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whfb::readers

BENCHMARK_MAIN();
