#include "scanner/cli/output_file.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "report/html_report.h"
#include "report/json_report.h"
#include "report/terminal_report.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/interrupt.h"
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

// https://no-color.org: set and not empty. A terminal that calls itself dumb shows codes as text.
bool WantsColour() {
  // NOLINTBEGIN(concurrency-mt-unsafe): read before any thread
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  const bool unwanted = no_colour != nullptr && *no_colour != '\0';
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return engine::IsTerminal(engine::Stream::kOutput) && !unwanted && !dumb;
}

Status WriteOne(const ResultSource& source, const OutputTarget& target, report::TextSink& sink) {
  if (target.format == "json") {
    return report::WriteJsonReport(source, sink);
  }
  if (target.format == "html") {
    return report::WriteHtmlReport(source, sink);
  }
  const bool colour = target.file == "-" && WantsColour();
  return report::WriteTerminalReport(source, {.colour = colour}, sink);
}

using WriteOneTo = std::function<Status(report::TextSink&)>;

int ToStandardOutput(const WriteOneTo& write, int (*complain)(const Error& error)) {
  FileSink sink(stdout);
  if (const Status status = write(sink); !status) {
    return complain(status.error());
  }
  if (!sink.Flush()) {
    return ComplainOutput({ErrorCode::kIo, "standard output", "cannot be written"});
  }
  return Interrupted() ? kExitInterrupted : kExitOk;
}

int ToFile(const std::string& file, const WriteOneTo& write, int (*complain)(const Error& error)) {
  Result<std::unique_ptr<engine::AtomicFile>> target = engine::AtomicFile::Create(file);
  if (!target) {
    return ComplainOutput({ErrorCode::kDenied, target.error().where, target.error().message});
  }
  AtomicSink sink(**target);
  if (const Status status = write(sink); !status) {
    return complain(status.error());
  }
  if (Interrupted()) {
    return kExitInterrupted;
  }
  const Status committed = (*target)->Commit();
  return committed ? kExitOk : ComplainOutput(committed.error());
}

}  // namespace

std::span<const std::string_view> ReportFormats() {
  return kFormats;
}

int WriteOutputs(const std::vector<OutputTarget>& targets,
                 const std::function<Status(const OutputTarget&, report::TextSink&)>& write,
                 int (*complain)(const Error& error)) {
  for (const OutputTarget& target : targets) {
    const auto write_this = [&](report::TextSink& sink) { return write(target, sink); };
    const int code = target.file == "-" ? ToStandardOutput(write_this, complain)
                                        : ToFile(target.file, write_this, complain);
    if (code != kExitOk) {
      return code;
    }
  }
  return kExitOk;
}

int WriteReports(const ResultSource& source,
                 const std::vector<OutputTarget>& targets,
                 int (*complain)(const Error& error)) {
  return WriteOutputs(
      targets,
      [&source](const OutputTarget& target, report::TextSink& sink) {
        return WriteOne(source, target, sink);
      },
      complain);
}

}  // namespace whfb::cli
