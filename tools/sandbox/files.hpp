#pragma once

#include <string>

#include "store.hpp"

/// Files that were sent in fields. The portal keeps of each a row of kind `file` with NAME, SIZE and SHA256
/// of its bytes: enough to tell whether the right picture arrived whole.
namespace obmen::sandbox {

/// `{"fileData":["a.jpg","<base64>"]}` as the portal shows the file afterwards; null if it is none.
[[nodiscard]] Json stored_file(Store& store, const Json& sent);
/// Forgets every file that `shown`, an answer of `stored_file` or something made of them, names.
void forget_files(Store& store, const Json& shown);
/// A field of one file: another one takes its place, `{"remove":"Y"}` clears it, everything else leaves it.
void store_file_field(Store& store, Json& row, const std::string& field, const Json& sent);

}  // namespace obmen::sandbox
