#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/temporary_directory.hpp"

namespace obmen::tests {

/// Where exports come from: a folder of this machine, or one that a real server shows; with what this machine
/// sees of it.
class SourcePlace {
  public:
    SourcePlace() = default;
    virtual ~SourcePlace() = default;
    SourcePlace(const SourcePlace&) = delete;
    SourcePlace& operator=(const SourcePlace&) = delete;

    [[nodiscard]] virtual std::filesystem::path served() const = 0;
    /// Lines for [[source]] or [source.receipts]: a folder of the place, and what it takes to log in.
    [[nodiscard]] virtual std::string settings(const std::string& folder) const = 0;
    /// As 1C does it: whole, under a temporary name first. \param name within the place
    virtual void put(const std::string& name, const std::string& bytes);

    /// Under its final name, by a client that is killed when the server has some of `bytes` (300 kB and
    /// more).
    virtual void break_off_upload(const std::string& name, std::string_view bytes);

    /// Nothing of `folder` can be seen from outside any more: the server and its sessions are killed, or,
    /// where there is none, the folder has another name. \returns where its files are meanwhile
    virtual std::filesystem::path go_away(const std::string& folder);
    virtual void come_back(const std::string& folder);

    /// By a client of the kind, under its final name from the first byte on, within some seconds.
    virtual void upload_slowly(const std::string& /*name*/, const std::string& /*bytes*/) {}

    /// The server begins anew and proves no more that it is the one that was trusted.
    virtual void lose_trust() {}
    /// What a person does about it: renews the certificate, writes the other host key down.
    virtual void regain_trust() {}
    /// The code that says so.
    [[nodiscard]] virtual std::string code_of_lost_trust() const { return {}; }

    /// 0: nobody has to log in.
    [[nodiscard]] virtual int port() const { return 0; }
    /// As settings(), with a wrong password, to the server by way of another port.
    [[nodiscard]] virtual std::string refused_settings(const std::string& /*folder*/, int /*port*/) const {
        return {};
    }

  protected:
    [[nodiscard]] std::filesystem::path own(const std::string& name) const { return m_directory / name; }
    /// Runs a client that uploads its standard input as `name`, and kills it in the middle.
    void kill_in_mid_upload(const std::vector<std::string>& client, const std::string& name,
                            std::string_view bytes);
    /// A file of this machine, for a client to upload.
    [[nodiscard]] std::string local_copy(const std::string& bytes) const;
    /// \param client curl
    void run_slow_upload(std::vector<std::string> client) const;

  private:
    TemporaryDirectory m_directory;
};

/// One kind of source, and what it cannot do.
struct SourceKind {
    std::string name;  ///< letters and digits
    /// Why this machine has none of it; empty if it has.
    std::function<std::string()> why_not;
    std::function<std::unique_ptr<SourcePlace>()> make;
};

inline void PrintTo(const SourceKind& kind, std::ostream* out) {
    *out << kind.name;
}

[[nodiscard]] std::vector<SourceKind> all_source_kinds();
/// For what is dear and hardly depends on the kind: one of a kind, or all of them with OBMEN_COMPLETE=1.
[[nodiscard]] std::vector<SourceKind> some_source_kinds();
/// Servers that prove who they are: one of FTPS and OpenSSH, or all of them with OBMEN_COMPLETE=1.
[[nodiscard]] std::vector<SourceKind> source_kinds_with_proof();
/// Servers whose clocks are two hours ahead or behind; few of them, or all with OBMEN_COMPLETE=1.
[[nodiscard]] std::vector<SourceKind> source_kinds_with_another_clock();

}  // namespace obmen::tests
