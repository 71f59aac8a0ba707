#include "samples/certutil_text.h"

#include <string_view>

#include <fmt/format.h>

namespace whfb::samples {

namespace {

struct Labels {
  std::string_view banner{};
  std::string_view personal{};
  std::string_view serial{};
  std::string_view issuer{};
  std::string_view not_before{};
  std::string_view not_after{};
  std::string_view subject{};
  std::string_view v1_template{};
  std::string_view not_root{};
  std::string_view signature{};
  std::string_view root{};
  std::string_view template_text{};
  std::string_view hash{};
  std::string_view container{};
  std::string_view unique_name{};
  std::string_view provider{};
  std::string_view no_key{};
  std::string_view no_key_found{};
  std::string_view not_exportable{};
  std::string_view passed{};
  std::string_view closing{};
};

constexpr Labels kEnglish = {
    .banner = "Certificate",
    .personal = "Personal",
    .serial = "Serial Number: ",
    .issuer = "Issuer: ",
    .not_before = " NotBefore: ",
    .not_after = " NotAfter: ",
    .subject = "Subject: ",
    .v1_template = "Certificate Template Name (Certificate Type): ",
    .not_root = "Non-root Certificate",
    .signature = "Signature matches Public Key",
    .root = "Root Certificate: Subject matches Issuer",
    .template_text = "Template: ",
    .hash = "Cert Hash(sha1): ",
    .container = "  Key Container = ",
    .unique_name = "  Unique container name: ",
    .provider = "  Provider = ",
    .no_key = "  No key provider information",
    .no_key_found = "Cannot find the certificate and private key for decryption.",
    .not_exportable = "Private key is NOT exportable",
    .passed = "Encryption test passed",
    .closing = "CertUtil: -store command completed successfully.",
};

constexpr Labels kGerman = {
    .banner = "Zertifikat",
    .personal = "Eigene Zertifikate",
    .serial = "Seriennummer: ",
    .issuer = "Aussteller: ",
    .not_before = " Nicht vor: ",
    .not_after = " Nicht nach: ",
    .subject = "Antragsteller: ",
    .v1_template = "Zertifikatvorlagenname (Zertifikattyp): ",
    .not_root = "Kein Stammzertifikat",
    .signature = "Signatur stimmt mit dem öffentlichen Schlüssel überein.",
    .root = "Stammzertifikat: Antragsteller stimmt mit Aussteller überein",
    .template_text = "Vorlage: ",
    .hash = "Zertifikathash(sha1): ",
    .container = "  Schlüsselcontainer = ",
    .unique_name = "  Eindeutiger Containername: ",
    .provider = "  Anbieter = ",
    .no_key = "  Keine Schlüsselanbieterinformationen",
    .no_key_found = "Zertifikat und privater Schlüssel wurden nicht gefunden.",
    .not_exportable = "Der private Schlüssel ist NICHT exportierbar",
    .passed = "Verschlüsselungstest wurde durchgeführt",
    .closing = "CertUtil: -store-Befehl wurde erfolgreich ausgeführt.",
};

// The blanks before ":" and "=" are U+00A0 where the console writes them so.
constexpr Labels kFrench = {
    .banner = "Certificat",
    .personal = "Personnel",
    .serial = "Numéro de série : ",
    .issuer = "Émetteur: ",
    .not_before = " NotBefore : ",
    .not_after = " NotAfter : ",
    .subject = "Objet: ",
    .v1_template = "Nom du modèle de certificat (Type de certificat) : ",
    .not_root = "Il ne s’agit pas d’un certificat racine",
    .signature = "La signature correspond à la clé publique",
    .root = "Certificat racine : le sujet correspond à l’émetteur",
    .template_text = "Modèle: ",
    .hash = "Hach. cert. (sha1) : ",
    .container = "  Conteneur de clé = ",
    .unique_name = "  Nom de conteneur unique : ",
    .provider = "  Fournisseur = ",
    .no_key = "Aucune information sur le fournisseur de clé",
    .no_key_found = "Impossible de trouver le certificat et la clé privée pour le déchiffrement.",
    .not_exportable = "La clé privée n’est PAS exportable",
    .passed = "Test de chiffrement réussi",
    .closing = "CertUtil: -store La commande s’est terminée correctement.",
};

const Labels& LabelsOf(Language language) {
  switch (language) {
    case Language::kEnglish:
      return kEnglish;
    case Language::kGerman:
      return kGerman;
    case Language::kFrench:
      return kFrench;
  }
  return kEnglish;
}

std::string DateText(Ticks ticks, Language language) {
  const CivilTime t = CivilFromTicks(ticks);
  switch (language) {
    case Language::kEnglish:
      return fmt::format("{}/{}/{} {}:{:02} {}", t.month, t.day, t.year,
                         t.hour % 12 == 0 ? 12 : t.hour % 12, t.minute, t.hour < 12 ? "AM" : "PM");
    case Language::kGerman:
      return fmt::format("{:02}.{:02}.{:04} {:02}:{:02}", t.day, t.month, t.year, t.hour, t.minute);
    case Language::kFrench:
      return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}", t.day, t.month, t.year, t.hour, t.minute);
  }
  return {};
}

// Lines of one listing.
class Writer {
 public:
  explicit Writer(const CertutilListing& listing)
      : listing_(listing), labels_(LabelsOf(listing.language)) {}

