#include "crm/field_rules.hpp"
#include "crm/mapping_gaps.hpp"
#include "support/error.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace obmen::crm {
namespace {

/// What a mapping is refused with.
Message refusal(const std::string& text) {
    try {
        static_cast<void>(read_mapping(text, "m.toml"));
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        return error.finding().message;
    }
    ADD_FAILURE() << "was taken: " << text;
    return {"SYS-INTERNAL"};
}

TEST(MappingFile, LeavesWhatItDoesNotSpeakOfAsItIsByDefault) {
    const Mapping mapping = read_mapping("[product]\nmissing = 'deactivate'\n", "m.toml");
    EXPECT_EQ(mapping.product.on_missing, OnMissing::deactivate);
    EXPECT_EQ(mapping.product.fields.size(), default_mapping().product.fields.size());
    EXPECT_FALSE(mapping.product.fields.empty());
    EXPECT_EQ(mapping.deal.operations, std::vector<std::string>{"Заказ товара"});
}

TEST(MappingFile, ReplacesAListOfFields) {
    const Mapping mapping =
        read_mapping("[[product.field]]\nto = 'NAME'\nfrom = 'ПолноеНаименование'\n", "m.toml");
    ASSERT_EQ(mapping.product.fields.size(), 1U);
    EXPECT_EQ(mapping.product.fields.front().line, 1U);
    EXPECT_FALSE(mapping.section.fields.empty());
}

TEST(MappingFile, AddsToTheDefaultFieldsWhereItSaysSo) {
    const std::size_t by_default = default_mapping().product.fields.size();
    const Mapping mapping = read_mapping(
        "[product]\ndefault_fields = true\n[[product.field]]\nto = 'NAME'\nfrom = 'ПолноеНаименование'\n"
        "[[product.field]]\nto = 'SORT'\nvalue = '100'\n",
        "m.toml");
    EXPECT_EQ(mapping.product.fields.size(), by_default + 1);
    EXPECT_EQ(rule_for(mapping.product.fields, "NAME")->sources.front().pieces.front().path->element,
              "ПолноеНаименование");
}

TEST(MappingFile, TellsWhichListsCouldNeverMakeAnything) {
    const auto lacking = [](const std::string& text) {
        std::vector<std::string> fields;
        for (const MappingGap& gap : mapping_gaps(read_mapping(text, "m.toml"))) {
            EXPECT_EQ(gap.finding.message.code, Code{"MAP-DEFAULTS"});
            EXPECT_EQ(gap.finding.file, "m.toml");
            fields.push_back(gap.finding.message.arguments.at(3) + " " + gap.finding.message.arguments.at(2) +
                             ":" + std::to_string(gap.finding.place.line));
        }
        return fields;
    };
    using Fields = std::vector<std::string>;
    EXPECT_EQ(lacking(""), Fields{});
    const std::string comment = "[[company.field]]\nto = 'COMMENTS'\nfrom = 'Комментарий'\n";
    EXPECT_EQ(lacking(comment), Fields{"[company] TITLE:1"});
    EXPECT_EQ(lacking("[company]\ndefault_fields = true\n" + comment), Fields{});
    EXPECT_EQ(lacking("[[contact.field]]\nto = 'LAST_NAME'\nfrom = 'Фамилия'\n"), Fields{});
    EXPECT_EQ(lacking("\n[[contact.field]]\nto = 'PHONE'\nfrom = 'Контакт'\n"),
              Fields{"[contact] LAST_NAME, NAME:2"});
    EXPECT_EQ(
        lacking(
            "[[product.field]]\nto = 'PRICE'\nfrom = 'Цена'\n[[section.field]]\nto = 'CODE'\nvalue = '1'\n"),
        (Fields{"[section] NAME:4", "[product] NAME:1"}));
    const std::string deal = "[[deal.field]]\nto = 'TITLE'\nfrom = 'Номер'\n";
    EXPECT_EQ(lacking(deal), Fields{"[deal] CURRENCY_ID:1"});
    EXPECT_EQ(lacking("[product]\ndefault_currency = 'RUB'\n" + deal), Fields{});
}

TEST(MappingFile, KeepsEveryOption) {
    const Mapping mapping = read_mapping(R"(
on_conflict = "keep_crm"
[product]
only_groups = ["Товары"]
except_groups = "Архив"
when = { 'Реквизит.ТипНоменклатуры' = { not = "Услуга" } }
variants = "fold"
deletion_mark = "delete"
missing = "deactivate"
max_missing_percent = 7
price_types = ["Оптовая", "Розничная"]
default_currency = "KZT"
create_units = false
adopt_by_name = true
adopt_by_property = "ARTICLE"
[contragent]
addresses = false
bank_accounts = false
representatives = false
country = "KZ"
adopt_by_inn = false
adopt_by_phone = true
adopt_by_email = true
adopt_overwrite = true
deletion_mark = "ignore"
[deal]
operations = ["Счёт"]
category = 9
rows = false
move_backwards = true
[[deal.stage]]
stage = "C9:WON"
when = { 'Реквизит."Статус заказа"' = "Закрыт" }
)",
                                         "m.toml");
    EXPECT_EQ(mapping.on_conflict, OnConflict::keep_crm);
    const ProductMapping& product = mapping.product;
    EXPECT_EQ(product.filter.only_groups, std::vector<std::string>{"Товары"});
    EXPECT_EQ(product.filter.except_groups, std::vector<std::string>{"Архив"});
    ASSERT_EQ(product.filter.conditions.size(), 1U);
    EXPECT_EQ(product.filter.conditions.front().kind, Condition::Kind::is_not);
    EXPECT_EQ(product.filter.conditions.front().path.selector, "ТипНоменклатуры");
    EXPECT_EQ(product.variants, VariantWay::fold);
    EXPECT_EQ(product.on_deletion_mark, OnDeletionMark::remove);
    EXPECT_EQ(product.on_missing, OnMissing::deactivate);
    EXPECT_EQ(product.max_missing_percent, 7U);
    EXPECT_EQ(product.price_types, (std::vector<std::string>{"Оптовая", "Розничная"}));
    EXPECT_EQ(product.default_currency, "KZT");
    EXPECT_FALSE(product.create_units);
    EXPECT_TRUE(product.adopt_by_name);
    EXPECT_EQ(product.adopt_by_property, "ARTICLE");
    const ContragentMapping& contragent = mapping.contragent;
    EXPECT_FALSE(contragent.addresses || contragent.bank_accounts || contragent.representatives);
    EXPECT_EQ(contragent.country, "KZ");
    EXPECT_TRUE(!contragent.adopt.by_inn && contragent.adopt.by_phone && contragent.adopt.by_email &&
                contragent.adopt.overwrite);
    EXPECT_EQ(mapping.deal.operations, std::vector<std::string>{"Счёт"});
    EXPECT_EQ(mapping.deal.category, 9U);
    EXPECT_TRUE(!mapping.deal.rows && mapping.deal.move_backwards);
    ASSERT_EQ(mapping.deal.stages.size(), 1U);
    EXPECT_EQ(mapping.deal.stages.front().stage_id, "C9:WON");
    EXPECT_EQ(mapping.deal.stages.front().conditions.front().path.selector, "Статус заказа");
}

