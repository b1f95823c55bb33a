#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "portal_clock.hpp"
#include "stages.hpp"
#include "store.hpp"

namespace obmen::sandbox {

namespace {

struct Status {
    const char* id;
    const char* name;
    const char* semantics = nullptr;  ///< S won, F lost; null: under way, or no stage at all
    const char* color = nullptr;
};

constexpr Status stages[] = {{"NEW", "Новая", nullptr, "#39A8EF"},
                             {"PREPARATION", "Подготовка документов", nullptr, "#2FC6F6"},
                             {"PREPAYMENT_INVOICE", "Счёт на предоплату", nullptr, "#55D0E0"},
                             {"EXECUTING", "В работе", nullptr, "#47E4C2"},
                             {"FINAL_INVOICE", "Финальный счёт", nullptr, "#FFA900"},
                             {"WON", "Сделка успешна", "S", "#7BD500"},
                             {"LOSE", "Сделка провалена", "F", "#FF5752"},
                             {"APOLOGY", "Анализ причины провала", "F", "#FF5752"}};
constexpr Status wholesale_stages[] = {{"NEW", "Заявка", nullptr, "#39A8EF"},
                                       {"UC_SHIPMENT", "Отгрузка", nullptr, "#47E4C2"},
                                       {"WON", "Закрыта", "S", "#7BD500"},
                                       {"LOSE", "Отменена", "F", "#FF5752"}};
constexpr Status sources[] = {{"CALL", "Звонок"},     {"EMAIL", "Электронная почта"}, {"WEB", "Веб-сайт"},
                              {"PARTNER", "Партнёр"}, {"STORE", "Интернет-магазин"},  {"OTHER", "Другое"}};
constexpr Status company_types[] = {{"CUSTOMER", "Клиент"},
                                    {"SUPPLIER", "Поставщик"},
                                    {"COMPETITOR", "Конкурент"},
                                    {"PARTNER", "Партнёр"},
                                    {"OTHER", "Другое"}};
constexpr Status contact_types[] = {
    {"CLIENT", "Клиенты"}, {"SUPPLIER", "Поставщики"}, {"PARTNER", "Партнёры"}, {"OTHER", "Другое"}};
constexpr Status deal_types[] = {{"SALE", "Продажа"},
                                 {"COMPLEX", "Комплексная продажа"},
                                 {"GOODS", "Продажа товара"},
                                 {"SERVICES", "Услуги"},
                                 {"SERVICE", "Сервисное обслуживание"}};
constexpr Status industries[] = {
    {"IT", "Информационные технологии"}, {"TRADE", "Торговля"}, {"OTHER", "Другое"}};
constexpr Status employees[] = {
    {"EMPLOYEES_1", "менее 50"}, {"EMPLOYEES_2", "50-250"}, {"EMPLOYEES_3", "250-500"}};
constexpr Status honorifics[] = {{"HNR_RU_1", "г-н"}, {"HNR_RU_2", "г-жа"}};

std::string spelled(const char* semantics) {
    if (semantics == nullptr)
        return "process";
    return *semantics == 'S' ? "success" : "failure";
}

template <typename Statuses>
void put_statuses(Table& table, const std::string& entity, const Statuses& statuses,
                  std::int64_t category = 0) {
    const bool is_stage = entity.starts_with("DEAL_STAGE");
    std::int64_t sort = 10;
    for (const Status& status : statuses) {
        Json row{{"ID", nullptr},
                 {"ENTITY_ID", entity},
                 {"STATUS_ID",
                  category == 0 ? std::string(status.id) : fmt::format("C{}:{}", category, status.id)},
                 {"NAME", status.name},
                 {"NAME_INIT", status.name},
                 {"SORT", std::to_string(sort)},
                 {"SYSTEM", "Y"},
                 {"CATEGORY_ID", category == 0 ? Json(nullptr) : Json(std::to_string(category))},
                 {"COLOR", status.color == nullptr ? Json(nullptr) : Json(status.color)},
                 {"SEMANTICS", status.semantics == nullptr ? Json(nullptr) : Json(status.semantics)}};
        if (is_stage)
            row["EXTRA"] = Json{{"SEMANTICS", spelled(status.semantics)}, {"COLOR", status.color}};
        table.insert(std::move(row));
        sort += 10;
    }
}

Json category(const char* name, const char* sort) {
    return Json{{"ID", nullptr},
                {"CREATED_DATE", iso_date(PortalClock::unix_time())},
                {"NAME", name},
                {"IS_LOCKED", "N"},
                {"SORT", sort}};
}

}  // namespace

void put_initial_statuses(Store& store) {
    Table& categories = store.table("category");
    categories.insert(category("Общая", "100"));
    const std::int64_t wholesale = categories.insert(category("Оптовые продажи", "200"));
    Table& statuses = store.table("status");
    // Not in the order that a reader would guess: nobody may count on ids.
    put_statuses(statuses, "SOURCE", sources);
    put_statuses(statuses, "COMPANY_TYPE", company_types);
    put_statuses(statuses, "CONTACT_TYPE", contact_types);
    put_statuses(statuses, stages_of_category(wholesale), wholesale_stages, wholesale);
    put_statuses(statuses, stages_of_category(0), stages);
    put_statuses(statuses, "DEAL_TYPE", deal_types);
    put_statuses(statuses, "INDUSTRY", industries);
    put_statuses(statuses, "EMPLOYEES", employees);
    put_statuses(statuses, "HONORIFIC", honorifics);
}

}  // namespace obmen::sandbox
