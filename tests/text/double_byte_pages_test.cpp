// The code pages of East Asia, held against iconv of the C library, which has tables of its own.

#include "collectors/readers/double_byte_pages.h"

#include <array>
#include <iconv.h>
#include <string>

#include <gtest/gtest.h>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {
namespace {

using std::string_literals::operator""s;

class Iconv {
 public:
  Iconv(const std::string& to, const std::string& from)
      : handle_(iconv_open(to.c_str(), from.c_str())) {}

  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;
  Iconv(Iconv&&) = delete;
  Iconv& operator=(Iconv&&) = delete;

  ~Iconv() { iconv_close(handle_); }

  // Empty when the input is not valid.
  std::string Convert(std::string input) {
    std::array<char, 4096> output{};
    char* in = input.data();
    char* out = output.data();
    std::size_t in_left = input.size();
    std::size_t out_left = output.size();
    iconv(handle_, nullptr, nullptr, nullptr, nullptr);
    const std::size_t failed = iconv(handle_, &in, &in_left, &out, &out_left);
    return failed == static_cast<std::size_t>(-1) || in_left != 0
               ? std::string{}
               : std::string(output.data(), output.size() - out_left);
  }

 private:
  iconv_t handle_;
};

std::string Upper(std::string_view name) {
  return "CP" + std::string(name.substr(2));
}

std::string Units(const DoubleByteCharacter& character) {
  return {static_cast<char>(character.c & 0xff), static_cast<char>(character.c >> 8)};
}

DecodedText Decode(std::string_view bytes, std::string& buffer) {
  return DecodeText({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}, buffer);
}

TEST(DoubleBytePagesTest, AreThoseOfIconv) {
  for (const DoubleBytePage& page : DoubleBytePages()) {
    Iconv iconv("UTF-16LE", Upper(page.name));
    std::size_t characters = 0;
    for (unsigned lead = kFirstLead; lead <= 0xfe; ++lead) {
      // The rows of 950 that Windows keeps for characters of one's own.
      const bool own = page.name == "cp950" && lead >= 0xc6 && lead <= 0xc8;
      for (unsigned trail = kFirstTrail; trail <= 0xfe && !own; ++trail) {
        const std::string pair = {static_cast<char>(lead), static_cast<char>(trail)};
        const DoubleByteCharacter ours = FirstCharacter(page, pair);
        if (ours.c == 0 || ours.length == 1) {
          continue;
        }
        ASSERT_EQ(Units(ours), iconv.Convert(pair)) << page.name << ' ' << lead << ' ' << trail;
        ++characters;
      }
    }
    EXPECT_GT(characters, page.name == "cp932" ? 9'000U : 13'000U) << page.name;
  }
}

struct Sample {
  const char* page;
  const char* text;
};

constexpr std::array<Sample, 8> kSamples = {{
    {"cp936", "================ 证书 0 ================\n序列号: 12ab\n使用者: CN=张三, DC=corp\n"},
    {"cp936", "私钥不可导出\n签名测试通过\n"},
    {"cp932",
     "================ 証明書 0 ================\nシリアル番号: 12ab\nサブジェクト: CN=表示 "
     "太郎\n"},
    {"cp932", "キー コンテナー = a\nプロバイダー = b\n"},
    {"cp949",
     "================ 인증서 0 ================\n일련 번호: 0705d990\n발급자: CN=a\n주체: "
     "CN=홍길동\n"},
    {"cp949", "개인 키를 내보낼 수 없습니다.\n"},
    {"cp950",
     "================ 憑證 0 ================\n序號: 12ab\n簽發者: CN=a\n主體: CN=王小明\n"},
    {"cp950", "私密金鑰無法匯出\n"},
}};

TEST(DoubleBytePagesTest, AreToldByTheirWords) {
  for (const Sample& sample : kSamples) {
    const std::string bytes = Iconv(Upper(sample.page), "UTF-8").Convert(sample.text);
    ASSERT_FALSE(bytes.empty()) << sample.page;
    std::string buffer;
    const DecodedText decoded = Decode(bytes, buffer);
    EXPECT_EQ(decoded.encoding, sample.page) << sample.text;
    EXPECT_EQ(decoded.text, sample.text);
    EXPECT_EQ(decoded.replaced, 0U);
  }
}

constexpr std::array<std::string_view, 13> kOfEurope = {
    "château tâche bâtiment âge grâce théâtre pâte gâteau bientôt hôtel côté dîner île",
    "Numéro de série : 12\nAucune information sur le fournisseur de clé\n",
    "Zertifikatsprüfung übergeben für Größe Schlüssel Antragsteller Müller",
    "Número de serie: año España administración señal contraseña",
    "Número de Série informação não é possível localizar decodificação João Ação êxito",
    "Серийный номер Сертификат Издатель Субъект закрытый ключ не подлежит экспорту",
    "świadectwo właściwość również źródło ćma łódź",
    "Serienummer: Utfärdare Ämne Åke Öberg själv för även",
    "Sériové číslo Vystavitel Předmět žádost účet šíření",
    "Sorozatszám Kiállító Tárgy tanúsítvány nem exportálható őrült űr",
    "CN=Jürgen Groß, DC=corp\n",
    "CN=Zoë\n",
    "naïve façade déjà vu créée aéré",
};

TEST(DoubleBytePagesTest, AreNotThoseOfEurope) {
  std::size_t tried = 0;
  for (const std::string& page : {"CP437"s, "CP850"s, "CP852"s, "CP866"s, "CP1252"s}) {
    Iconv iconv(page, "UTF-8");
    for (const std::string_view text : kOfEurope) {
      const std::string bytes = iconv.Convert(std::string(text));
      std::string buffer;
      if (!bytes.empty()) {
        EXPECT_FALSE(Decode(bytes, buffer).encoding.starts_with("cp9")) << page << ' ' << text;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 30U);
}

TEST(DoubleBytePagesTest, HalfWidthKatakanaAndTheEuroAreOneOctet) {
  const auto pages = DoubleBytePages();
  EXPECT_EQ(FirstCharacter(pages[0], "\xb1").c, u'\uff71');
  EXPECT_EQ(FirstCharacter(pages[1], "\x80").c, u'\u20ac');
  EXPECT_EQ(FirstCharacter(pages[2], "\x80").c, 0);
}

TEST(DoubleBytePagesTest, HalfACharacterIsDamage) {
  const std::string bytes = Iconv("CP936", "UTF-8").Convert(kSamples[0].text) + "a\xd6\nb\n";
  std::string buffer;
  const DecodedText decoded = Decode(bytes, buffer);
  EXPECT_EQ(decoded.encoding, "cp936");
  EXPECT_EQ(decoded.replaced, 1U);
  EXPECT_EQ(DamagedLines(decoded, 9), std::vector<std::uint64_t>{4});
}

TEST(DoubleBytePagesTest, WhatHoldsANulIsNoTextOfThem) {
  const std::string bytes =
      Iconv("CP936", "UTF-8").Convert(kSamples[0].text) + std::string(1, '\0');
  std::string buffer;
  EXPECT_EQ(Decode(bytes, buffer).encoding, "latin-1");
}

}  // namespace
}  // namespace whfb::readers