TEST(MappingFile, RefusesWhatIsNoToml) {
    const Message message = refusal("[product]\nmissing = deactivate\n");
    EXPECT_EQ(message.code, Code{"MAP-SYNTAX"});
    EXPECT_EQ(message.arguments[0], "m.toml");
    EXPECT_EQ(message.arguments[1], "2");
}

TEST(MappingFile, NamesTheNearestKey) {
    Message message = refusal("[product]\nmising = 'keep'\n");
    EXPECT_EQ(message.code, Code{"MAP-UNKNOWN-KEY"});
    message.arguments.pop_back();
    EXPECT_EQ(message.arguments, (std::vector<std::string>{"m.toml", "2", "product.mising", "missing"}));
    message = refusal("[[product.field]]\nto = 'NAME'\nform = 'Наименование'\n");
    EXPECT_EQ(message.arguments[1], "3");
    EXPECT_EQ(message.arguments[3], "from");
}

TEST(MappingFile, NamesTheNearestSources) {
    const Message message = refusal("[[product.field]]\nto = 'NAME'\nfrom = 'Наименованье'\n");
    EXPECT_EQ(message.code, Code{"MAP-UNKNOWN-SOURCE"});
    EXPECT_EQ(message.arguments[1], "3");
    EXPECT_EQ(message.arguments[3], "Наименованье");
    EXPECT_TRUE(message.arguments[4].starts_with("Наименование, ")) << message.arguments[4];
}