  std::string Write() {
    if (!listing_.command.empty()) {
      Line(listing_.command);
    }
    const bool my = listing_.store == "my" || listing_.store == "My";
    Line(my ? fmt::format("{} \"{}\"", listing_.store, labels_.personal) : listing_.store);
    for (std::size_t i = 0; i < listing_.certificates.size(); ++i) {
      Line(fmt::format("{0} {1} {2} {0}", "================", labels_.banner, i));
      Certificate(listing_.certificates[i]);
      Line("");
    }
    if (listing_.completed) {
      Line(labels_.closing);
    }
    return std::move(text_);
  }

 private:
  void Line(std::string_view first, std::string_view second = {}) {
    text_ += first;
    text_ += second;
    text_ += "\r\n";
  }

  void Certificate(const CertutilCertificate& one) {
    if (one.archived) {
      Line("Archived!");
    }
    Line(labels_.serial, one.serial);
    Line(labels_.issuer, one.issuer.empty() ? "EMPTY" : one.issuer);
    Line(labels_.not_before, DateText(one.not_before, listing_.language));
    Line(labels_.not_after, DateText(one.not_after, listing_.language));
    Line(labels_.subject, one.subject.empty() ? "EMPTY" : one.subject);
    if (!one.v1_template.empty()) {
      Line(labels_.v1_template, one.v1_template);
    }
    if (one.issuer == one.subject) {
      Line(labels_.signature);
      Line(labels_.root);
    } else {
      Line(labels_.not_root);
    }
    if (!one.template_text.empty()) {
      Line(labels_.template_text, one.template_text);
    }
    Line(labels_.hash, one.sha1);
    Key(one);
  }

  void Key(const CertutilCertificate& one) {
    if (!one.key) {
      Line(labels_.no_key);
      Line(labels_.no_key_found);
      return;
    }
    Line(labels_.container, one.key->container);
    if (!one.key->unique_name.empty()) {
      Line(labels_.unique_name, one.key->unique_name);
    }
    Line(labels_.provider, one.key->provider);
    if (one.key->missing) {
      Line("Missing stored keyset");  // no translation has been seen
      return;
    }
    if (!one.key->exportable) {
      Line(labels_.not_exportable);
    }
    Line(labels_.passed);
  }

  const CertutilListing& listing_;
  const Labels& labels_;
  std::string text_{};
};

}  // namespace

std::string CertutilText(const CertutilListing& listing) {
  return Writer(listing).Write();
}

}  // namespace whfb::samples
