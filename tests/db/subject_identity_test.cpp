#include <gtest/gtest.h>

#include "tests/db/results.h"

namespace whfb::db {
namespace {

SubjectResult Named(const std::string& name,
                    std::uint32_t number,
                    std::vector<std::pair<std::string, std::string>> aliases) {
  SubjectResult result = MakeDevice(name, number, Verdict::kPass);
  result.subjects[0].aliases = std::move(aliases);
  return result;
}

TEST(SubjectIdentityTest, ARenamedDeviceStaysOneSubject) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {Named("OLD", 1, {{"entra", "11"}, {"name", "old"}})});
  AddAll(*OpenStore(file), {Named("NEW", 1, {{"entra", "11"}, {"name", "new"}})});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 1);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM finding"), 2);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject WHERE printed_id='device:NEW'"), 1);
}

TEST(SubjectIdentityTest, UsersOfARenamedDeviceStayThemselves) {
  const std::string file = FreshFile();
  for (const std::string name : {"OLD", "NEW"}) {
    SubjectResult result = Named(name, 1, {{"entra", "11"}});
    result.subjects.insert(result.subjects.begin(), {.id = "user:" + name + "/S-1-12-1-5",
                                                     .kind = SubjectKind::kUser,
                                                     .name = "S-1-12-1-5",
                                                     .parent = "device:" + name});
    AddAll(*OpenStore(file), {result});
  }
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 2);
}

TEST(SubjectIdentityTest, OneUserOnTwoDevicesIsTwoSubjects) {
  const std::string file = FreshFile();
  std::vector<SubjectResult> results;
  for (const std::string name : {"A", "B"}) {
    SubjectResult result = Named(name, static_cast<std::uint32_t>(results.size() + 1), {});
    result.subjects.push_back({.id = "user:" + name + "/S-1-12-1-5",
                               .kind = SubjectKind::kUser,
                               .name = "S-1-12-1-5",
                               .parent = "device:" + name,
                               .aliases = {{"sid", "S-1-12-1-5"}}});
    results.push_back(result);
  }
  AddAll(*OpenStore(file), results);
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 4);
}

TEST(SubjectIdentityTest, ANameDoesNotOverruleAnotherDeviceId) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {Named("PC", 1, {{"entra", "11"}, {"name", "pc"}})});
  AddAll(*OpenStore(file), {Named("PC", 1, {{"entra", "22"}, {"name", "pc"}})});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 2);
}

TEST(SubjectIdentityTest, ANameIsEnoughWhereNothingContradicts) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file), {Named("PC", 1, {{"name", "pc"}})});
  AddAll(*OpenStore(file), {Named("PC", 1, {{"entra", "22"}, {"name", "pc"}})});
  AddAll(*OpenStore(file), {Named("PC-9", 1, {{"entra", "22"}, {"name", "pc-9"}})});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 1);
}

TEST(SubjectIdentityTest, TwoIdsInOneRunAreTwoSubjects) {
  const std::string file = FreshFile();
  AddAll(*OpenStore(file),
         {Named("PC~1", 1, {{"name", "pc"}}), Named("PC~2", 2, {{"name", "pc"}})});
  EXPECT_EQ(Count(file, "SELECT count(*) FROM subject"), 2);
}

}  // namespace
}  // namespace whfb::db