TEST(MappingFile, KnowsWhichRecordHasWhat) {
    EXPECT_EQ(refusal("[[product.field]]\nto = 'NAME'\nfrom = 'ИНН'\n").code, Code{"MAP-UNKNOWN-SOURCE"});
    EXPECT_EQ(refusal("[[company.field]]\nto = 'TITLE'\nfrom = 'Артикул'\n").code,
              Code{"MAP-UNKNOWN-SOURCE"});
    EXPECT_EQ(refusal("[[deal.field]]\nto = 'TITLE'\nfrom = 'Номер {ИНН}'\n").code,
              Code{"MAP-UNKNOWN-SOURCE"});
    EXPECT_EQ(refusal("[[product.field]]\nto = 'NAME'\nfrom = 'Артикул.Второй'\n").code,
              Code{"MAP-UNKNOWN-SOURCE"})
        << "Артикул has no parts";
    const Message message = refusal("[[product.field]]\nto = 'SORT'\nfrom = 'Реквизит'\n");
    EXPECT_TRUE(message.arguments[4].starts_with("Реквизит.\"…\"")) << message.arguments[4];
}

TEST(MappingFile, NamesTheNearestTargets) {
    const Message message = refusal("[[company.field]]\nto = 'PHONES'\nfrom = 'Контакт'\n");
    EXPECT_EQ(message.code, Code{"MAP-UNKNOWN-TARGET"});
    EXPECT_EQ(message.arguments[1], "2");
    EXPECT_EQ(message.arguments[3], "PHONES");
    EXPECT_TRUE(message.arguments[4].starts_with("PHONE, ")) << message.arguments[4];
    EXPECT_EQ(refusal("[[product.field]]\nto = 'PROPERTY_вес'\nfrom = 'Артикул'\n").code,
              Code{"MAP-UNKNOWN-TARGET"});
    EXPECT_EQ(refusal("[[section.field]]\nto = 'PRICE'\nfrom = 'Наименование'\n").code,
              Code{"MAP-UNKNOWN-TARGET"});
}

TEST(MappingFile, RefusesValuesThatMeanNothing) {
    const auto expect_refusal = [](Code code, const std::string& text, const std::string& line,
                                   const std::string& name) {
        const Message message = refusal(text);
        EXPECT_EQ(message.code, code) << text;
        EXPECT_EQ(message.arguments[1], line) << text;
        EXPECT_EQ(message.arguments[2], name) << text;
    };
    const Code value{"MAP-VALUE"};
    expect_refusal(value, "[product]\nmissing = 'forget'\n", "2", "product.missing");
    expect_refusal(value, "[product]\nmissing = 5\n", "2", "product.missing");
    expect_refusal(value, "[product]\nmax_missing_percent = 101\n", "2", "product.max_missing_percent");
    expect_refusal(value, "[product]\ndefault_currency = 'rub'\n", "2", "product.default_currency");
    expect_refusal(value, "[contragent]\ncountry = 'Russia'\n", "2", "contragent.country");
    expect_refusal(value, "[contragent]\ndeletion_mark = 'keep'\n", "2", "contragent.deletion_mark");
    expect_refusal(Code{"MAP-TYPE"}, "[[product.field]]\nto = 'NAME'\nfrom = '{Артикул'\n", "3",
                   "product.field.from");
    expect_refusal(value, "[[product.field]]\nto = 'NAME'\nfrom = 'Артикул'\ncut = 0\n", "4",
                   "product.field.cut");
    expect_refusal(value, "[[product.field]]\nto = 'NAME'\nfrom = 'Артикул'\notherwise = 'x'\n", "4",
                   "product.field.otherwise");
    expect_refusal(value, "[[product.field]]\nto = 'NAME'\nfrom = 'Артикул'\nwhen = { 'Цена' = 5 }\n", "4",
                   "product.field.when.Цена");
    expect_refusal(value, "[[contact.field]]\nto = 'PHONE'\ntype = 'mobile'\nfrom = 'Контакт'\n", "3",
                   "contact.field.type");
    const Code type{"MAP-TYPE"};
    expect_refusal(type, "[[product.field]]\nto = 'NAME'\nfrom = []\n", "3", "product.field.from");
    expect_refusal(type, "[product]\nprice_types = 5\n", "2", "product.price_types");
    expect_refusal(type, "product = 5\n", "1", "product");
    expect_refusal(Code{"MAP-TARGET-PLAIN"}, "[[product.field]]\nto = 'PRICE'\nfrom = 'Артикул'\n", "2",
                   "PRICE");
    expect_refusal(Code{"MAP-TARGET-PLAIN"},
                   "[[product.field]]\nto = 'PRICE'\nfrom = 'Цена'\nnumber = true\n", "2", "PRICE");
}

