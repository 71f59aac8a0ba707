// `whfbscan scan --db` killed with SIGKILL while it works: the file stays sound, holds each subject
// as one whole run left it or not at all, and the next scan makes up for what is missing.

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include "db/schema.h"
#include "db/statement.h"
#include "samples/contoso_exports.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

// The store commits each 20,000 findings; these devices make one such batch and a rest.
constexpr std::size_t kBatch = 20'000;
constexpr unsigned kDevices = 250;
constexpr int kKillsInARow = 5;
constexpr int kMostTries = 100;

// What the file says is true of each subject: "rule verdict reason".
using Findings = std::map<std::string, std::set<std::string>>;

std::string ReadAll(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Findings FindingsIn(sqlite3* database) {
  Findings findings;
  Result<db::Statement> rows = db::Statement::Prepare(
      database,
      "SELECT s.printed_id, r.rule || ' ' || c.verdict || ' ' || c.reason FROM subject s "
      "LEFT JOIN finding f ON f.id>>20=s.id AND f.until_run IS NULL "
      "LEFT JOIN cause c ON c.id=f.cause LEFT JOIN rule r ON r.id=c.rule");
  EXPECT_TRUE(rows) << rows.error().ToString();
  while (rows) {
    const Result<bool> more = rows->Step();
    EXPECT_TRUE(more) << more.error().ToString();
    if (!more || !*more) {
      break;
    }
    findings[std::string(rows->Text(0))].emplace(rows->Text(1));
  }
  return findings;
}

void ExpectSound(sqlite3* database) {
  Result<db::Statement> check = db::Statement::Prepare(database, "PRAGMA integrity_check");
  ASSERT_TRUE(check) << check.error().ToString();
  ASSERT_TRUE(*check->Step());
  EXPECT_EQ(check->Text(0), "ok");
  const Result<std::int64_t> dangling =
      db::QueryInt(database, "SELECT count(*) FROM pragma_foreign_key_check");
  ASSERT_TRUE(dangling) << dangling.error().ToString();
  EXPECT_EQ(*dangling, 0);
}

// What a whole scan left behind.
struct Whole {
  std::string json{};
  Findings findings{};
  Microseconds took{};
};

class ScanKillTest : public ScanTest {
 protected:
  // Smart card emulation was turned off on every device between the two.
  void SetUp() override {
    samples::Story story = Healthy();
    const std::string before = samples::PoliciesExport(story);
    story.gpo_values = {{"DisableSmartCardNode", 1}};
    const std::string after = samples::PoliciesExport(story);
    for (unsigned i = 0; i < kDevices; ++i) {
      story.number = 1000 + i;
      story.device = "PC-" + std::to_string(story.number);
      const std::string status = samples::StatusText(story, true);
      PutFiles("before/" + story.device, {{"dsregcmd.txt", status}, {"policies.reg", before}});
      PutFiles("after/" + story.device, {{"dsregcmd.txt", status}, {"policies.reg", after}});
    }
    PutEnvironment();
  }

  [[nodiscard]] std::string FileNamed(const std::string& name) const {
    return (folder() / name).string();
  }

  // Starts whfbscan on the devices as they were before or after.
  [[nodiscard]] pid_t Start(const std::string& devices, const std::string& db) const {
    std::vector<std::string> words = {WHFB_SCAN,
                                      "scan",
                                      FileNamed(devices),
                                      "--environment",
                                      FileNamed("environment"),
                                      "--as-of",
                                      "2026-11-18T12:00:00Z",
                                      "--jobs",
                                      "2",
                                      "--db",
                                      db,
                                      "--output",
                                      "json=" + FileNamed("out.json")};
    std::vector<char*> arguments;
    for (std::string& word : words) {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      execv(WHFB_SCAN, arguments.data());
      _exit(127);
    }
    return child;
  }

  [[nodiscard]] Whole ScanWhole(const std::string& devices, const std::string& db) const {
    fs::remove(FileNamed("out.json"));
    const auto begin = Clock::now();
    int status = 0;
    const pid_t child = Start(devices, db);
    EXPECT_EQ(waitpid(child, &status, 0), child);
    Whole whole{.took = std::chrono::duration_cast<Microseconds>(Clock::now() - begin)};
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 3) << "status " << status;
    whole.json = ReadAll(FileNamed("out.json"));
    const Result<db::Database> database = db::OpenDatabase(db, db::Access::kRead);
    EXPECT_TRUE(database) << database.error().ToString();
    whole.findings = database ? FindingsIn(database->get()) : Findings{};
    return whole;
  }

  // Whether the scan was still at work when it was killed.
  [[nodiscard]] bool KillAfter(Microseconds moment, const std::string& db) const {
    const pid_t child = Start("after", db);
    usleep(static_cast<useconds_t>(moment.count()));
    EXPECT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  void BeginWith(const std::string& other, const std::string& file) const {
    for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) {
      fs::remove(file + suffix);
    }
    if (!other.empty()) {
      fs::copy_file(FileNamed(other), file);
    }
  }

  void KillInARow(const std::string& begin_with, const Findings& known, const Whole& after);

  // The file after a kill. Returns how many subjects are as the new scan says.
  static std::size_t ExpectSoundAndWhole(const std::string& file,
                                         const Findings& before,
                                         const Findings& after) {
    // Killed before it began, there is no file or an empty one.
    const Result<db::Database> database = db::OpenDatabase(file, db::Access::kReadWrite);
    EXPECT_TRUE(database) << database.error().ToString();
    if (!database) {
      return 0;
    }
    ExpectSound(database->get());
    std::size_t done = 0;
    const Findings left = FindingsIn(database->get());
    for (const auto& [subject, findings] : left) {
      const auto old = before.find(subject);
      const bool is_old = old != before.end() && findings == old->second;
      const bool is_new = findings == after.at(subject);
      EXPECT_TRUE(is_old || is_new) << subject << " is torn: " << findings.size() << " findings";
      done += is_new && !is_old ? 1 : 0;
    }
    // Nobody whom the file knew may be lost.
    for (const auto& [subject, findings] : before) {
      EXPECT_TRUE(left.contains(subject)) << subject;
    }
    return done;
  }
};

