#include "flat/known_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "support/text.hpp"

namespace obmen::flat {

namespace {

// clang-format off
constexpr auto names = std::to_array<KnownName>({
    {"наименование", Field::name, 0}, {"название", Field::name, 1}, {"name", Field::name, 0}, {"title", Field::name, 1},
    {"naimenovanie", Field::name, 0}, {"nazvanie", Field::name, 1}, {"найменування", Field::name, 0}, {"назва", Field::name, 1},
    {"nazva", Field::name, 1}, {"найменуванняукраїнською", Field::name, 3}, {"имя", Field::name, 2}, {"номенклатура", Field::name, 4},
    {"товар", Field::name, 4}, {"контрагент", Field::name, 4}, {"представление", Field::name, 5}, {"description", Field::name, 9},

    {"полноенаименование", Field::full_name, 0}, {"наименованиеполное", Field::full_name, 0}, {"полноеимя", Field::full_name, 1},
    {"fullname", Field::full_name, 0}, {"namefull", Field::full_name, 0}, {"longname", Field::full_name, 1},
    {"polnoenaimenovanie", Field::full_name, 0}, {"naimenovaniepolnoe", Field::full_name, 0}, {"повненайменування", Field::full_name, 0},
    {"найменуванняповне", Field::full_name, 0}, {"повнаназва", Field::full_name, 0}, {"фио", Field::full_name, 2}, {"fio", Field::full_name, 2},

    {"артикул", Field::article, 0}, {"article", Field::article, 0}, {"sku", Field::article, 1}, {"artikul", Field::article, 0},
    {"vendorcode", Field::article, 1}, {"partnumber", Field::article, 1},

    {"штрихкод", Field::barcode, 0}, {"штрихкоды", Field::barcode, 1}, {"barcode", Field::barcode, 0}, {"ean", Field::barcode, 1},
    {"ean13", Field::barcode, 0}, {"gtin", Field::barcode, 1}, {"shtrihkod", Field::barcode, 0}, {"shtrikhkod", Field::barcode, 0},
    {"shtrixkod", Field::barcode, 0},

    {"описание", Field::description, 0}, {"опис", Field::description, 0}, {"opisanie", Field::description, 0}, {"opys", Field::description, 0},
    {"description", Field::description, 0}, {"дополнительноеописание", Field::description, 1}, {"текстовоеописание", Field::description, 1},
    {"details", Field::description, 1},

    {"единица", Field::unit, 0}, {"единицаизмерения", Field::unit, 0}, {"базоваяединица", Field::unit, 0},
    {"базоваяединицаизмерения", Field::unit, 0}, {"едизм", Field::unit, 0}, {"ед", Field::unit, 1}, {"unit", Field::unit, 0},
    {"uom", Field::unit, 0}, {"measure", Field::unit, 1}, {"edizm", Field::unit, 0}, {"edinica", Field::unit, 0},
    {"edinitsa", Field::unit, 0}, {"одиниця", Field::unit, 0}, {"одиницявиміру", Field::unit, 0},
    {"кодединицы", Field::unit_code, 0}, {"кодедизм", Field::unit_code, 0}, {"океи", Field::unit_code, 0}, {"кодокеи", Field::unit_code, 0},
    {"okei", Field::unit_code, 0}, {"unitcode", Field::unit_code, 0},

    {"родитель", Field::parent, 1}, {"кодродителя", Field::parent, 0}, {"родителькод", Field::parent, 0}, {"ссылкародителя", Field::parent, 0},
    {"родительссылка", Field::parent, 0}, {"идродителя", Field::parent, 0}, {"родительид", Field::parent, 0}, {"guidродителя", Field::parent, 0},
    {"родительguid", Field::parent, 0}, {"parent", Field::parent, 1}, {"parentid", Field::parent, 0}, {"parentcode", Field::parent, 0},
    {"parentref", Field::parent, 0}, {"parentguid", Field::parent, 0}, {"roditel", Field::parent, 1}, {"kodroditelya", Field::parent, 0},
    {"батько", Field::parent, 1}, {"кодбатька", Field::parent, 0}, {"батьківський", Field::parent, 1},
    {"группа", Field::group, 1}, {"кодгруппы", Field::group, 0}, {"идгруппы", Field::group, 0}, {"группаид", Field::group, 0},
    {"группакод", Field::group, 0}, {"group", Field::group, 1}, {"groupid", Field::group, 0}, {"groupcode", Field::group, 0},
    {"категория", Field::group, 2}, {"category", Field::group, 2}, {"categoryid", Field::group, 0}, {"gruppa", Field::group, 1},
    {"kodgruppy", Field::group, 0}, {"группатоваров", Field::group, 1}, {"группаноменклатуры", Field::group, 1}, {"група", Field::group, 1},
    {"кодгрупи", Field::group, 0}, {"категорія", Field::group, 2}, {"section", Field::group, 2}, {"раздел", Field::group, 2},
    {"наименованиегруппы", Field::group_name, 0}, {"группанаименование", Field::group_name, 0}, {"groupname", Field::group_name, 0},
    {"categoryname", Field::group_name, 0}, {"имягруппы", Field::group_name, 0}, {"назвагрупи", Field::group_name, 0},

    {"этогруппа", Field::is_group, 0}, {"isfolder", Field::is_group, 0}, {"isgroup", Field::is_group, 0}, {"etogruppa", Field::is_group, 0},
    {"цегрупа", Field::is_group, 0}, {"папка", Field::is_group, 1}, {"folder", Field::is_group, 1},

    {"валюта", Field::currency, 0}, {"currency", Field::currency, 0}, {"currencycode", Field::currency, 0}, {"currencyid", Field::currency, 0},
    {"valuta", Field::currency, 0}, {"валютацены", Field::currency, 0}, {"валютаціни", Field::currency, 0},

    {"остаток", Field::quantity, 0}, {"остатки", Field::quantity, 1}, {"количество", Field::quantity, 0}, {"свободныйостаток", Field::quantity, 0},
    {"колво", Field::quantity, 1}, {"наличие", Field::quantity, 2}, {"остатокнаскладе", Field::quantity, 1}, {"quantity", Field::quantity, 0},
    {"qty", Field::quantity, 0}, {"stock", Field::quantity, 1}, {"balance", Field::quantity, 2}, {"ostatok", Field::quantity, 0},
    {"kolichestvo", Field::quantity, 0}, {"залишок", Field::quantity, 0}, {"кількість", Field::quantity, 0}, {"zalyshok", Field::quantity, 0},

    {"ндс", Field::vat, 0}, {"ставкандс", Field::vat, 0}, {"vat", Field::vat, 0}, {"vatrate", Field::vat, 0}, {"nds", Field::vat, 0},
    {"stavkands", Field::vat, 0}, {"пдв", Field::vat, 0}, {"ставкапдв", Field::vat, 0},

    {"пометкаудаления", Field::deleted, 0}, {"помеченнаудаление", Field::deleted, 0}, {"удален", Field::deleted, 1}, {"удалена", Field::deleted, 1},
    {"deletionmark", Field::deleted, 0}, {"deleted", Field::deleted, 0}, {"isdeleted", Field::deleted, 0}, {"markdeleted", Field::deleted, 0},
    {"pometkaudaleniya", Field::deleted, 0}, {"pometkaudalenia", Field::deleted, 0}, {"позначкавилучення", Field::deleted, 0},
    {"поміткавидалення", Field::deleted, 0}, {"позначкавидалення", Field::deleted, 0},

    {"картинка", Field::picture, 0}, {"изображение", Field::picture, 0}, {"фото", Field::picture, 0}, {"picture", Field::picture, 0},
    {"image", Field::picture, 0}, {"photo", Field::picture, 0}, {"зображення", Field::picture, 0},

    {"официальноенаименование", Field::official_name, 0}, {"наименованиеюрлица", Field::official_name, 0}, {"officialname", Field::official_name, 0},
    {"legalname", Field::official_name, 0}, {"юрназвание", Field::official_name, 0},
    {"фамилия", Field::last_name, 0}, {"lastname", Field::last_name, 0}, {"surname", Field::last_name, 0}, {"familiya", Field::last_name, 0},
    {"прізвище", Field::last_name, 0}, {"firstname", Field::first_name, 0}, {"ім'я", Field::first_name, 0}, {"імя", Field::first_name, 0},
    {"имя", Field::first_name, 0}, {"отчество", Field::second_name, 0}, {"middlename", Field::second_name, 0}, {"secondname", Field::second_name, 0},
    {"patronymic", Field::second_name, 0}, {"otchestvo", Field::second_name, 0}, {"побатькові", Field::second_name, 0},

    {"юрлицо", Field::is_company, 0}, {"этоюрлицо", Field::is_company, 0}, {"юридическоелицо", Field::is_company, 1}, {"юрфизлицо", Field::is_company, 0},
    {"видконтрагента", Field::is_company, 1}, {"юридическоефизическоелицо", Field::is_company, 0}, {"iscompany", Field::is_company, 0},
    {"legalentity", Field::is_company, 0}, {"юрособа", Field::is_company, 0},

    {"инн", Field::inn, 0}, {"inn", Field::inn, 0}, {"іпн", Field::inn, 0}, {"taxid", Field::inn, 1}, {"tin", Field::inn, 1}, {"ipn", Field::inn, 1},
    {"кпп", Field::kpp, 0}, {"kpp", Field::kpp, 0},
    {"окпо", Field::okpo, 0}, {"okpo", Field::okpo, 0}, {"едрпоу", Field::okpo, 0}, {"єдрпоу", Field::okpo, 0}, {"кодпоокпо", Field::okpo, 0},
    {"edrpou", Field::okpo, 0}, {"кодєдрпоу", Field::okpo, 0},

    {"телефон", Field::phone, 0}, {"телефоны", Field::phone, 0}, {"телефони", Field::phone, 0}, {"тел", Field::phone, 0}, {"phone", Field::phone, 0},
    {"phones", Field::phone, 0}, {"telephone", Field::phone, 0}, {"phonenumber", Field::phone, 0}, {"tel", Field::phone, 0}, {"telefon", Field::phone, 0},
    {"контактныйтелефон", Field::phone, 0}, {"рабочийтелефон", Field::phone, 0}, {"телефонрабочий", Field::phone, 0}, {"номертелефона", Field::phone, 0},
    {"мобильныйтелефон", Field::mobile_phone, 0}, {"телефонмобильный", Field::mobile_phone, 0}, {"мобильный", Field::mobile_phone, 0},
    {"сотовыйтелефон", Field::mobile_phone, 0}, {"мобільнийтелефон", Field::mobile_phone, 0}, {"mobile", Field::mobile_phone, 0},
    {"mobilephone", Field::mobile_phone, 0}, {"cellphone", Field::mobile_phone, 0},
    {"факс", Field::fax, 0}, {"fax", Field::fax, 0}, {"faks", Field::fax, 0},
    {"email", Field::email, 0}, {"emails", Field::email, 0}, {"mail", Field::email, 0}, {"почта", Field::email, 0}, {"электроннаяпочта", Field::email, 0},
    {"элпочта", Field::email, 0}, {"адресэлектроннойпочты", Field::email, 0}, {"електроннапошта", Field::email, 0}, {"пошта", Field::email, 0},
    {"pochta", Field::email, 0}, {"имейл", Field::email, 0},
    {"сайт", Field::website, 0}, {"вебсайт", Field::website, 0}, {"website", Field::website, 0}, {"site", Field::website, 0}, {"www", Field::website, 0},

    {"адрес", Field::address, 0}, {"фактическийадрес", Field::address, 0}, {"адресфактический", Field::address, 0}, {"почтовыйадрес", Field::address, 1},
    {"адресдоставки", Field::address, 2}, {"address", Field::address, 0}, {"postaladdress", Field::address, 1}, {"adres", Field::address, 0},
    {"адреса", Field::address, 0}, {"фактичнаадреса", Field::address, 0},
    {"юридическийадрес", Field::legal_address, 0}, {"адресюридический", Field::legal_address, 0}, {"юрадрес", Field::legal_address, 0},
    {"адресрегистрации", Field::legal_address, 1}, {"legaladdress", Field::legal_address, 0}, {"юридичнаадреса", Field::legal_address, 0},

    {"датарождения", Field::birth_date, 0}, {"birthdate", Field::birth_date, 0}, {"birthday", Field::birth_date, 0}, {"dateofbirth", Field::birth_date, 0},
    {"датанародження", Field::birth_date, 0}, {"datarozhdeniya", Field::birth_date, 0},
    {"комментарий", Field::comment, 0}, {"примечание", Field::comment, 1}, {"comment", Field::comment, 0}, {"note", Field::comment, 1},
    {"notes", Field::comment, 1}, {"коментар", Field::comment, 0}, {"примітка", Field::comment, 1}, {"kommentariy", Field::comment, 0},

    {"расчетныйсчет", Field::account, 0}, {"расчётныйсчёт", Field::account, 0}, {"номерсчета", Field::account, 0}, {"рс", Field::account, 1},
    {"счет", Field::account, 2}, {"bankaccount", Field::account, 0}, {"account", Field::account, 1}, {"accountnumber", Field::account, 0}, {"iban", Field::account, 1},
    {"бик", Field::bank_bic, 0}, {"бикбанка", Field::bank_bic, 0}, {"bik", Field::bank_bic, 0}, {"bic", Field::bank_bic, 0}, {"мфо", Field::bank_bic, 1},
    {"банк", Field::bank_name, 0}, {"наименованиебанка", Field::bank_name, 0}, {"bank", Field::bank_name, 0}, {"bankname", Field::bank_name, 0},
    {"коррсчет", Field::correspondent_account, 0}, {"корсчет", Field::correspondent_account, 0}, {"корреспондентскийсчет", Field::correspondent_account, 0},
    {"corraccount", Field::correspondent_account, 0},
});

constexpr auto keys = std::to_array<std::pair<std::string_view, int>>({
    {"ссылка", 0}, {"уникальныйидентификатор", 0}, {"guid", 0}, {"гуид", 0}, {"uuid", 0}, {"uid", 0}, {"ref", 0}, {"reference", 0},
    {"ssylka", 0}, {"посилання", 0}, {"унікальнийідентифікатор", 0}, {"uniqueid", 0}, {"унид", 0},
    {"ид", 1}, {"id", 1}, {"идентификатор", 1}, {"identifikator", 1}, {"identifier", 1}, {"ідентифікатор", 1}, {"xmlid", 1}, {"externalid", 1},
    {"внешнийкод", 1}, {"внешнийид", 1}, {"ид1с", 1}, {"id1c", 1},
    {"код", 2}, {"code", 2}, {"kod", 2}, {"код1с", 2}, {"code1c", 2}, {"кодтовара", 2}, {"кодноменклатуры", 2}, {"кодконтрагента", 2},
    {"кодтовару", 2}, {"productcode", 2}, {"itemcode", 2}, {"customercode", 2}, {"номер", 3},
});

constexpr auto kinds = std::to_array<std::pair<std::string_view, RecordKind>>({
    {"контрагент", RecordKind::contragent}, {"клиент", RecordKind::contragent}, {"покупател", RecordKind::contragent}, {"партнер", RecordKind::contragent},
    {"поставщик", RecordKind::contragent}, {"customer", RecordKind::contragent}, {"client", RecordKind::contragent}, {"partner", RecordKind::contragent},
    {"contragent", RecordKind::contragent}, {"kontragent", RecordKind::contragent}, {"клієнт", RecordKind::contragent}, {"company", RecordKind::contragent},
    {"группа", RecordKind::group}, {"группы", RecordKind::group}, {"категори", RecordKind::group}, {"category", RecordKind::group},
    {"categories", RecordKind::group}, {"group", RecordKind::group}, {"група", RecordKind::group}, {"групи", RecordKind::group}, {"раздел", RecordKind::group},
    {"товар", RecordKind::product}, {"номенклатур", RecordKind::product}, {"product", RecordKind::product}, {"goods", RecordKind::product},
    {"tovar", RecordKind::product}, {"nomenklatur", RecordKind::product}, {"прайс", RecordKind::product}, {"price", RecordKind::product},
});

/// What tells one price from another, by a part of its name.
constexpr auto price_kinds = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"розн", "Розничная"}, {"роздр", "Розничная"}, {"retail", "Розничная"}, {"rozn", "Розничная"}, {"rozdr", "Розничная"},
    {"закуп", "Закупочная"}, {"purchase", "Закупочная"}, {"zakup", "Закупочная"}, {"закупів", "Закупочная"},
    {"опт", "Оптовая"}, {"wholesale", "Оптовая"}, {"гурт", "Оптовая"}, {"opt", "Оптовая"},
});
// clang-format on

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool names_price(std::string_view compact) {
    const bool price = holds(compact, "цена") || holds(compact, "ціна") || holds(compact, "price") ||
                       holds(compact, "cena") || holds(compact, "tsena") || holds(compact, "стоимость");
    return price && !holds(compact, "валют") && !holds(compact, "currency") && !holds(compact, "дата");
}

}  // namespace

