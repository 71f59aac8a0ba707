// Bytes that cannot be text in registry exports, MDM reports and intent files.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/registry_record.h"
#include "collectors/readers/small_records.h"
#include "tests/registry/registry_text.h"

namespace whfb::test {

namespace {

using readers::RegistryKey;
using readers::RegistryRoot;
using readers::RegistryValue;
using std::string_literals::operator""s;

// Units of UTF-16 that are no characters.
const std::vector<std::string> kBadUnits = {"\0\0"s, "\xff\xff"s, "\xfe\xff"s, "\0\xd8"s};

constexpr std::string_view kExport =
    "Windows Registry Editor Version 5.00\n\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]\n\"Foreign\"=\"x#y\"\n\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n"
    "\"Enabled\"=dword:00000001\n\"Text\"=\"a#b\"\n\"UseCertificateForOnPremAuth\"=dword:"
    "00000001\n\n";

// The text with the unit in place of the n-th "#", the others left out.
std::string WithUnit(std::string text, int n, const std::string& unit) {
  std::string marked;
  for (const char c : text) {
    if (c != '#') {
      marked += c;
    } else if (n-- == 0) {
      marked += '#';
    }
  }
  std::string wide = Utf16(marked);
  const std::size_t at = wide.find("#\0"s);
  return at == std::string::npos ? wide : wide.replace(at, 2, unit);
}

std::string WithKeyDamaged(const std::string& unit) {
  std::string text(kExport);
  std::erase(text, '#');
  text.replace(text.find("Work]"), 1, "#");
  return WithUnit(text, 0, unit);
}

std::vector<std::string> NamesOf(const Reading& reading) {
  std::vector<std::string> names;
  for (const RegistryValue& value : reading.records.Of<RegistryValue>()) {
    names.push_back(std::string(value.name) + (value.malformed ? " malformed" : ""));
  }
  return names;
}

bool RootIsComplete(const Reading& reading) {
  const auto roots = reading.records.Of<RegistryRoot>();
  return roots.size() == 1 && roots[0].complete;
}

TEST(DamagedRegistryTest, ADestroyedKeyNameIsNoKeyThatIsNotThere) {
  for (const std::string& unit : kBadUnits) {
    Reading reading;
    ASSERT_TRUE(reading.Read(readers::kRegTextReader, WithKeyDamaged(unit)));
    EXPECT_FALSE(RootIsComplete(reading));
    EXPECT_TRUE(reading.records.Of<RegistryValue>().empty());
    ASSERT_EQ(reading.sink.gaps.size(), 1U);
    EXPECT_EQ(reading.sink.gaps[0].place, 6U);
    EXPECT_EQ(reading.sink.gaps[0].message, unit == "\0\xd8"s
                                                ? "half a surrogate pair, which is no character"
                                                : "bytes that cannot be text");
  }
}

TEST(DamagedRegistryTest, ADestroyedValueEndsWhatIsKnownOfItsKey) {
  for (const std::string& unit : kBadUnits) {
    Reading reading;
    ASSERT_TRUE(reading.Read(readers::kRegTextReader, WithUnit(std::string(kExport), 1, unit)));
    EXPECT_EQ(NamesOf(reading), (std::vector<std::string>{"Enabled", "Text malformed"}));
    ASSERT_EQ(reading.records.Of<RegistryKey>().size(), 1U);
    EXPECT_FALSE(reading.records.Of<RegistryKey>()[0].complete);
    EXPECT_FALSE(RootIsComplete(reading));
    ASSERT_EQ(reading.sink.gaps.size(), 1U);
    EXPECT_EQ(reading.sink.gaps[0].place, 8U);
  }
}

// The end of the line and a key behind it may have stood there, too.
TEST(DamagedRegistryTest, DamageInAForeignValueMayHideAKey) {
  for (const std::string& unit : {"\0\0"s, "\xff\xff"s, "\xfe\xff"s}) {
    Reading reading;
    ASSERT_TRUE(reading.Read(readers::kRegTextReader, WithUnit(std::string(kExport), 0, unit)));
    EXPECT_EQ(NamesOf(reading),
              (std::vector<std::string>{"Enabled", "Text", "UseCertificateForOnPremAuth"}));
    EXPECT_FALSE(RootIsComplete(reading));
  }
}

TEST(DamagedRegistryTest, LettersOfAnyCodePageAreText) {
  const std::string head =
      "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\r\n\"a";
  const auto gaps = [&](const std::string& letters) {
    Reading reading;
    EXPECT_TRUE(
        reading.Read(readers::kRegTextReader, head + letters + "\"=dword:00000001\r\n\r\n"));
    return reading.sink.gaps.size();
  };
  EXPECT_EQ(gaps("\x81\xfc\xff\x84"), 0U);
  EXPECT_EQ(gaps("\xef\xbf\xbd"), 0U);
  EXPECT_EQ(gaps("\xff\xff"), 1U);
  EXPECT_EQ(gaps("\0"s), 1U);
}

TEST(DamagedReportTest, ADamagedRequestIsNotRead) {
  const auto report = [](const std::string& error, const std::string& other) {
    return "<MDMEnterpriseDiagnosticsReport>\n<Other>" + other +
           "</Other>\n<SCEP><MdmServerDeviceCert>\n<Identifier><ID>one</ID>\n<Error>" + error +
           "</Error>\n</Identifier>\n<Identifier><ID>two</ID><Error>0</Error></Identifier>\n"
           "</MdmServerDeviceCert></SCEP></MDMEnterpriseDiagnosticsReport>\n";
  };
  const auto ids = [](const std::string& text, bool complete, std::uint64_t line) {
    Reading reading;
    EXPECT_TRUE(reading.Read(readers::kMdmReportReader, text));
    std::string found;
    for (const readers::ScepState& state : reading.records.Of<readers::ScepState>()) {
      found += std::string(state.unique_id) + " ";
    }
    EXPECT_EQ(reading.records.Of<readers::ScepSection>()[0].complete, complete);
    EXPECT_EQ(reading.sink.gaps.empty() ? 0 : reading.sink.gaps[0].place, line);
    return found;
  };
  EXPECT_EQ(ids(report("0", "x"), true, 0), "one two ");
  EXPECT_EQ(ids(report("0\xff\xff", "x"), false, 5), "two ");
  EXPECT_EQ(ids(report("\xef\xbf\xbf", "x"), false, 5), "two ");
  EXPECT_EQ(ids(report("0", "\xff\xff"), false, 2), "one two ");
  EXPECT_EQ(ids(report("0", "\x84\xff"), true, 0), "one two ");
}

TEST(DamagedIntentTest, IsRejectedWithItsLine) {
  for (const std::string& bad : {"\0"s, "\xff\xff"s, "\xef\xbf\xbf"s}) {
    Reading reading;
    const Status status =
        reading.Read(readers::kIntentReader,
                     "<intent version=\"1\">\n<template name=\"Hello" + bad + "\"/>\n</intent>\n");
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().ToString(), "test.in:2: bytes that cannot be text");
    EXPECT_TRUE(reading.records.Of<readers::IntentItem>().empty());
    EXPECT_EQ(reading.records.Of<readers::RejectedIntent>().size(), 1U);
  }
}

}  // namespace
}  // namespace whfb::test
