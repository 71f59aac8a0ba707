// What the project knows of codes, events and symptoms: complete, sound, and the same everywhere.

#include "rules/knowledge.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/hresult_meaning.h"
#include "rules/catalog.h"
#include "rules/knowledge_search.h"
#include "rules/requirements.h"

namespace whfb::rules {

namespace {

Knowledge Known() {
  Result<Knowledge> knowledge = EmbeddedKnowledge();
  EXPECT_TRUE(knowledge) << knowledge.error().ToString();
  return knowledge ? std::move(*knowledge) : Knowledge{};
}

// Ids of rules and of documented requirements.
std::set<std::string, std::less<>> Ids() {
  std::set<std::string, std::less<>> ids;
  const Result<std::vector<RequirementPart>> parts = EmbeddedRequirements();
  EXPECT_TRUE(parts);
  for (const RequirementPart& part : parts ? *parts : std::vector<RequirementPart>()) {
    for (const Requirement& requirement : part.requirements) {
      ids.insert(requirement.id);
    }
  }
  const FactCatalog facts = collectors::MakeCatalog();
  const Result<RuleCatalog> catalog = LoadEmbeddedCatalog(facts);
  EXPECT_TRUE(catalog);
  for (const RuleInfo& info : catalog ? catalog->Infos() : std::vector<RuleInfo>()) {
    ids.insert(info.id);
  }
  return ids;
}

template <typename Visit>
void EachNotes(const Knowledge& knowledge, const Visit& visit) {
  for (const KnownCode& code : knowledge.codes) {
    visit("code " + std::to_string(code.value), code.notes);
  }
  for (const KnownEvent& event : knowledge.events) {
    visit(knowledge.channels[event.channel].key + " " + event.title, event.notes);
  }
  for (const Symptom& symptom : knowledge.symptoms) {
    visit(symptom.id, symptom.notes);
  }
  for (const ShownMessage& message : knowledge.messages) {
    visit(message.text, message.notes);
  }
}

TEST(KnowledgeTest, EveryRuleThatIsNamedExists) {
  const auto ids = Ids();
  EachNotes(Known(), [&](const std::string& entry, const Notes& notes) {
    for (const std::string& id : notes.rules) {
      EXPECT_TRUE(ids.contains(id)) << entry << ": " << id;
    }
    const std::set<std::string> once(notes.rules.begin(), notes.rules.end());
    EXPECT_EQ(once.size(), notes.rules.size()) << entry;
  });
}

TEST(KnowledgeTest, EveryEntrySaysWhatItMeansAndWhereItIsWritten) {
  const Knowledge knowledge = Known();
  for (const KnownCode& code : knowledge.codes) {
    EXPECT_FALSE(code.notes.sources.empty()) << code.value;
    EXPECT_FALSE(code.notes.collect.empty()) << code.value;
    EXPECT_FALSE(code.name.empty() && code.notes.sources.front() == "winerror.h, mingw-w64" &&
                 code.value != 0x80072f8f)
        << code.value;
  }
  for (const KnownEvent& event : knowledge.events) {
    EXPECT_FALSE(event.notes.means.empty()) << event.title;
    EXPECT_FALSE(event.notes.sources.empty()) << event.title;
    EXPECT_FALSE(event.notes.collect.empty()) << event.title;
  }
  for (const Symptom& symptom : knowledge.symptoms) {
    EXPECT_FALSE(symptom.title.empty() || symptom.stage.empty()) << symptom.id;
    EXPECT_FALSE(symptom.notes.causes.empty()) << symptom.id;
    EXPECT_FALSE(symptom.notes.collect.empty()) << symptom.id;
  }
}

// tests/rules/documented_knowledge.txt was derived from the documents, not from the data.
TEST(KnowledgeTest, EverythingDocumentedIsThere) {
  const Knowledge knowledge = Known();
  std::ifstream list(WHFB_SOURCE_DIR "/tests/rules/documented_knowledge.txt");
  ASSERT_TRUE(list);
  int checked = 0;
  for (std::string line; std::getline(list, line);) {
    const std::size_t blank = line.find(' ');
    const std::string what = line.substr(0, blank);
    const std::string name = blank == std::string::npos ? "" : line.substr(blank + 1);
    if (line.empty() || what == "#") {
      continue;
    }
    ++checked;
    const Answer answer = Ask(knowledge, name);
    if (what == "code") {
      EXPECT_EQ(answer.codes.size(), 1U) << line;
    } else if (what == "event") {
      EXPECT_GE(answer.events.size(), 1U) << line;
    } else if (what == "symptom") {
      EXPECT_NE(knowledge.FindSymptom(name), nullptr) << line;
    } else if (what == "text") {
      EXPECT_EQ(std::ranges::count(knowledge.messages, name, &ShownMessage::text), 1) << line;
    } else {
      ADD_FAILURE() << line;
    }
  }
  EXPECT_EQ(checked, 170 - 2 + 20 + 5 + 242 + 42 + 14);
}

// What a scan prints beside a number is what explain says of it.
TEST(KnowledgeTest, CollectorsNameCodesInTheSameWords) {
  int named = 0;
  for (const KnownCode& code : Known().codes) {
    if (code.kind == CodeKind::kHresult || code.kind == CodeKind::kNtstatus) {
      const std::string text =
          code.name.empty() ? code.short_text : code.name + ": " + code.short_text;
      EXPECT_EQ(collectors::HresultMeaning(code.value), text);
      ++named;
    } else {
      EXPECT_EQ(collectors::HresultMeaning(code.value), "not in public tables");
    }
  }
  EXPECT_GT(named, 170);
}

TEST(KnowledgeTest, NumbersThatDocumentsNameDifferentlyHaveEveryName) {
  const Knowledge knowledge = Known();
  const KnownCode* const mismatch = knowledge.FindCode(0x42);
  ASSERT_NE(mismatch, nullptr);
  EXPECT_EQ(mismatch->name, "KDC_ERR_CERTIFICATE_MISMATCH");
  ASSERT_EQ(mismatch->also_called.size(), 1U);
  EXPECT_EQ(mismatch->also_called.front().name, "KRB_AP_ERR_USER_TO_USER_REQUIRED");
  const KnownCode* const items = knowledge.FindCode(0x8009002a);
  ASSERT_NE(items, nullptr);
  EXPECT_EQ(items->name, "NTE_NO_MORE_ITEMS");
  ASSERT_EQ(items->also_called.size(), 1U);
  EXPECT_EQ(items->also_called.front().name, "NTE_NO_MEMORY");
}

constexpr std::string_view kCodes =
    "<error-codes><group kind='hresult'><means>m</means><cause>g</cause><rules>a.b</rules>"
    "<code value='0x80090010' name='NTE_PERM' short='denied'><cause>own</cause></code>"
    "<code value='0x80090011' short='not found'><rules/></code></group></error-codes>";
constexpr std::string_view kEvents =
    "<events><channel key='c' name='C/Operational' provider='P'><rules>a.c</rules>"
    "<event ids='1 3-5' title='t'><codes>0x80090010</codes></event></channel></events>";
constexpr std::string_view kSymptoms =
    "<symptoms><symptom id='S01' stage='s' title='t'><events>c/4</events></symptom>"
    "<message text='shown' symptoms='S01'><means>m</means></message></symptoms>";

std::string Refusal(const KnowledgeTexts& texts) {
  const Result<Knowledge> knowledge = ReadKnowledge(texts);
  return knowledge ? "" : knowledge.error().ToString();
}

std::string Replaced(std::string_view text, std::string_view from, std::string_view with) {
  std::string changed(text);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? changed : changed.replace(at, from.size(), with);
}

TEST(ReadKnowledgeTest, AnEntryHasWhatItsGroupHasUnlessItSaysOtherwise) {
  const Result<Knowledge> knowledge =
      ReadKnowledge({.error_codes = kCodes, .events = kEvents, .symptoms = kSymptoms});
  ASSERT_TRUE(knowledge) << knowledge.error().ToString();
  const Notes& first = knowledge->codes[0].notes;
  EXPECT_EQ(first.causes, std::vector<std::string>{"own"});
  EXPECT_EQ(first.rules, std::vector<std::string>{"a.b"});
  const Notes& second = knowledge->codes[1].notes;
  EXPECT_EQ(second.causes, std::vector<std::string>{"g"});
  EXPECT_EQ(second.means, "m");
  EXPECT_TRUE(second.rules.empty());
  EXPECT_EQ(knowledge->events[0].ids, (std::vector<std::uint32_t>{1, 3, 4, 5}));
  EXPECT_EQ(knowledge->events[0].notes.rules, std::vector<std::string>{"a.c"});
}

TEST(ReadKnowledgeTest, RefusesWhatIsWrong) {
  const auto with_codes = [](std::string_view from, std::string_view to) {
    const std::string codes = Replaced(kCodes, from, to);
    return Refusal({.error_codes = codes, .events = kEvents, .symptoms = kSymptoms});
  };
  EXPECT_NE(with_codes("0x80090011", "0x80090010").find("there twice"), std::string::npos);
  EXPECT_NE(with_codes("0x80090011", "0x1800900111").find("no number"), std::string::npos);
  EXPECT_NE(with_codes("0x80090011", "NTE").find("no number"), std::string::npos);
  EXPECT_NE(with_codes("<rules/>", "<rule/>").find("<rule>"), std::string::npos);
  EXPECT_NE(with_codes("short='denied'", "shor='denied'").find("no attribute shor"),
            std::string::npos);
  EXPECT_NE(with_codes("short='not found'", "").find("does not say"), std::string::npos);
  EXPECT_NE(with_codes("kind='hresult'", "kind='hr'").find("known kind"), std::string::npos);
  EXPECT_NE(with_codes("0x80090010", "0x80090012").find("code 0x80090010"), std::string::npos);
  EXPECT_NE(with_codes("</error-codes>", "").find("error_codes.xml"), std::string::npos);

  const auto with_events = [](std::string_view from, std::string_view to) {
    const std::string events = Replaced(kEvents, from, to);
    return Refusal({.error_codes = kCodes, .events = events, .symptoms = kSymptoms});
  };
  EXPECT_NE(with_events("3-5", "3-x").find("no number"), std::string::npos);
  EXPECT_NE(with_events("3-5", "4 4").find("there twice"), std::string::npos);
  EXPECT_NE(with_events("3-5", "3").find("event c/4"), std::string::npos);
  EXPECT_NE(with_events("0x80090010", "0x8x").find("<codes>"), std::string::npos);
  EXPECT_NE(with_events(" title='t'", "").find("no title"), std::string::npos);

  const auto with_symptoms = [](std::string_view from, std::string_view to) {
    const std::string symptoms = Replaced(kSymptoms, from, to);
    return Refusal({.error_codes = kCodes, .events = kEvents, .symptoms = symptoms});
  };
  EXPECT_NE(with_symptoms("c/4", "c4").find("<events>"), std::string::npos);
  EXPECT_NE(with_symptoms("symptoms='S01'", "symptoms='S02'").find("symptom S02"),
            std::string::npos);
  EXPECT_NE(with_symptoms("text='shown'", "").find("neither"), std::string::npos);
}

}  // namespace

}  // namespace whfb::rules