std::string compact_name(std::string_view name) {
    std::string compact = folded(tidied(name));
    std::erase_if(compact, [](char c) { return c == ' ' || c == '_' || c == '-' || c == '.'; });
    return compact;
}

std::optional<KnownName> known_name(std::string_view compact, RecordKind kind) {
    std::optional<KnownName> best;
    for (const KnownName& known : names) {
        if (known.name == compact && belongs_to(known.field, kind) && (!best || known.rank < best->rank)) {
            best = known;
        }
    }
    return best;
}

std::optional<int> key_rank(std::string_view compact) {
    const auto* const known =
        std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.first == compact; });
    return known == keys.end() ? std::nullopt : std::optional(known->second);
}

std::string price_type_of(std::string_view name) {
    return names_price(compact_name(name)) ? price_type_called(name) : std::string{};
}

std::string price_type_called(std::string_view name) {
    const std::string compact = compact_name(name);
    for (const auto& [part, type] : price_kinds) {
        if (holds(compact, part)) {
            return std::string(type);
        }
    }
    const bool plain = compact == "цена" || compact == "ціна" || compact == "price" || compact == "cena";
    return plain ? "Цена" : std::string(name);
}

std::optional<RecordKind> kind_named(std::string_view compact) {
    for (const auto& [part, kind] : kinds) {
        if (holds(compact, part)) {
            return kind;
        }
    }
    return std::nullopt;
}

bool names_goods(std::string_view compact) {
    return std::ranges::any_of(kinds, [&](const auto& known) {
        return known.second == RecordKind::product && compact.starts_with(known.first);
    });
}

}  // namespace obmen::flat
