#include "samples/store_listing.h"

#include <span>
#include <stdexcept>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/x509.h"

namespace whfb::samples {

namespace {

struct Labels {
  const char* certificate;
  const char* serial;
  const char* issuer;
  const char* not_before;
  const char* not_after;
  const char* subject;
  const char* non_root;
  const char* root;
  const char* hash;
  const char* container;
  const char* provider;
  const char* no_key;
  const char* not_exportable;
  const char* passed;
  const char* missing;
  const char* done;
  bool day_first;
};

constexpr Labels kEnglish = {
    "Certificate",
    "Serial Number: ",
    "Issuer: ",
    " NotBefore: ",
    " NotAfter: ",
    "Subject: ",
    "Non-root Certificate",
    "Signature matches Public Key\r\nRoot Certificate: Subject matches Issuer",
    "Cert Hash(sha1): ",
    "  Key Container = ",
    "  Provider = ",
    "No key provider information\r\nCannot find the certificate and private key "
    "for decryption.",
    "Private key is NOT exportable",
    "Signature test passed",
    "Missing stored keyset",
    "CertUtil: -store command completed successfully.",
    false};

constexpr Labels kFrench = {
    "Certificat",
    "Num\u00e9ro de s\u00e9rie : ",
    "\u00c9metteur: ",
    " NotBefore : ",
    " NotAfter : ",
    "Objet: ",
    "Il ne s\u2019agit pas d\u2019un certificat racine",
    "La signature correspond \u00e0 la cl\u00e9 publique\r\nCertificat racine : le sujet "
    "correspond \u00e0 l\u2019\u00e9metteur",
    "Hach. cert. (sha1) : ",
    "  Conteneur de cl\u00e9 = ",
    "  Fournisseur = ",
    "Aucune information sur le fournisseur de cl\u00e9",
    "La cl\u00e9 priv\u00e9e N\u2019EST PAS exportable",
    "Test de chiffrement r\u00e9ussi",
    "Jeu de cl\u00e9s stock\u00e9 manquant",
    "CertUtil: -store La commande s\u2019est termin\u00e9e correctement.",
    true};

// The user's short date and time, local time of a machine on UTC.
std::string LocalDate(Ticks ticks, bool day_first) {
  const CivilTime civil = CivilFromTicks(ticks);
  if (day_first) {
    return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}", civil.day, civil.month, civil.year,
                       civil.hour, civil.minute);
  }
  const int hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  return fmt::format("{}/{}/{} {}:{:02} {}", civil.month, civil.day, civil.year, hour, civil.minute,
                     civil.hour < 12 ? "AM" : "PM");
}

std::string KeyLines(const ListedCertificate& certificate, const Labels& labels) {
  if (certificate.provider.empty()) {
    return fmt::format("{}\r\n", labels.no_key);
  }
  const std::string key = fmt::format("{}{}\r\n{}{}\r\n", labels.container, certificate.container,
                                      labels.provider, certificate.provider);
  return certificate.keyset_missing
             ? key + labels.missing + "\r\n"
             : fmt::format("{}{}\r\n{}\r\n", key, labels.not_exportable, labels.passed);
}

std::string Element(const ListedCertificate& certificate,
                    std::size_t number,
                    const Labels& labels) {
  TextPool pool;
  const Result<readers::CertificateFields> fields = readers::ParseCertificate(
      std::as_bytes(std::span(certificate.der)), pool, readers::Hashes::kSha1, "sample");
  if (!fields) {
    throw std::runtime_error(fields.error().ToString());
  }
  std::string text =
      fmt::format("================ {} {} ================\r\n", labels.certificate, number);
  text += fmt::format("{}{}\r\n", labels.serial, fields->serial.value);
  text += fmt::format("{}{}\r\n", labels.issuer, fields->issuer.value);
  text +=
      labels.not_before + LocalDate(fields->not_before.value.earliest, labels.day_first) + "\r\n";
  text += labels.not_after + LocalDate(fields->not_after.value.earliest, labels.day_first) + "\r\n";
  text += fmt::format("{}{}\r\n", labels.subject, fields->subject.value);
  text += fmt::format("{}\r\n", fields->self_issued.value ? labels.root : labels.non_root);
  text += fmt::format("{}{}\r\n", labels.hash, fields->sha1.value);
  return text + KeyLines(certificate, labels) + "\r\n";
}

}  // namespace

std::string StoreListing(const StoreListingPlan& plan) {
  const Labels& labels = plan.language == "fr" ? kFrench : kEnglish;
  std::string text = plan.store;
  text += plan.display_name.empty() ? "\r\n" : fmt::format(" \"{}\"\r\n", plan.display_name);
  for (std::size_t i = 0; i < plan.certificates.size(); ++i) {
    text += Element(plan.certificates[i], i, labels);
  }
  return text + labels.done + "\r\n";
}

}  // namespace whfb::samples