// Five kills in a row over one file, then a whole scan. Moments are spread over its duration.
void ScanKillTest::KillInARow(const std::string& begin_with,
                              const Findings& known,
                              const Whole& after) {
  const std::random_device::result_type seed = std::random_device()();
  std::cout << "seed " << seed << ", a whole scan takes " << after.took.count() << " us\n";
  std::mt19937 random(seed);
  std::uniform_real_distribution<> within(0, 1);
  const std::string file = FileNamed("killed.db");
  double duration = static_cast<double>(after.took.count());
  int tries = 0;
  for (int killed = 0; killed < kKillsInARow;) {
    if (killed == 0) {
      BeginWith(begin_with, file);
    }
    ASSERT_LT(tries++, kMostTries) << "the scan ends before it can be killed";
    // The last moments are left out: a scan that has ended by then has to begin all over.
    const double share = 0.9 * (killed + within(random)) / kKillsInARow;
    const Microseconds moment{static_cast<Microseconds::rep>(share * duration)};
    if (!KillAfter(moment, file)) {
      // Faster than measured, since other work on the machine has ended: once more, from the start.
      duration *= 0.8;
      killed = 0;
      continue;
    }
    ++killed;
    SCOPED_TRACE(testing::Message() << "kill " << killed << " after " << moment.count() << " us");
    const std::size_t done = ExpectSoundAndWhole(file, known, after.findings);
    std::cout << "kill " << killed << " after " << moment.count() << " us: " << done << " of "
              << after.findings.size() << " subjects are written\n";
  }
  const Whole next = ScanWhole("after", file);
  EXPECT_TRUE(next.json == after.json) << "the next scan says something else";
  EXPECT_TRUE(next.findings == after.findings);
}

TEST_F(ScanKillTest, IntoANewFile) {
  const Whole after = ScanWhole("after", FileNamed("after.db"));
  ASSERT_GE(after.findings.size(), 2 * kDevices);
  std::size_t findings = 0;
  for (const auto& [subject, told] : after.findings) {
    findings += told.size();
  }
  ASSERT_GT(findings, kBatch) << "one batch and a rest";
  ASSERT_LT(findings, 2 * kBatch);
  KillInARow("", {}, after);
}

TEST_F(ScanKillTest, OverTheResultsOfAnEarlierScan) {
  const Whole before = ScanWhole("before", FileNamed("before.db"));
  const Whole after = ScanWhole("after", FileNamed("after.db"));
  ASSERT_NE(before.json, after.json);
  KillInARow("before.db", before.findings, after);
}

}  // namespace

}  // namespace whfb::scan_test
