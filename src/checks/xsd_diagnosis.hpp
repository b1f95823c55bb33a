#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commerceml/reader.hpp"
#include "support/finding.hpp"

namespace obmen::checks {

/// The schemas in `schemas/`.
enum class CommercemlSchema : std::uint8_t { version_2, version_3 };

/// One way in which a file leaves the standard, however often it does.
struct XsdDeviation {
    Code code;                ///< XSD-…: the kind
    std::string parent{};     ///< around the element; empty for the root
    std::string element{};    ///< local name
    std::string attribute{};  ///< local name; empty where the element itself deviates
    std::string expected{};   ///< the type, limit or list that the value breaks: an argument of message_of()
    std::string value{};      ///< of the first one, cut short; empty where there is none
    std::uint64_t count = 0;  ///< how often
    std::uint64_t line = 0;   ///< of the first one; counts from 1
};

/// What `deviation` says, without its count and place.
[[nodiscard]] Message message_of(const XsdDeviation& deviation);

struct XsdDiagnosis {
    CommercemlSchema schema = CommercemlSchema::version_2;
    std::vector<XsdDeviation> deviations;  ///< by line of the first one
    std::uint64_t left_out = 0;            ///< occurrences of deviations beyond the limit of different ones
    std::optional<Finding> stopped;        ///< XSD-STOPPED: libxml2 could not read on

    /// All occurrences of all deviations.
    [[nodiscard]] std::uint64_t occurrences() const;
};

/// Compares files with the CommerceML schemas. Nothing but a diagnosis: five of six real exports deviate and
/// can be used all the same.
///
/// The namespace does not matter, nor does the order of elements. An element that does not belong is listed,
/// and what it holds is not looked at; its neighbours are.
class XsdDiagnoser {
  public:
    /// At most `most_deviations` different deviations are told apart. Loads both schemas.
    explicit XsdDiagnoser(std::size_t most_deviations = 1000);
    ~XsdDiagnoser();
    XsdDiagnoser(const XsdDiagnoser&) = delete;
    XsdDiagnoser& operator=(const XsdDiagnoser&) = delete;

    /// Reads `input` from its first byte, which must be next, to the end. The file must have passed
    /// commerceml::RecordReader: well-formed, without a document type. Memory does not grow with the file.
    ///
    /// \returns nothing if the root is not КоммерческаяИнформация: another format, of which no schema speaks
    [[nodiscard]] std::optional<XsdDiagnosis> diagnose(commerceml::Input& input) const;

  private:
    struct Schemas;
    std::unique_ptr<Schemas> m_schemas;
    std::size_t m_most_deviations;
};

}  // namespace obmen::checks
