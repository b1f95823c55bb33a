#include "commerceml/fragment.hpp"

#include "commerceml/names.hpp"
#include "support/error.hpp"

namespace obmen::commerceml {

namespace {

constexpr unsigned usual_flags = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol |
                                 pugi::parse_wconv_attribute | pugi::parse_embed_pcdata;

/// A text of white space counts where it is all there is. Where comments or CDATA sections cut texts into
/// pieces, each piece counts; that costs a node for every line end of the fragment, so it is done only there.
unsigned flags_for(const Piece& piece) {
    return usual_flags | (piece.sections ? pugi::parse_ws_pcdata : pugi::parse_ws_pcdata_single);
}

class PrefixRemover : public pugi::xml_tree_walker {
  public:
    bool for_each(pugi::xml_node& node) override {
        const std::string_view name = node.name();
        if (const std::string_view local = local_name(name); local.size() < name.size()) {
            // A copy: the new name would be read from where it is written to.
            node.set_name(std::string{local}.c_str());
        }
        return true;
    }
};

}  // namespace

pugi::xml_node Fragment::parse(const Piece& piece) {
    const pugi::xml_parse_result result =
        m_document.load_buffer_inplace(piece.fragment, piece.size, flags_for(piece), pugi::encoding_utf8);
    const pugi::xml_node element = only_element(result);
    if (piece.prefixes) {
        PrefixRemover remover;
        m_document.traverse(remover);
    }
    return element;
}

pugi::xml_node Fragment::parse_start_tag(std::string_view tag) {
    tag.remove_suffix(std::string_view{tag.ends_with("/>") ? "/>" : ">"}.size());
    std::string element{tag};
    element += "/>";
    return only_element(
        m_document.load_buffer(element.data(), element.size(), usual_flags, pugi::encoding_utf8));
}

/// What the tokenizer let pass must be one element to the parser too.
pugi::xml_node Fragment::only_element(const pugi::xml_parse_result& result) const {
    const pugi::xml_node element = m_document.first_child();
    if (!result || !element || element.next_sibling()) {
        throw Error{FailureClass::bug,
                    Message{"SYS-INTERNAL", {std::string{"pugixml: "} + result.description()}}};
    }
    return element;
}

}  // namespace obmen::commerceml
