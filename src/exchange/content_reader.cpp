#include "exchange/content_reader.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <variant>

#include "commerceml/reader.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

/// More pictures than this are not told apart: all that there are come along.
constexpr std::size_t most_pictures = 1'000'000;

/// Takes down what the records of a file say of the whole.
class ContentNotes {
  public:
    void take(const commerceml::Record& record) {
        if (const auto* catalogue = std::get_if<commerceml::Catalogue>(&record)) {
            note_catalogue(catalogue->id);
        } else if (const auto* offers = std::get_if<commerceml::OfferPackage>(&record)) {
            note_catalogue(offers->catalogue_id.empty() ? offers->id : offers->catalogue_id);
        } else if (const auto* product = std::get_if<commerceml::Product>(&record)) {
            note_pictures(product->pictures);
        } else if (const auto* offer = std::get_if<commerceml::Offer>(&record)) {
            note_pictures(offer->pictures);
        }
    }

    [[nodiscard]] arrival::FileContent finish(const commerceml::RecordSource& source, bool is_commerceml) {
        const commerceml::FileKind& kind = source.kind();
        m_content.classifier = kind.classifier;
        m_content.catalogue = kind.catalogue;
        m_content.offers = kind.offers;
        m_content.contragents = kind.contragents;
        m_content.documents = kind.documents;
        m_content.has_halves = is_commerceml;
        m_content.formed_at = source.facts().formed_at;
        sort_pictures();
        return std::move(m_content);
    }

    [[nodiscard]] bool knows_catalogue() const { return !m_content.catalogue_id.empty(); }

  private:
    void note_catalogue(const std::string& id) {
        if (m_content.catalogue_id.empty()) {
            m_content.catalogue_id = id.ends_with('#') ? id.substr(0, id.size() - 1) : id;
        }
    }

    void note_pictures(const std::vector<commerceml::Product::Picture>& pictures) {
        for (const commerceml::Product::Picture& picture : pictures) {
            note_picture(picture.path);
        }
    }

    void note_picture(const std::string& path) {
        const auto key = arrival::picture_key(path);
        if (!key || m_content.wants_all_pictures) {
            return;
        }
        m_content.pictures.push_back(*key);
        if (m_content.pictures.size() >= 2 * most_pictures) {
            sort_pictures();
            m_content.wants_all_pictures = m_content.pictures.size() > most_pictures;
        }
    }

    void sort_pictures() {
        std::vector<std::uint64_t>& pictures = m_content.pictures;
        std::ranges::sort(pictures);
        const auto twins = std::ranges::unique(pictures);
        pictures.erase(twins.begin(), twins.end());
    }

    arrival::FileContent m_content;
};

/// Some senders give a file its whole size at once and fill it from its beginning.
bool ends_with_zeros(const std::filesystem::path& path) {
    constexpr std::streamoff zeros = 8;
    std::array<char, zeros> tail{};
    std::ifstream file(path, std::ios::binary);
    file.seekg(-zeros, std::ios::end);
    file.read(tail.data(), zeros);
    return file.gcount() == zeros && std::ranges::all_of(tail, [](char byte) { return byte == '\0'; });
}

bool breaks_off(const Finding& fault, const std::filesystem::path& copy) {
    constexpr std::uintmax_t longest_mark = 3;  // of byte order: a part of it is no text
    const Code code = fault.message.code;
    return code == Code{"XML-TRUNCATED"} || code == Code{"XML-EMPTY"} ||
           std::filesystem::file_size(copy) <= longest_mark || ends_with_zeros(copy);
}

}  // namespace

arrival::FileContent content_of(const std::filesystem::path& copy, const std::string& name,
                                arrival::ContentReader::Depth depth, const RecordSources& sources) {
    using Depth = arrival::ContentReader::Depth;
    using Verdict = arrival::FileContent::Verdict;
    commerceml::FileInput input(copy);
    const FindingSink ignore = [](const Finding& /*warning*/) {};
    ContentNotes notes;
    try {
        const bool is_commerceml = sources.is_commerceml(input);
        commerceml::FileKind kind;
        if (depth == Depth::head) {
            kind = sources.kind_of(input);
        }
        input.rewind();
        const auto source = sources.open(input, name, ignore);
        // The catalogue is announced before its first object.
        constexpr std::size_t longest_head = 20'000;
        for (std::size_t count = 0; const auto record = source->next(); ++count) {
            notes.take(record->record);
            if (depth == Depth::head && (notes.knows_catalogue() || count > longest_head)) {
                break;
            }
        }
        arrival::FileContent content = notes.finish(*source, is_commerceml);
        if (depth == Depth::head) {
            content.classifier = kind.classifier;
            content.catalogue = kind.catalogue;
            content.offers = kind.offers;
            content.contragents = kind.contragents;
            content.documents = kind.documents;
        }
        return content;
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
        arrival::FileContent content;
        content.verdict = breaks_off(error.finding(), copy) ? Verdict::unfinished : Verdict::damaged;
        content.fault = error.finding();
        return content;
    }
}

}  // namespace obmen::exchange
