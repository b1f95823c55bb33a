#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

// Templates that nearly every source uses, compiled once, in instantiated.cpp, instead of in each source: a
// quarter of all machine code that the compiler would otherwise write. No source includes this: it is the
// last of the precompiled headers.
//
// Explicit instantiation of a class template says nothing of its base classes and of its member templates,
// hence the inner classes of nlohmann/json 3.11 beside it. libstdc++ declares its own strings like this up to
// C++17 only.

// OBMEN_INSTANTIATED is `extern template` here, and `template` in instantiated.cpp.
#ifndef OBMEN_INSTANTIATED
#define OBMEN_INSTANTIATED extern template
#endif

// The strings first: the others use them.
OBMEN_INSTANTIATED class std::basic_string<char>;
OBMEN_INSTANTIATED class std::vector<std::string>;
OBMEN_INSTANTIATED class std::vector<std::filesystem::path>;
OBMEN_INSTANTIATED class std::vector<unsigned char>;
OBMEN_INSTANTIATED class std::vector<char>;
OBMEN_INSTANTIATED class std::set<std::string>;
OBMEN_INSTANTIATED class std::map<std::string, std::string>;
OBMEN_INSTANTIATED class std::map<std::string, std::string, std::less<>>;

OBMEN_INSTANTIATED class nlohmann::basic_json<>;
OBMEN_INSTANTIATED class std::vector<nlohmann::json>;
OBMEN_INSTANTIATED class std::map<std::string, nlohmann::json, std::less<>>;
OBMEN_INSTANTIATED class nlohmann::detail::iter_impl<const nlohmann::json>;
OBMEN_INSTANTIATED class nlohmann::detail::serializer<nlohmann::json>;
OBMEN_INSTANTIATED class nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
OBMEN_INSTANTIATED class nlohmann::detail::json_sax_dom_callback_parser<nlohmann::json>;
OBMEN_INSTANTIATED class nlohmann::detail::lexer<
    nlohmann::json, nlohmann::detail::iterator_input_adapter<std::string::const_iterator>>;
OBMEN_INSTANTIATED class nlohmann::detail::lexer<nlohmann::json,
                                                 nlohmann::detail::iterator_input_adapter<const char*>>;
OBMEN_INSTANTIATED class nlohmann::detail::parser<
    nlohmann::json, nlohmann::detail::iterator_input_adapter<std::string::const_iterator>>;
OBMEN_INSTANTIATED class nlohmann::detail::parser<nlohmann::json,
                                                  nlohmann::detail::iterator_input_adapter<const char*>>;
