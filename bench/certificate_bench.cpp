// X.509: our field reader beside OpenSSL, same certificates, one run. State the ratio: absolute
// figures move with the machine.
//
// Twelve certificates as a CA issues them to users and domain controllers, RSA 2048, eight to ten
// extensions. Both sides end with names as text, dates, key size, SAN, EKU and key usage; the
// hashes are measured apart.

#include <array>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <openssl/bio.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <span>
#include <string>
#include <vector>

#include "collectors/readers/x509.h"
#include "samples/contoso_pki.h"
#include "scanner/core/text_pool.h"

namespace whfb {
namespace {

constexpr int kUsers = 8;

std::vector<std::string> Make() {
  const samples::ContosoPki pki = samples::MakePki(WHFB_SAMPLE_KEYS);
  std::vector<std::string> made = {pki.root, pki.issuing, pki.dc01, pki.dc02};
  for (int i = 0; i < kUsers; ++i) {
    made.push_back(samples::MakeUserCertificate(
        pki, {.serial = 1000U + static_cast<unsigned>(i),
              .upn = "user" + std::to_string(i) + "@corp.contoso.com",
              .ad_sid = "S-1-5-21-1004336348-1177238915-682003330-" + std::to_string(1100 + i),
              .template_oid = i % 2 == 0 ? samples::kTemplateOid : "",
              .directory_subject = i % 3 == 0}));
  }
  return made;
}

const std::vector<std::string>& Certificates() {
  static const std::vector<std::string> kMade = Make();
  return kMade;
}

void Ours(benchmark::State& state, readers::Hashes hashes) {
  std::int64_t count = 0;
  for (auto _ : state) {
    TextPool pool;
    for (const std::string& der : Certificates()) {
      const auto fields =
          readers::ParseCertificate(std::as_bytes(std::span(der)), pool, hashes, "bench");
      if (!fields) {
        state.SkipWithError("a certificate could not be read");
        return;
      }
      benchmark::DoNotOptimize(fields->subject);
      ++count;
    }
  }
  state.SetItemsProcessed(count);
}

void BM_FieldReader(benchmark::State& state) {
  Ours(state, readers::Hashes::kNone);
}

void BM_FieldReaderWithHashes(benchmark::State& state) {
  Ours(state, readers::Hashes::kSha1AndSha256);
}

template <auto Function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};

std::string NameText(const X509_NAME* name) {
  const std::unique_ptr<BIO, Free<BIO_free>> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// False when something that every certificate has could not be read.
bool ReadWithOpenSsl(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, Free<X509_free>> x(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (x == nullptr) {
    return false;
  }
  std::string names = NameText(X509_get_subject_name(x.get()));
  names += NameText(X509_get_issuer_name(x.get()));
  benchmark::DoNotOptimize(names);
  std::tm from{};
  std::tm until{};
  const bool dates = ASN1_TIME_to_tm(X509_get0_notBefore(x.get()), &from) == 1 &&
                     ASN1_TIME_to_tm(X509_get0_notAfter(x.get()), &until) == 1;
  benchmark::DoNotOptimize(EVP_PKEY_bits(X509_get0_pubkey(x.get())));
  benchmark::DoNotOptimize(X509_get_key_usage(x.get()));
  benchmark::DoNotOptimize(X509_get_extended_key_usage(x.get()));
  auto* const san = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(x.get(), NID_subject_alt_name, nullptr, nullptr));
  GENERAL_NAMES_free(san);
  return dates;
}

void OpenSsl(benchmark::State& state, bool hashes) {
  std::int64_t count = 0;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  for (auto _ : state) {
    for (const std::string& der : Certificates()) {
      if (!ReadWithOpenSsl(der)) {
        state.SkipWithError("a certificate could not be read");
        return;
      }
      if (hashes) {
        const auto* const data = reinterpret_cast<const unsigned char*>(der.data());
        SHA1(data, der.size(), digest.data());
        SHA256(data, der.size(), digest.data());
      }
      ++count;
    }
  }
  state.SetItemsProcessed(count);
}

void BM_OpenSsl(benchmark::State& state) {
  OpenSsl(state, false);
}

void BM_OpenSslWithHashes(benchmark::State& state) {
  OpenSsl(state, true);
}

BENCHMARK(BM_FieldReader)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_OpenSsl)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_FieldReaderWithHashes)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_OpenSslWithHashes)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace whfb

BENCHMARK_MAIN();
