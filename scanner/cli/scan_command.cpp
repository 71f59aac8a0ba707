// `whfbscan scan`: the main job.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "db/store.h"
#include "scanner/cli/command.h"
#include "scanner/cli/complaint.h"
#include "scanner/cli/exit_code.h"
#include "scanner/cli/inputs.h"
#include "scanner/cli/interrupt.h"
#include "scanner/cli/output_file.h"
#include "scanner/cli/rule_options.h"
#include "scanner/cli/scan_options.h"
#include "scanner/cli/version.h"
#include "scanner/engine/atomic_file.h"
#include "scanner/engine/file_access.h"

namespace whfb::cli {

namespace {

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
    return !Interrupted();
  }

 private:
  bool shown_ = engine::IsTerminal(engine::Stream::kError);
  std::size_t last_ = 0;
};

// Why nothing was read, by the first file, and what can be.
int ComplainUnread(const db::Store& store) {
  std::string why;
  std::size_t files = 0;
  const Status listed = store.EachCoverage([&](const CoverageRecord& entry) {
    if (++files == 1) {
      why = fmt::format("{}: {}", entry.file, entry.reason);
    }
    return true;
  });
  if (!listed) {
    return ComplainOutput(listed.error());
  }
  if (files > 1) {
    why += fmt::format(" (and {} more; whfbscan evidence lists them)", files - 1);
  }
  Complain("nothing in the input could be read: " + (files == 0 ? "no file is there" : why) +
           "\nIt takes what devices export: the ZIP of Intune Collect diagnostics, or output of "
           "certutil,\ndsregcmd and reg. whfbscan scan --help has examples.");
  return kExitNoData;
}

// What the operator said of users, and nothing in the evidence bears out: mostly a typing error.
void WarnOfUsers(const ScanRequest& request, const engine::ScanTotals& totals) {
  const auto missing = [&](const std::string& user) { return !totals.named_users.contains(user); };
  for (const std::string& user : request.scan.declared.users) {
    if (missing(user)) {
      Warn(fmt::format("--users={}: no evidence names this user; nobody is judged as one", user));
    }
  }
  const std::string& collector = request.scan.declared.collected_as;
  if (!collector.empty() && missing(collector)) {
    Warn(fmt::format("--collected-as={}: no evidence names this user; is it spelled right?",
                     collector));
  }
}

int ExitCode(const engine::ScanTotals& totals, const ScanRequest& request) {
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
    (void)ComplainOutput(store.error());
    return kExitCannotCreate;
  }
  const Result<engine::ScanTotals> totals = engine::Scan(request.scan, catalog, facts, **store);
  if (!totals) {
    return ComplainOutput(totals.error());
  }
  if (totals->interrupted || Interrupted()) {
    return kExitInterrupted;
  }
  const bool unread = totals->files_read == 0;
  if (unread && request.default_output) {
    return ComplainUnread(**store);  // a page of what nobody knows would hide the reason
  }
  const int written = WriteReports(**store, request.outputs, ComplainOutput);
  if (unread && written == kExitOk) {
    return ComplainUnread(**store);
  }
  WarnOfUsers(request, *totals);
  return written == kExitOk ? ExitCode(*totals, request) : written;
}

Status CheckRequest(const ScanRequest& request) {
  if (Status harmless = CheckOutputs(request.outputs, request.db); !harmless) {
    return harmless;
  }
  for (const std::vector<std::string>* const paths :
       {&request.scan.paths, &request.scan.environment}) {
    if (Status usable = CheckInputs(*paths); !usable) {
      return usable;
    }
  }
  return request.intent.empty() ? Status(Ok{}) : CheckIntent(request.intent);
}

}  // namespace

int RunScan(const std::vector<std::string>& arguments) {
  Result<ScanRequest> request = ParseScan(arguments);
  if (!request) {
    return ComplainInput(request.error());
  }
  if (request->help) {
    fmt::print("{}", ScanHelp());
    return kExitOk;
  }
  if (const Status usable = CheckRequest(*request); !usable) {
    return ComplainInput(usable.error());
  }
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<rules::RuleCatalog> catalog = LoadRules(facts, request->rules);
  if (!catalog) {
    return ComplainInput(catalog.error());
  }
  request->scan.tool_version = kVersion;
  request->scan.progress = Progress();
  return ScanInto(*request, *catalog, facts);
}

}  // namespace whfb::cli
