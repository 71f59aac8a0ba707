// make_samples OUT [KEYS]: writes the sample fleet. The same bytes on every run.

#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_files.h"
#include "samples/contoso_host.h"

namespace {

namespace fs = std::filesystem;

void Write(const fs::path& folder, const whfb::samples::Files& files) {
  for (const auto& [name, content] : files) {
    const fs::path path = folder / name;
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

void Make(const fs::path& out, const std::string& keys) {
  const whfb::samples::ContosoPki pki = whfb::samples::MakePki(keys);
  fs::remove_all(out / "devices");
  fs::remove_all(out / "environment");
  for (const whfb::samples::Story& story : whfb::samples::ContosoStories()) {
    Write(out / "devices", whfb::samples::DeviceFiles(story, pki));
  }
  Write(out / "devices", whfb::samples::HostFiles(pki));
  Write(out / "devices", whfb::samples::ForeignHostFiles(pki));
  Write(out / "environment", whfb::samples::EnvironmentFiles(pki));
}

}  // namespace

int main(int count, char** values) {
  if (count < 2) {
    fmt::print(stderr, "usage: make_samples OUT [KEYS]\n");
    return 64;
  }
  try {
    Make(values[1], count > 2 ? values[2] : WHFB_SAMPLE_KEYS);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "make_samples: {}\n", error.what());
    return 1;
  }
}
