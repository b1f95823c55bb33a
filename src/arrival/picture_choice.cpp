#include "arrival/picture_choice.hpp"

#include <algorithm>

#include "arrival/names.hpp"

namespace obmen::arrival {

std::vector<ChosenPicture> PictureChoice::named_by(const std::vector<TrackedFile*>& members) {
    Chosen by_name;
    for (const TrackedFile* member : members) {
        const FileContent& content = *member->content;
        if (content.pictures.empty() && !content.wants_all_pictures) {
            continue;
        }
        index();
        if (content.wants_all_pictures) {
            for (const auto& [key, place] : *m_by_key) {
                choose(*member, place, by_name);
            }
        }
        for (const std::uint64_t key : content.pictures) {
            const auto [begin, end] = m_by_key->equal_range(key);
            for (auto found = begin; found != end; ++found) {
                choose(*member, found->second, by_name);
            }
        }
    }
    std::vector<ChosenPicture> chosen;
    for (const auto& [name, file] : by_name) {
        chosen.push_back({file, name});
    }
    std::ranges::sort(chosen, natural_less, &ChosenPicture::name);
    return chosen;
}

void PictureChoice::choose(const TrackedFile& member, const Place& place, Chosen& chosen) {
    const std::string folder = member.shown.substr(0, member.shown.rfind('/') + 1);
    const std::string& shown = place.file->shown;
    const std::string above = shown.substr(0, place.above);
    if (folder.starts_with(above)) {
        // From a folder in between it is found only by the name that the file gives it.
        chosen.emplace(above.empty() || above == folder ? shown : shown.substr(place.above), place.file);
    }
}

void PictureChoice::index() {
    if (m_by_key) {
        return;
    }
    m_by_key.emplace();
    m_files.for_each([&](TrackedFile& file) {
        if (file.role != NameRole::picture || !file.listed || file.row.size == 0) {
            return;
        }
        for (std::size_t above = 0;; above = file.shown.find('/', above) + 1) {
            if (const auto key = picture_key(std::string_view(file.shown).substr(above))) {
                m_by_key->emplace(*key, Place{&file, above});
            }
            if (file.shown.find('/', above) == std::string::npos) {
                return;
            }
        }
    });
}

}  // namespace obmen::arrival
