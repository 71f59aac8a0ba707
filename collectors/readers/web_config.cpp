// Configuration of IIS: web.config of a directory, applicationHost.config of a server.
//
// Documentation: Microsoft Learn, IIS configuration reference: system.webServer/security/access,
// system.webServer/security/requestFiltering, system.applicationHost/sites, configSections,
// location. Only what concerns this product is kept; names of accounts and passwords
// never are.

#include <algorithm>
#include <array>
#include <string>

#include <pugixml.hpp>

#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/web_record.h"
#include "collectors/readers/xml_tree.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20;

// Without '/' at the ends; "." is the place of the file itself.
std::string_view Trimmed(std::string_view path) {
  while (path.starts_with('/')) {
    path.remove_prefix(1);
  }
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return path == "." ? std::string_view{} : path;
}

class Configuration {
 public:
  Configuration(const XmlTree& tree, const EvidenceView& evidence, RecordSink& sink)
      : tree_(tree), evidence_(evidence), sink_(sink) {}

  void Read() {
    for (const pugi::xml_node& node : tree_.root().children()) {
      if (Is(node, "configSections")) {
        ReadDefinitions(node);
      } else if (Is(node, "system.applicationHost")) {
        ReadSites(Child(node, "sites"));
        ReadPools(Child(node, "applicationPools"));
      } else if (Is(node, "location")) {
        ReadLocation(node);
      } else {
        ReadSecurity(node, {}, {});
      }
    }
    sink_.records.Add(WebConfigFile{.server = server_,
                                    .complete = tree_.damage() == nullptr && !tree_.too_deep(),
                                    .source = evidence_.At(1)});
  }

 private:
  // An element that the file breaks off in may be half.
  void Keep(const pugi::xml_node& node,
            std::string_view location,
            std::string_view name,
            const Known<std::string_view>& value) {
    if (!tree_.IsWhole(node)) {
      return;
    }
    sink_.records.Add(WebSetting{.location = sink_.Keep(Trimmed(location)),
                                 .name = name,
                                 .value = value,
                                 .source = evidence_.At(tree_.LineOf(node))});
    ++sink_.record_count;
  }

  void KeepAttribute(const pugi::xml_node& node,
                     std::string_view location,
                     std::string_view name,
                     const char* attribute) {
    if (node.attribute("configSource") || Child(node, "EncryptedData")) {
      Keep(node, location, name, Known<std::string_view>::Unknown(WhyUnknown::kNotCollected));
    } else if (const pugi::xml_attribute set = node.attribute(attribute)) {
      Keep(node, location, name, Known<std::string_view>::Present(sink_.Keep(set.value())));
    }
  }

  // Whether directories may set a section themselves.
  void ReadDefinitions(const pugi::xml_node& sections) {
    for (const pugi::xml_node& group : sections.children()) {
      if (std::string_view(group.attribute("name").value()) != "system.webServer") {
        continue;
      }
      for (const pugi::xml_node& inner : group.children()) {
        if (std::string_view(inner.attribute("name").value()) == "security") {
          ReadSectionLocks(inner);
        }
      }
    }
  }

  void ReadSectionLocks(const pugi::xml_node& security) {
    for (const pugi::xml_node& section : security.children()) {
      const std::string_view name = section.attribute("name").value();
      if (name == "access") {
        KeepAttribute(section, {}, kAccessLock, "overrideModeDefault");
      } else if (name == "requestFiltering") {
        KeepAttribute(section, {}, kFilteringLock, "overrideModeDefault");
      }
    }
  }

  void ReadLocation(const pugi::xml_node& location) {
    const std::string_view path = location.attribute("path").value();
    // allowOverride is the older spelling.
    std::string_view mode = location.attribute("overrideMode").value();
    if (const pugi::xml_attribute older = location.attribute("allowOverride");
        older && mode.empty()) {
      mode = older.as_bool() ? "Allow" : "Deny";
    }
    for (const pugi::xml_node& node : location.children()) {
      ReadSecurity(node, path, mode);
    }
  }

  void ReadSecurity(const pugi::xml_node& web_server,
                    std::string_view path,
                    std::string_view mode) {
    if (!Is(web_server, "system.webServer")) {
      return;
    }
    for (const pugi::xml_node& node : Child(web_server, "security").children()) {
      const bool access = Is(node, "access");
      if (!access && !Is(node, "requestFiltering")) {
        continue;
      }
      if (!mode.empty()) {
        Keep(node, path, access ? kAccessLock : kFilteringLock,
             Known<std::string_view>::Present(sink_.Keep(mode)));
      }
      KeepAttribute(node, path, access ? kSslFlags : kDoubleEscaping,
                    access ? "sslFlags" : "allowDoubleEscaping");
    }
  }