TEST(MappingFile, SaysWhichRuleFillsATargetAlready) {
    EXPECT_EQ(refusal("[[product.field]]\nto = 'NAME'\nfrom = 'Артикул'\n"
                      "[[product.field]]\nto = 'NAME'\nfrom = 'Ид'\n"),
              (Message{"MAP-TARGET-TWICE", {"m.toml", "4", "NAME", "1"}}));
}

TEST(MappingFile, KnowsWhatAPortalCannotDoWithMarkedPeople) {
    for (const std::string mark : {"deactivate", "delete"}) {
        EXPECT_EQ(refusal("[contragent]\ndeletion_mark = '" + mark + "'\n"),
                  (Message{"MAP-CONTRAGENT-MARK", {"m.toml", "2", "contragent.deletion_mark", mark}}));
    }
}

TEST(MappingFile, GivesThePlaceOfAMistakeForPrograms) {
    try {
        static_cast<void>(read_mapping("[product]\nmising = 'keep'\n", "m.toml"));
        FAIL() << "was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().file, "m.toml");
        EXPECT_EQ(error.finding().place.line, 2U);
    }
}

TEST(MappingFile, DemandsWhatARuleCannotDoWithout) {
    EXPECT_EQ(refusal("[[product.field]]\nfrom = 'Артикул'\n").arguments,
              (std::vector<std::string>{"m.toml", "1", "product.field", "to", "to = \"NAME\""}));
    EXPECT_EQ(refusal("[[product.field]]\nto = 'NAME'\n").code, Code{"MAP-REQUIRED"});
    const Message both = refusal("[[product.field]]\nto = 'NAME'\nfrom = 'Артикул'\nvalue = 'x'\n");
    EXPECT_EQ(sentence(both, Language::english), "m.toml, line 4: from and value exclude each other");
    EXPECT_EQ(refusal("[[deal.stage]]\nwhen = { 'Роль' = 'x' }\n").code, Code{"MAP-REQUIRED"});
}

TEST(MappingFile, IsReadFromDisk) {
    const auto file = std::filesystem::path(::testing::TempDir()) / "mapping_file_test.toml";
    std::ofstream(file) << "on_conflict = \"report\"\n";
    EXPECT_EQ(load_mapping(file).on_conflict, OnConflict::report);
    std::filesystem::remove(file);
    try {
        static_cast<void>(load_mapping(file));
        FAIL() << "there is no such file";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    }
}

TEST(MappingFile, ReadsSourcesInAnySpelling) {
    const auto path = find_source_path(" свойство . \"Цвет. Основной\" ", SourceRecord::product);
    ASSERT_TRUE(path);
    EXPECT_EQ(path->element, "Свойство");
    EXPECT_EQ(path->selector, "Цвет. Основной");
    EXPECT_EQ(path->known, SourceElement::property);
    EXPECT_EQ(find_source_path("Цена.Розничная", SourceRecord::product)->selector, "Розничная");
    EXPECT_EQ(find_source_path("Цена.\"\"", SourceRecord::product), std::nullopt);
    EXPECT_EQ(find_source_path("", SourceRecord::product), std::nullopt);
}

TEST(MappingFile, ByDefaultSendsEverythingThatAProductHas) {
    for (const char* const target :
         {"NAME", "DESCRIPTION", "SECTION_ID", "PRICE", "MEASURE", "VAT_ID", "VAT_INCLUDED", "ACTIVE",
          "PROPERTY_*", "PROPERTY_ARTICLE", "PROPERTY_BARCODE", "PROPERTY_STOCK", "DETAIL_PICTURE",
          "PREVIEW_PICTURE", "MORE_PICTURES"}) {
        EXPECT_NE(rule_for(default_mapping().product.fields, target), nullptr) << target;
    }
    EXPECT_EQ(default_mapping().product.on_deletion_mark, OnDeletionMark::deactivate);
    EXPECT_TRUE(default_mapping().product.price_types.empty());
}

}  // namespace
}  // namespace obmen::crm
