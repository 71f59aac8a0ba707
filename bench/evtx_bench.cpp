// Decoding speed of event logs: flat (every field as UTF-8) and filtered (seven ids), against
// evtxexport of libevtx as a whole process in the same run.
//
//   evtx_bench [--megabytes N] [--shared FOLDER]
//
// Sparse logs flatter every reader, so the input is made of dense chunks: those of the .evtx files
// in FOLDER that are nearly full, or of the writer where there are none, one after the other
// behind one file header (chunks stand alone).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/evtx.h"
#include "samples/evtx_writer.h"

namespace {

namespace fs = std::filesystem;

using whfb::readers::kEvtxChunkBytes;
using whfb::readers::kEvtxHeaderBytes;

using Bytes = std::vector<std::byte>;

constexpr std::size_t kDense = 58'000;     // bytes of records in a chunk
constexpr std::size_t kExportChunks = 40;  // that evtxexport gets: it is slow
constexpr int kRounds = 5;                 // the best one counts: others share the machine
constexpr std::size_t kMega = 1'000'000;
constexpr std::array<std::uint32_t, 7> kIds = {306, 36, 39, 32, 309, 4624, 1};

struct Options {
  std::size_t megabytes = 40;
  fs::path shared{};
};

class FlatVisitor final : public whfb::readers::EvtxVisitor {
 public:
  explicit FlatVisitor(bool filtered) : filtered_(filtered) {}

  bool Wants(const whfb::readers::Event& head) override {
    ++records;
    return !filtered_ || std::ranges::find(kIds, head.id) != kIds.end();
  }

  void Visit(const whfb::readers::Event& event) override {
    for (const whfb::readers::EventField& field : event.fields) {
      text += field.value.size();
    }
  }

  void Damage(whfb::readers::Gap /*gap*/) override { ++damaged; }

  std::size_t records = 0;
  std::size_t text = 0;
  std::size_t damaged = 0;

 private:
  bool filtered_;
};

Bytes ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

bool IsDense(const std::byte* chunk) {
  unsigned free = 0;
  for (std::size_t i = 4; i > 0; --i) {
    free = free << 8U | std::to_integer<unsigned>(chunk[48 + i - 1]);
  }
  return std::string_view(reinterpret_cast<const char*>(chunk), 7) == "ElfChnk" && free >= kDense &&
         free <= kEvtxChunkBytes;
}

void AddChunks(const Bytes& log, Bytes& header, std::vector<Bytes>& chunks) {
  for (std::size_t at = kEvtxHeaderBytes; at + kEvtxChunkBytes <= log.size();
       at += kEvtxChunkBytes) {
    if (IsDense(log.data() + at)) {
      const auto first = log.begin() + static_cast<std::ptrdiff_t>(at);
      chunks.emplace_back(first, first + static_cast<std::ptrdiff_t>(kEvtxChunkBytes));
    }
  }
  if (header.empty()) {
    header.assign(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(kEvtxHeaderBytes));
  }
}

Bytes WrittenLog() {
  std::vector<whfb::samples::SampleEvent> events;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    events.push_back({.channel = "Microsoft-Windows-Bench/Operational",
                      .provider = "Microsoft-Windows-Bench",
                      .computer = "PC-0042.example.org",
                      .user_sid = "S-1-5-18",
                      .id = 300 + i % 10,
                      .time = whfb::kUnixEpochTicks + whfb::Ticks{i},
                      .fields = {{.name = "Message1", .text = std::string(120, 'm')},
                                 {.name = "Message2", .text = "S-1-12-1-1-2-3-4"}}});
  }
  const auto log = whfb::samples::WriteEvtx(events);
  return log ? *log : Bytes{};
}

Bytes DenseLog(const Options& options, std::size_t bytes) {
  Bytes header;
  std::vector<Bytes> chunks;
  AddChunks(WrittenLog(), header, chunks);
  if (!options.shared.empty() && fs::exists(options.shared)) {
    chunks.clear();
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(options.shared)) {
      if (entry.path().extension() == ".evtx") {
        AddChunks(ReadAll(entry.path()), header, chunks);
      }
    }
  }
  std::printf("%zu distinct dense chunks\n", chunks.size());
  Bytes log = header;
  for (std::size_t i = 0; !chunks.empty() && log.size() < bytes; ++i) {
    const Bytes& chunk = chunks[i % chunks.size()];
    log.insert(log.end(), chunk.begin(), chunk.end());
  }
  const std::size_t count = (log.size() - kEvtxHeaderBytes) / kEvtxChunkBytes;
  log[42] = static_cast<std::byte>(count & 0xffU);
  log[43] = static_cast<std::byte>(count >> 8U & 0xffU);
  return log;
}

// CPU seconds per byte of the best round.
double Measure(const char* name, const Bytes& log, bool filtered) {
  double best = 1e9;
  std::size_t records = 0;
  for (int round = 0; round < kRounds; ++round) {
    whfb::readers::MemorySource source(log);
    FlatVisitor visitor(filtered);
    const std::clock_t start = std::clock();
    (void)whfb::readers::WalkEvtx(source, "bench", visitor);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    best = std::min(best, seconds);
    records = visitor.records;
  }
  const auto size = static_cast<double>(log.size());
  std::printf("%-10s %7.0f MB per CPU second, %9.0f records/s (%zu records)\n", name,
              size / kMega / best, static_cast<double>(records) / best, records);
  return best / size;
}

// The shell's `times` tells the CPU time of its children; -1 when there is no evtxexport.
double ExportSecondsPerByte(const Options& options) {
  const Bytes log = DenseLog(options, kExportChunks * kEvtxChunkBytes);
  const fs::path folder = fs::temp_directory_path();
  const fs::path path = folder / "whfb_evtx_bench.evtx";
  const fs::path told = folder / "whfb_evtx_bench.times";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(log.data()), static_cast<std::streamsize>(log.size()));
  const std::string command =
      "bash -c 'ulimit -v 4000000; TIMEFORMAT=\"%U %S\"; time evtxexport -f xml " + path.string() +
      " > /dev/null 2>/dev/null' 2> " + told.string();
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): fixed arguments
  double user = 0;
  double system = 0;
  std::ifstream(told) >> user >> system;
  fs::remove(path);
  fs::remove(told);
  return status == 0 && user > 0 ? (user + system) / static_cast<double>(log.size()) : -1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--megabytes") {
      options.megabytes = std::stoul(arguments[i + 1]);
    } else if (arguments[i] == "--shared") {
      options.shared = arguments[i + 1];
    }
  }
  const Bytes log = DenseLog(options, options.megabytes * kMega);
  const double flat = Measure("flat", log, false);
  const double filtered = Measure("filtered", log, true);
  const double other = ExportSecondsPerByte(options);
  if (other < 0) {
    std::printf("evtxexport is not installed or failed\n");
    return 0;
  }
  std::printf("evtxexport %7.1f MB per CPU second; flat %.1fx, filtered %.1fx as fast\n",
              1 / other / kMega, other / flat, other / filtered);
  return 0;
}
