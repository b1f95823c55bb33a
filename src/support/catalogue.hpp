#pragma once

#include <array>
#include <string_view>

/// The one catalogue of everything obmen says to a person: findings, refusals, errors and notes, in Russian and English.
/// A code never changes its meaning and is never reused; `schemas/README.md` lists them all.
namespace obmen {

/// One text of the catalogue. `{0}`, `{1}`, … stand for the arguments of a Message, in the same order in all texts.
struct CatalogueEntry {
    std::string_view code;               ///< stable, upper case, `ROOM-WHAT`
    std::string_view russian;            ///< what happened
    std::string_view english;            ///< the same in English
    std::string_view russian_remedy{};   ///< what to do about it; empty where nothing can be done
    std::string_view english_remedy{};   ///< the same in English
};

// clang-format off
inline constexpr auto catalogue = std::to_array<CatalogueEntry>({
    // ---- SYS: the machine and the settings -----------------------------------------------------------------------
    {"SYS-FILE", "Файл {0}: {1}", "File {0}: {1}"},
    {"SYS-DISK-FULL", "На диске не хватает места для {0}: нужно {1} байт, свободно {2}", "The disk is too full for {0}: {1} bytes needed, {2} free",
     "Освободите место и повторите.", "Free some space and try again."},
    {"SYS-LOCKED", "Каталог состояния {0} занят другим процессом obmen (PID {1})", "State directory {0} is held by another obmen process (PID {1})",
     "Дождитесь его окончания или остановите его.", "Wait for it to end, or stop it."},
    {"SYS-LEDGER", "Журнал состояния: {0}", "Ledger: {0}"},
    {"SYS-LEDGER-NEWER", "Журнал состояния {0} записан более новой версией obmen (схема {1}, эта версия знает {2})",
     "Ledger {0} was written by a newer obmen (schema {1}, this one knows {2})", "Установите новую версию obmen.", "Install the newer obmen."},
    {"SYS-LEDGER-PORTAL", "Журнал состояния принадлежит порталу {0}, а обмен настроен на {1}",
     "The ledger belongs to portal {0}, but the exchange is set to {1}",
     "Для другого портала укажите другой каталог состояния.", "Give another portal a state directory of its own."},
    {"SYS-USAGE", "{0}", "{0}"},
    {"SYS-SETTINGS", "{0}, строка {1}: {2}", "{0}, line {1}: {2}"},
    {"CFG-SYNTAX", "{0}, строка {1}: файл настроек не разобран: {2}", "{0}, line {1}: the settings cannot be parsed: {2}",
     "Проверьте запись по правилам TOML: тексты — в кавычках, разделы — в квадратных скобках.",
     "Check it against the rules of TOML: texts in quotes, sections in square brackets."},
    {"CFG-UNKNOWN-KEY", "{0}, строка {1}: неизвестная настройка {2}", "{0}, line {1}: unknown setting {2}",
     "Ближайшее известное имя — {3}. Здесь допустимы: {4}.", "The nearest known name is {3}. Known here: {4}."},
    {"CFG-TYPE", "{0}, строка {1}: значение {2} записано не так", "{0}, line {1}: the value of {2} is of the wrong type",
     "Пример: {3}", "Example: {3}"},
    {"CFG-RANGE", "{0}, строка {1}: недопустимое значение {2}; допустимо: {3}", "{0}, line {1}: the value of {2} is not allowed; allowed: {3}"},
    {"CFG-SECRET-READABLE", "{0}, строка {1}: адрес портала могут прочесть другие пользователи", "{0}, line {1}: other users can read the portal address",
     "Выполните: chmod 600 {0}", "Run: chmod 600 {0}"},
    {"CFG-SECRET-EMPTY", "В первой строке файла {0} нет адреса портала", "The first line of file {0} holds no portal address"},
    {"SYS-MISSING-SETTING", "Не задано: {0}", "Missing: {0}", "Укажите его в команде или в файле настроек.", "Give it on the command line or in the settings file."},
    {"SYS-NOT-EMPTY", "Папка {0} не пуста", "Folder {0} is not empty", "Укажите новую или пустую папку.", "Name a new or empty folder."},
    {"SYS-NO-LEDGER", "В каталоге {0} нет журнала состояния", "There is no ledger in {0}", "Укажите каталог состояния: --state ПАПКА.", "Name the state directory: --state DIR."},
    {"SYS-INTERRUPTED", "Остановлено по сигналу; начатое будет закончено при следующем запуске",
     "Stopped by a signal; what was begun will be finished at the next run"},
    {"SYS-INTERNAL", "Внутренняя ошибка: {0}", "Internal error: {0}", "Сообщите о ней разработчикам.", "Please report it."},

    // ---- PKG: packages and arrival -------------------------------------------------------------------------------
    {"PKG-EMPTY", "В пакете нет ни одного файла XML", "The package holds no XML file",
     "Проверьте, что выгрузка из 1С завершилась.", "Check that the export from 1C has finished."},
    {"PKG-ZIP", "Архив {0} не читается: {1}", "Archive {0} cannot be read: {1}",
     "Выгрузите его заново.", "Export it again."},
    {"PKG-ZIP-NAME", "В архиве {0} есть недопустимое имя {1}", "Archive {0} holds the forbidden name {1}",
     "Имена внутри архива не должны выходить за его пределы.", "Names in the archive must stay inside it."},
    {"PKG-ZIP-LIMIT", "Архив {0} отклонён: {1} распаковывается более чем в {2} байт, а больше не допускается",
     "Archive {0} refused: {1} unpacks to more than the {2} bytes allowed", "Проверьте, что это выгрузка из 1С.", "Check that it is an export from 1C."},
    {"PKG-ZIP-ENTRIES", "Архив {0} отклонён: файлов в нём {1}, допустимо {2}", "Archive {0} refused: it holds {1} files, {2} are allowed"},
    {"PKG-ZIP-ENCRYPTED", "В архиве {0} зашифрован файл {1}", "Archive {0} holds the encrypted file {1}",
     "Выгрузите архив без пароля.", "Export the archive without a password."},
    {"PKG-ZIP-TWICE", "В архиве {0} имя {1} встречается дважды", "Archive {0} holds the name {1} twice", "Выгрузите его заново.", "Export it again."},
    {"PKG-CHANGED", "Файл {0} изменился во время чтения", "File {0} changed while it was being read",
     "Повторите, когда запись закончится.", "Try again when writing has ended."},
    {"PKG-MORE-FINDINGS", "И ещё {0} замечаний", "And {0} findings more"},
    {"PKG-NOT-REGULAR", "{0} — не обычный файл и пропущен", "{0} is not a regular file and was skipped"},

    // ---- XML: the bytes ------------------------------------------------------------------------------------------
    {"XML-EMPTY", "Файл пуст", "The file is empty", "Проверьте, что выгрузка из 1С завершилась.", "Check that the export from 1C has finished."},
    {"XML-MALFORMED", "Ошибка XML: {0}", "XML error: {0}", "Исправьте файл или выгрузите его заново.", "Mend the file or export it again."},
    {"XML-TRUNCATED", "Файл обрывается: не закрыт элемент <{0}>", "The file breaks off: element <{0}> is not closed",
     "Файл передан не полностью: выгрузите его заново.", "The file did not arrive whole: export it again."},
    {"XML-CHARACTER", "Недопустимый символ U+{0}", "Illegal character U+{0}",
     "Уберите управляющие символы из данных 1С.", "Remove control characters from the data in 1C."},
    {"XML-UTF8", "Байты не являются UTF-8 (байт 0x{0})", "The bytes are not UTF-8 (byte 0x{0})",
     "Укажите в объявлении XML настоящую кодировку файла.", "Declare the file's real encoding in the XML declaration."},
    {"XML-BYTE", "Байт 0x{0} ничего не значит в кодировке {1}", "Byte 0x{0} means nothing in encoding {1}",
     "Выгрузите файл заново, лучше в UTF-8.", "Export the file again, preferably as UTF-8."},
    {"XML-ENCODING", "Кодировка {0} не поддерживается", "Encoding {0} is not supported",
     "Выгружайте в UTF-8 или windows-1251.", "Export as UTF-8 or windows-1251."},
    {"XML-ENCODING-DECLARED", "Объявлена кодировка {0}, но байты — {1}; прочитано как {1}", "Encoding {0} is declared, but the bytes are {1}; read as {1}"},
    {"XML-DOCTYPE", "Объявление DOCTYPE не допускается", "A DOCTYPE declaration is not allowed",
     "Уберите DOCTYPE: обмену он не нужен.", "Remove the DOCTYPE: the exchange does not need one."},
    {"XML-LIMIT", "Превышен предел: {0} ({1})", "Limit exceeded: {0} ({1})"},

    // ---- CML: CommerceML -----------------------------------------------------------------------------------------
    {"CML-ROOT", "Корневой элемент <{0}> — не КоммерческаяИнформация", "The root element <{0}> is not КоммерческаяИнформация",
     "Передайте выгрузку CommerceML.", "Send a CommerceML export."},
    {"CML-FOREIGN", "Это файл другого формата: {0}", "This is a file of another format: {0}", "{1}", "{1}"},
    {"CML-NO-DATA", "В файле нет ни одного объекта", "The file holds no object"},
    {"CML-ID-MISSING", "<{0}> без Ид", "<{0}> has no Ид", "Заполните Ид в 1С.", "Fill in Ид in 1C."},
    {"CML-NAME-MISSING", "<{0}> без наименования", "<{0}> has no name", "Заполните наименование в 1С.", "Fill in the name in 1C."},
    {"CML-NUMBER", "<{0}>: «{1}» — не число", "<{0}>: \"{1}\" is not a number", "Исправьте значение в 1С.", "Mend the value in 1C."},
    {"CML-DATE", "<{0}>: «{1}» — не дата", "<{0}>: \"{1}\" is not a date"},
    {"CML-GROUP-UNKNOWN", "Группа {0} нигде не описана", "Group {0} is described nowhere",
     "Выгрузите классификатор; товар попадёт в корень каталога.", "Export the classifier; the product goes to the catalogue's root."},
    {"CML-UNIT-UNKNOWN", "Единица измерения {0} нигде не описана", "Unit {0} is described nowhere"},
    {"CML-PRICE-TYPE-UNKNOWN", "Тип цены {0} нигде не описан", "Price type {0} is described nowhere",
     "Выгрузите типы цен.", "Export the price types."},
    {"CML-DUPLICATE-ID", "Ид {0} встречается в пакете повторно; взято последнее значение", "Ид {0} occurs again in the package; the last value is taken"},
    {"CML-INN", "ИНН {0} не проходит проверку", "ИНН {0} does not pass its check"},
    {"CML-KPP", "КПП {0} не проходит проверку", "КПП {0} does not pass its check"},
    {"CML-UNKNOWN-ELEMENT", "Неизвестный элемент <{0}> внутри <{1}> пропущен", "Unknown element <{0}> inside <{1}> was skipped"},
    {"CML-LENGTH", "{0}: {1} знаков, CRM принимает {2}; значение обрезано", "{0}: {1} characters, the CRM takes {2}; the value was cut"},

    // ---- CRM: conversion -----------------------------------------------------------------------------------------
    {"CRM-CURRENCY-NAME", "Валюта «{0}» не распознана; цена не передана", "Currency \"{0}\" is not recognised; the price is not sent",
     "Укажите код валюты (RUB, USD, …) в 1С.", "Give the currency code (RUB, USD, …) in 1C."},
    {"CRM-VAT-NAME", "Ставка НДС «{0}» не распознана; НДС не передан", "VAT rate \"{0}\" is not recognised; VAT is not sent"},
    {"CRM-PRICE-TYPE", "Передаются цены «{0}»", "Prices \"{0}\" are sent"},
    {"CRM-PRICE-NOT-CHOSEN", "Нет цены выбранного типа «{0}» (предложений: {1})", "No price of the chosen type \"{0}\" (offers: {1})"},
    {"CRM-PRICE-NEGATIVE", "Отрицательная цена: {0}", "Negative price: {0}", "Исправьте цену в 1С.", "Mend the price in 1C."},
    {"CRM-CURRENCY-MISSING", "Валюта цены не указана ни в цене, ни в типе цены, ни в настройках",
     "The price's currency is given neither with the price, nor with its type, nor in the settings",
     "Укажите валюту по умолчанию в настройках обмена.", "Give a default currency in the settings of the exchange."},
    {"CRM-NOT-MAPPED", "Не передаётся в CRM: {0} ({1})", "Not sent to the CRM: {0} ({1})"},
    {"CRM-PARKED", "Ждёт товара {0}, которого ещё не было ни в одной выгрузке", "Waits for product {0}, which no export has brought yet",
     "Выгрузите каталог товаров.", "Export the product catalogue."},
    {"CRM-PARENT-WAITS", "Ждёт группы {0}, которую портал не принял", "Waits for group {0}, which the portal did not take"},
    {"CRM-MARKED-DELETED", "Помечен на удаление в 1С; в CRM его нет, делать нечего", "Marked as deleted in 1C and unknown to the CRM: nothing to do"},
    {"CRM-MARKED-KEPT", "Помечен на удаление в 1С; карточки компаний и контактов обмен не удаляет",
     "Marked as deleted in 1C; the exchange does not remove companies and contacts"},
    {"CRM-VARIANT-TOTAL", "Строка без характеристики: у товара есть варианты, отдельный товар не создан", "Line without a characteristic: the product has variants, no product was made of it"},

    // ---- B24: the portal -----------------------------------------------------------------------------------------
    {"B24-REFUSED", "Битрикс24 отказал: {0}", "Bitrix24 refused: {0}"},
    {"B24-DUPLICATE", "В CRM несколько объектов с этим ключом: {0}", "The CRM holds several objects with this key: {0}",
     "Оставьте один и повторите.", "Keep one of them and try again."},
    {"B24-UNREACHABLE", "Портал не отвечает: {0}", "The portal does not answer: {0}", "Отправка будет продолжена при следующем запуске.", "Sending goes on at the next run."},
    {"B24-ACCESS", "Портал не пускает: {0}", "The portal denies access: {0}",
     "Проверьте вебхук: он должен быть создан администратором и иметь права crm и catalog.",
     "Check the webhook: an administrator must own it, with the scopes crm and catalog."},
    {"B24-LIMIT", "Портал ограничил частоту запросов: {0}", "The portal limits requests: {0}"},
    {"B24-PLAN", "Тариф портала не разрешает REST: {0}", "The portal's plan does not allow REST: {0}", "Смените тариф Битрикс24.", "Change the Bitrix24 plan."},
    {"B24-ANSWER", "Непонятный ответ портала: {0}", "The portal's answer is not understood: {0}"},
    {"B24-NOT-ADMIN", "Вебхук принадлежит не администратору: часть объектов может быть не видна, поэтому ничего не создаётся",
     "The webhook's owner is no administrator: some objects may be hidden, so nothing is created",
     "Создайте вебхук под администратором.", "Make the webhook as an administrator."},
    {"B24-NO-CURRENCY", "Валюты {0} нет в портале; цены в ней не переданы ({1})", "Currency {0} is not in the portal; prices in it were not sent ({1})",
     "Добавьте валюту в CRM.", "Add the currency to the CRM."},
    {"B24-NO-MEASURE", "Единицы измерения с кодом {0} нет в портале; единица не передана ({1})", "The portal has no unit with code {0}; the unit was not sent ({1})",
     "Добавьте единицу в CRM.", "Add the unit to the CRM."},
    {"B24-NO-VAT", "Ставки НДС {0} нет в портале; ставка не передана ({1})", "The portal has no VAT rate {0}; the rate was not sent ({1})",
     "Добавьте ставку в CRM.", "Add the rate to the CRM."},
    {"B24-GONE", "Объекта {0} больше нет в CRM; создан заново", "Object {0} is gone from the CRM; it was made again"},
    {"B24-GONE-LEFT", "Объекта {0} больше нет в CRM; карточка не создаётся заново", "Object {0} is gone from the CRM; the card is not made again"},
    {"B24-MISPLACED", "Создан в корне каталога: группа {0} не принята порталом", "Made in the catalogue's root: the portal did not take group {0}"},
    {"B24-LOOKUP", "Портал не отвечает на поиск по ключу: создавать объекты опасно", "The portal does not answer look-ups by key: creating objects is not safe",
     "Проверьте права вебхука на чтение CRM.", "Check that the webhook may read the CRM."},
    {"B24-REPEATED", "Портал раз за разом откладывает команду: {0}", "The portal keeps putting the command off: {0}",
     "Отправка будет продолжена при следующем запуске.", "Sending goes on at the next run."},
    {"B24-PORTAL-URL", "Адрес портала не годится: {0}", "The portal address will not do: {0}",
     "Нужен адрес вебхука: https://портал/rest/1/код/", "Give a webhook address: https://portal/rest/1/code/"},
    {"B24-URL-HTTP", "Адрес портала {0} начинается с http://: код вебхука ушёл бы по сети открытым", "The address of portal {0} begins with http://: the webhook's code would travel unprotected",
     "Напишите https:// (http:// — только для этой же машины).", "Write https:// (http:// is for this machine only)."},
    {"B24-URL-PASSWORD", "В адресе портала {0} стоит user:password@; такие адреса не принимаются", "The address of portal {0} holds user:password@; such addresses are not taken",
     "Уберите имя и пароль: вебхуку они не нужны.", "Take name and password out: a webhook needs none."},
    {"B24-FACTS", "Файл сведений о портале не читается: {0}", "The file of portal facts cannot be read: {0}",
     "Снимите сведения с портала заново.", "Take the facts from the portal again."},

    // ---- RCP: receipts -------------------------------------------------------------------------------------------
    {"RCP-MORE-FINDINGS", "Ещё замечаний: {0}; здесь они не перечислены", "{0} more findings are not listed here",
     "Все замечания покажет obmen check.", "obmen check shows them all."},
});
// clang-format on

}  // namespace obmen
