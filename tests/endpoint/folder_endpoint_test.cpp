#include <gtest/gtest.h>
#include <unistd.h>

#include "endpoint/endpoint_cases.hpp"

namespace obmen::tests {

namespace {

class FolderPlace : public EndpointPlace {
  public:
    explicit FolderPlace(bool writable) {
        std::filesystem::create_directory(served());
        std::filesystem::permissions(served(), std::filesystem::perms(writable ? 0700 : 0500));
    }
    [[nodiscard]] config::EndpointSettings settings() const override {
        config::EndpointSettings settings;
        settings.url = "folder:" + served().string();
        return settings;
    }
    [[nodiscard]] std::filesystem::path served() const override { return m_directory / "Обмен с 1С"; }

  private:
    TemporaryDirectory m_directory;
};

/// Rights do not bind root.
std::unique_ptr<EndpointPlace> make_folder_place(bool writable) {
    return writable ? std::make_unique<FolderPlace>(true) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(
    Folder, EndpointCases,
    testing::Values(EndpointCase{
        .name = "Folder", .make = &make_folder_place, .has_server = false, .control_names = true}),
    name_of_case);

}  // namespace

}  // namespace obmen::tests
