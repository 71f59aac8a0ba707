// Kills a writer at many moments; what is left must be sound and whole.

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

constexpr int kDevices = 4000;
constexpr int kFindings = 40;

SubjectResult ManyFindings(int device, int run) {
  const std::string name = "PC-" + std::to_string(device);
  SubjectResult result = MakeDevice(name, static_cast<std::uint32_t>(device + 1), Verdict::kPass);
  result.findings.clear();
  for (int i = 0; i < kFindings; ++i) {
    result.findings.push_back(MakeFinding("device:" + name, "rule-" + std::to_string(i),
                                          Verdict::kFail, "run " + std::to_string(run)));
  }
  return result;
}

// Never returns.
void WriteUntilKilled(const std::string& file) {
  const Result<std::unique_ptr<Store>> store = Store::Open(file, Access::kReadWrite);
  for (int run = 0; store && run < 1000; ++run) {
    if (!(*store)->Begin(kRun, {})) {
      break;
    }
    for (int device = 0; device < kDevices; ++device) {
      (void)(*store)->Add(ManyFindings(device, run));
    }
    (void)(*store)->Finish();
  }
  _exit(1);
}

void ExpectSoundAndWhole(const std::string& file) {
  const Result<Database> database = OpenDatabase(file, Access::kReadWrite);
  ASSERT_TRUE(database) << database.error().ToString();
  Result<Statement> check = Statement::Prepare(database->get(), "PRAGMA integrity_check");
  ASSERT_TRUE(check);
  ASSERT_TRUE(*check->Step());
  EXPECT_EQ(check->Text(0), "ok");
  check->Reset();
  // Each subject: exactly its findings, all of one run.
  const Result<std::int64_t> torn = QueryInt(
      database->get(),
      "SELECT count(*) FROM (SELECT 1 FROM finding f JOIN cause c ON c.id=f.cause WHERE "
      "until_run IS NULL GROUP BY f.id>>20 HAVING count(*)<>40 OR count(DISTINCT reason)<>1)");
  ASSERT_TRUE(torn) << torn.error().ToString();
  EXPECT_EQ(*torn, 0);
  const Result<std::int64_t> dangling =
      QueryInt(database->get(), "SELECT count(*) FROM pragma_foreign_key_check");
  ASSERT_TRUE(dangling);
  EXPECT_EQ(*dangling, 0);
}

TEST(StoreKillTest, AKilledWriterLeavesASoundDatabaseOfWholeSubjects) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {});
  for (unsigned milliseconds : {5U, 37U, 90U, 160U, 240U, 333U, 410U, 555U}) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      WriteUntilKilled(file);
    }
    usleep(milliseconds * 1000);
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ExpectSoundAndWhole(file);
  }
  EXPECT_GT(Count(file, "SELECT count(*) FROM finding"), 0);
}

}  // namespace
}  // namespace whfb::db
