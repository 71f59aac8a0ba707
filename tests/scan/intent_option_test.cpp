// A file that is named as the intent file is one that is read whole, or the command line is wrong.

#include "scanner/engine/environment_index.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

class IntentOptionTest : public ScanTest {
 protected:
  // What is said of a file of this content; empty: it is fine.
  [[nodiscard]] std::string Said(const std::string& content) const {
    Put("intent.xml", content);
    const std::string path = (folder() / "intent.xml").string();
    const Status status = engine::CheckIntent(path);
    return status ? std::string() : status.error().ToString().substr(path.size());
  }
};

TEST_F(IntentOptionTest, TakesAFileThatIsReadWhole) {
  EXPECT_EQ(Said("<intent version=\"1\"><route>adcs</route></intent>"), "");
}

TEST_F(IntentOptionTest, NamesLineAndColumnOfWhatIsNotUnderstood) {
  EXPECT_EQ(Said("<intent version=\"1\">\n  <tennant id=\"x\"/>\n</intent>\n"),
            ":2:3: <tennant> is not known here; did you mean <tenant>?");
}

TEST_F(IntentOptionTest, RefusesWhatIsNoIntentFile) {
  for (const char* const content : {"", "# a page", "<Intent version=\"1\"/>", "{\"value\":[]}"}) {
    EXPECT_EQ(Said(content),
              ": is no intent file: it has no <intent> element (docs/intent.md shows one)")
        << content;
  }
}

TEST_F(IntentOptionTest, RefusesAFileThatIsCut) {
  const std::string whole =
      "<intent version=\"1\"><tenant id=\"11111111-2222-4333-8444-555555555555\"/></intent>";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(Said(whole.substr(0, size)), "") << size;
  }
  EXPECT_EQ(Said(whole), "");
}

TEST_F(IntentOptionTest, RefusesAFolderAndAFileThatIsNotThere) {
  EXPECT_FALSE(engine::CheckIntent(folder().string()));
  const Status missing = engine::CheckIntent((folder() / "none.xml").string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace

}  // namespace whfb::scan_test
