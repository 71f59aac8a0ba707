// Replays seeds, truncations and seeded mutations of them: the fuzz targets as ordinary tests,
// for compilers without libFuzzer. Deterministic.
//
//   WHFB_READER=evtx fuzz_reader [--mutations N] [--rss-mib N] SEED...

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kMaxSeedBytes = 256 * 1024;  // larger seeds are cut: they only cost time
constexpr std::size_t kTruncations = 200;          // of each seed
constexpr std::uint32_t kRandomSeed = 20'181'227;  // any fixed number

struct Options {
  std::size_t mutations = 500;
  std::size_t rss_mib = 512;
  std::vector<std::string> seeds{};
};

Options Parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument != "--mutations" && argument != "--rss-mib") {
      options.seeds.push_back(argument);
    } else if (i + 1 < arguments.size()) {
      std::size_t& number = argument == "--mutations" ? options.mutations : options.rss_mib;
      const std::string& text = arguments[++i];
      std::from_chars(text.data(), text.data() + text.size(), number);
    }
  }
  return options;
}

Input Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Input input{std::istreambuf_iterator<char>(file), {}};
  input.resize(std::min(input.size(), kMaxSeedBytes));
  return input;
}

void Run(const Input& input) {
  // A copy of exact size, so that a sanitizer sees a read beyond its end.
  const Input exact(input.begin(), input.end());
  (void)LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void Truncate(const Input& seed) {
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kTruncations);
  for (std::size_t size = 0; size < seed.size(); size += step) {
    Run({seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(size)});
  }
}

Input Mutate(Input input, std::mt19937& random) {
  if (input.empty()) {
    return input;
  }
  const std::size_t changes = 1 + random() % 16;
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = random() % input.size();
    const std::size_t length = std::min<std::size_t>(1 + random() % 8, input.size() - at);
    const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 4) {
      case 0:
        input[at] = static_cast<std::uint8_t>(random());
        break;
      case 1:
        std::fill_n(place, length, static_cast<std::uint8_t>(random() % 2 == 0 ? 0 : 0xff));
        break;
      case 2:
        std::rotate(place, place + static_cast<std::ptrdiff_t>(length / 2),
                    place + static_cast<std::ptrdiff_t>(length));
        break;
      default:
        input[at] = static_cast<std::uint8_t>(input[at] ^ (1U << random() % 8));
        break;
    }
  }
  if (random() % 10 == 0) {
    input.resize(random() % input.size());
  }
  return input;
}

// Peak resident memory where the system shows it, else 0.
std::size_t PeakMib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    constexpr std::string_view kPeak = "VmHWM:";
    if (line.starts_with(kPeak)) {
      const std::size_t digit = line.find_first_of("0123456789");
      std::size_t kib = 0;
      std::from_chars(line.data() + digit, line.data() + line.size(), kib);
      return kib / 1024;
    }
  }
  return 0;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCheckMemory = false;  // shadow memory and quarantine count as ours
#else
constexpr bool kCheckMemory = true;
#endif

}  // namespace

int main(int argc, char** argv) {
  const Options options = Parse({argv + 1, argv + argc});
  std::mt19937 random(kRandomSeed);
  std::vector<Input> seeds = {{}};
  for (const std::string& path : options.seeds) {
    if (!std::filesystem::is_regular_file(path)) {
      std::printf("%s: no such seed\n", path.c_str());
      return 1;
    }
    seeds.push_back(Read(path));
  }
  if (options.seeds.empty()) {
    std::printf("no seed: mutations of nothing find nothing\n");
    return 1;
  }
  for (const Input& seed : seeds) {
    Run(seed);
    Truncate(seed);
  }
  for (std::size_t i = 0; i < options.mutations; ++i) {
    Run(Mutate(seeds[random() % seeds.size()], random));
  }
  const std::size_t peak = PeakMib();
  std::printf("%zu seeds, %zu mutations, peak %zu MiB\n", seeds.size() - 1, options.mutations,
              peak);
  if (kCheckMemory && peak > options.rss_mib) {
    std::printf("more memory than %zu MiB\n", options.rss_mib);
    return 1;
  }
  return 0;
}