  void ReadSites(const pugi::xml_node& sites) {
    for (const pugi::xml_node& site : sites.children()) {
      if (!Is(site, "site")) {
        continue;
      }
      server_ = true;
      const std::string_view name = site.attribute("name").value();
      for (const pugi::xml_node& binding : Child(site, "bindings").children()) {
        const std::string text = std::string(binding.attribute("protocol").value()) + ' ' +
                                 binding.attribute("bindingInformation").value();
        Keep(binding, name, kBinding, Known<std::string_view>::Present(sink_.Keep(text)));
      }
    }
  }

  // The names of managed service accounts end with '$' (Group Managed Service Accounts Overview).
  static Known<std::string_view> IdentityOf(std::string_view type, std::string_view user) {
    constexpr std::array<std::string_view, 4> kBuiltIn = {
        "LocalSystem", "LocalService", "NetworkService", "ApplicationPoolIdentity"};
    if (std::ranges::find(kBuiltIn, type) != kBuiltIn.end()) {
      return Known<std::string_view>::Present(kBuiltInIdentity);
    }
    const std::string_view name = user.substr(0, user.find('@'));
    if (type != "SpecificUser" || name.empty()) {
      return Known<std::string_view>::Unknown(WhyUnknown::kMalformed);
    }
    return Known<std::string_view>::Present(name.ends_with('$') ? kManagedIdentity : kUserIdentity);
  }

  // system.applicationHost/applicationPools/add/processModel: identityType, userName.
  void ReadPools(const pugi::xml_node& pools) {
    for (const pugi::xml_node& pool : pools.children()) {
      const pugi::xml_node model = Child(pool, "processModel");
      const pugi::xml_attribute type = model.attribute("identityType");
      if (!Is(pool, "add") || !type) {
        continue;  // inherited
      }
      Keep(model, pool.attribute("name").value(), kPoolIdentity,
           IdentityOf(type.value(), model.attribute("userName").value()));
    }
  }

  const XmlTree& tree_;
  const EvidenceView& evidence_;
  RecordSink& sink_;
  bool server_ = false;
};

Status ReadWebConfig(const EvidenceView& evidence, RecordSink& sink) {
  XmlTree tree;
  if (Status loaded = tree.Load(evidence.bytes, evidence.path); !loaded) {
    return loaded;
  }
  sink.note = std::string(tree.encoding());
  if (!Is(tree.root(), "configuration")) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no <configuration> element"};
  }
  Configuration(tree, evidence, sink).Read();
  if (tree.damage() != nullptr) {
    sink.AddGap({.place = tree.damage_line(), .message = tree.damage()});
  }
  if (tree.too_deep()) {
    sink.AddGap({.place = 1, .why = WhyUnknown::kTooLarge, .message = "elements too deep"});
  }
  return Ok{};
}

// From the first element on; empty where none begins.
std::string_view FromRoot(std::string_view text) {
  constexpr std::array<std::array<std::string_view, 2>, 2> kBefore = {
      {{"<?", "?>"}, {"<!--", "-->"}}};
  for (bool again = true; again;) {
    again = false;
    text.remove_prefix(std::min(text.find('<'), text.size()));
    for (const auto& [begin, end] : kBefore) {
      const std::size_t at = text.starts_with(begin) ? text.find(end) : std::string_view::npos;
      if (at != std::string_view::npos) {
        text.remove_prefix(at + end.size());
        again = true;
      }
    }
  }
  return text;
}

int RecogniseWebConfig(const Head& head) {
  constexpr int kSure = 85;
  constexpr int kLikely = 60;
  if (head.FirstLetter() != '<') {
    return 0;
  }
  const std::string_view text = FromRoot(head.Text());
  constexpr std::string_view kRoot = "<configuration";
  const bool root = text.starts_with(kRoot) && text.size() > kRoot.size() &&
                    std::string_view("> \t\r\n").find(text[kRoot.size()]) != std::string_view::npos;
  if (!root) {
    return 0;
  }
  const bool web = text.find("<system.webServer") != std::string_view::npos ||
                   text.find("\"system.webServer\"") != std::string_view::npos ||
                   text.find("system.applicationHost") != std::string_view::npos;
  const bool named = head.name() == "web.config" || head.name() == "applicationhost.config";
  // What is beyond the head may come late in a long file.
  return web ? (named ? kSure : kLikely) : (named ? kLikely : 0);
}

}  // namespace

extern const ReaderSpec kWebConfigReader;  // declared again by the generated list

const ReaderSpec kWebConfigReader = {.kind = "web-config",
                                     .max_bytes = kMaxBytes,
                                     .recognise = RecogniseWebConfig,
                                     .read = ReadWebConfig,
                                     .environment = true};

}  // namespace whfb::readers
