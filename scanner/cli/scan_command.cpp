// `whfbscan scan`: the main job.

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "db/store.h"
#include "scanner/cli/catalog_source.h"
#include "scanner/cli/command.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/output_file.h"
#include "scanner/cli/scan_options.h"
#include "scanner/cli/version.h"
#include "scanner/engine/atomic_file.h"

namespace whfb::cli {

namespace {

std::atomic<bool> interrupted{false};  // set by the signal handler only

void OnInterrupt(int /*signal*/) {
  interrupted = true;
}

// One line that is drawn over itself, on a terminal only.
class Progress {
 public:
  bool operator()(std::size_t done, std::size_t total) {
    if (shown_ && (done == total || done - last_ >= total / 200 + 1)) {
      fmt::print(stderr, "\r{} of {} devices", done, total);
      std::fflush(stderr);
      last_ = done;
      if (done == total) {
        fmt::print(stderr, "\r{:40}\r", "");
      }
    }
    return !interrupted;
  }

 private:
  bool shown_ = engine::IsTerminal(engine::Stream::kError);
  std::size_t last_ = 0;
};

int ExitCode(const engine::ScanTotals& totals, const ScanRequest& request) {
  if (totals.interrupted) {
    return kExitInterrupted;
  }
  if (totals.files_read == 0) {
    fmt::print(stderr,
               "whfbscan: nothing in the input could be read; whfbscan evidence PATH says why\n");
    return kExitNoData;
  }
  if (totals.failed != 0) {
    return kExitFailed;
  }
  return totals.unknown != 0 && !request.allow_unknown ? kExitUndecided : kExitOk;
}

int ScanInto(const ScanRequest& request,
             const rules::RuleCatalog& catalog,
             const FactCatalog& facts) {
  Result<std::unique_ptr<db::Store>> store = db::Store::Open(request.db, db::Access::kReadWrite);
  if (!store) {
    (void)Complain(store.error());
    return kExitCannotCreate;
  }
  const Result<engine::ScanTotals> totals = engine::Scan(request.scan, catalog, facts, **store);
  if (!totals) {
    return Complain(totals.error());
  }
  if (!totals->interrupted) {
    if (const Status written = WriteReports(**store, request.outputs); !written) {
      return Complain(written.error());
    }
  }
  return ExitCode(*totals, request);
}

}  // namespace

int RunScan(const std::vector<std::string>& arguments) {
  Result<ScanRequest> request = ParseScan(arguments);
  if (!request) {
    return Complain(request.error());
  }
  if (request->help) {
    fmt::print("{}", ScanHelp());
    return kExitOk;
  }
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = LoadRules(facts, request->rules_folder);
  if (!catalog) {
    return Complain(catalog.error());
  }
  std::signal(SIGINT, OnInterrupt);
  request->scan.tool_version = kVersion;
  request->scan.progress = Progress();
  return ScanInto(*request, *catalog, facts);
}

}  // namespace whfb::cli
