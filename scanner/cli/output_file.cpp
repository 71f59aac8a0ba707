#include "scanner/cli/output_file.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "report/html_report.h"
#include "report/json_report.h"
#include "report/terminal_report.h"
#include "scanner/engine/atomic_file.h"

namespace whfb::cli {

namespace {

constexpr std::array<std::string_view, 3> kFormats = {"text", "json", "html"};

class FileSink final : public report::TextSink {
 public:
  explicit FileSink(std::FILE* file) : file_(file) {}

  void Write(std::string_view text) override {
    failed_ = failed_ || std::fwrite(text.data(), 1, text.size(), file_) != text.size();
  }

  [[nodiscard]] bool Flush() { return std::fflush(file_) == 0 && !failed_; }

 private:
  std::FILE* file_;
  bool failed_ = false;
};

class AtomicSink final : public report::TextSink {
 public:
  explicit AtomicSink(engine::AtomicFile& file) : file_(file) {}

  void Write(std::string_view text) override { file_.Write(text); }

 private:
  engine::AtomicFile& file_;
};

Status WriteOne(const ResultSource& source, const OutputTarget& target, report::TextSink& sink) {
  if (target.format == "json") {
    return report::WriteJsonReport(source, sink);
  }
  if (target.format == "html") {
    return report::WriteHtmlReport(source, sink);
  }
  const bool terminal = target.file == "-" && engine::IsTerminal(engine::Stream::kOutput);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read once, before any thread
  const bool colour = terminal && std::getenv("NO_COLOR") == nullptr;
  return report::WriteTerminalReport(source, {.colour = colour}, sink);
}

}  // namespace

std::span<const std::string_view> ReportFormats() {
  return kFormats;
}

Status WriteOutput(const std::string& file, const std::function<Status(report::TextSink&)>& write) {
  if (file == "-") {
    FileSink sink(stdout);
    const Status status = write(sink);
    if (status && !sink.Flush()) {
      return Error{ErrorCode::kIo, "standard output", "cannot be written"};
    }
    return status;
  }
  Result<std::unique_ptr<engine::AtomicFile>> target = engine::AtomicFile::Create(file);
  if (!target) {
    return Error{ErrorCode::kDenied, target.error().where, target.error().message};
  }
  AtomicSink sink(**target);
  if (const Status status = write(sink); !status) {
    return status;
  }
  return (*target)->Commit();
}

Status WriteReports(const ResultSource& source, const std::vector<OutputTarget>& targets) {
  for (const OutputTarget& target : targets) {
    const Status status = WriteOutput(
        target.file, [&](report::TextSink& sink) { return WriteOne(source, target, sink); });
    if (!status) {
      return status;
    }
  }
  return Ok{};
}

}  // namespace whfb::cli
