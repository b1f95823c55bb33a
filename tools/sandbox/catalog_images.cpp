#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "files.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"

/// catalog.productImage.*: the two pictures of a product and the further ones, which stand in its row as
/// `photos`.
namespace obmen::sandbox {

namespace {

constexpr const char* further = "MORE_PHOTO";
constexpr const char* pictures[] = {"DETAIL_PICTURE", "PREVIEW_PICTURE"};

Json shown_image(const Store& store, const Json& stored, std::int64_t product, const char* type) {
    const std::int64_t id = member_integer(stored, "id");
    const Json* file = store.table("file").find(id);
    const std::string link = fmt::format("/upload/iblock/{}", id);
    return Json{{"id", id},
                {"name", file == nullptr ? Json(nullptr) : file->at("NAME")},
                {"productId", product},
                {"type", type},
                {"createTime", member_text(stored, "createTime")},
                {"detailUrl", link},
                {"downloadUrl", link}};
}

Json images_of(const Store& store, const Json& row) {
    const std::int64_t product = member_integer(row, "ID");
    Json all = Json::array();
    for (const char* type : pictures) {
        if (const Json* picture = member(row, type); picture != nullptr && !picture->is_null())
            all.push_back(shown_image(store, *picture, product, type));
    }
    const Json* photos = member(row, "photos");
    for (const auto& [index, photo] : entries(photos))
        all.push_back(shown_image(store, *photo, product, further));
    return all;
}

ProductPlace product_place(const Call& call, std::int64_t id) {
    const ProductPlace place = find_product(call.store, id);
    if (place.row == nullptr)
        throw catalog_refusal("product does not exist.");
    return place;
}

/// Whose picture it is and which bytes it has: the same picture sent twice is seen in the verdict.
std::string key_of(const Store& store, const Json& product, std::int64_t file) {
    const Json* row = store.table("file").find(file);
    const std::string key = external_key(product);
    return key.empty() || row == nullptr ? std::string() : key + "/" + member_text(*row, "SHA256");
}

/// `fileContent` is a parameter of its own; inside the fields it is not seen.
Json new_file(const Call& call) {
    const Json& content = array_parameter(call, "fileContent");
    Json file = stored_file(call.store, Json{{"fileData", content}});
    if (file.is_null())
        throw catalog_refusal("Could not save image.");
    file["createTime"] = call.now;
    return file;
}

Answer add_image(Call& call) {
    const Json& sent = array_parameter(call);
    if (member(sent, "productId") == nullptr)
        throw catalog_refusal("Required fields: productId");
    const std::string wished = member_text(sent, "type");
    const std::string type = wished.empty() ? further : wished;
    const bool single = std::find(std::begin(pictures), std::end(pictures), type) != std::end(pictures);
    if (!single && type != further)
        throw catalog_refusal(fmt::format("Invalid image type {}", type));
    const std::int64_t product = member_integer(sent, "productId");
    const ProductPlace place = product_place(call, product);
    Json row = *place.row;
    const Json file = new_file(call);
    if (single) {
        forget_files(call.store, row[type]);
        row[type] = file;
    } else {
        row["photos"].push_back(file);
    }
    row["TIMESTAMP_X"] = call.now;
    const std::int64_t id = member_integer(file, "id");
    call.wrote(Operation::create, "image", id, key_of(call.store, row, id));
    call.store.table(place.table).put(product, std::move(row));
    return {Json{{"productImage", shown_image(call.store, file, product, type.c_str())}}};
}

/// The images of the product that the call names.
Json images_of_call(const Call& call) {
    return images_of(call.store, *product_place(call, integer_parameter(call, "productId")).row);
}

Json image_of_call(const Call& call) {
    const std::int64_t id = integer_parameter(call);
    for (Json& image : images_of_call(call)) {
        if (image.at("id") == id)
            return std::move(image);
    }
    throw catalog_refusal("Image does not exist.");
}

Answer remove_image(Call& call) {
    const Json image = image_of_call(call);
    const std::int64_t id = image.at("id").get<std::int64_t>();
    const std::int64_t product = image.at("productId").get<std::int64_t>();
    const ProductPlace place = product_place(call, product);
    Json row = *place.row;
    call.wrote(Operation::remove, "image", id, key_of(call.store, row, id));
    const std::string type = image.at("type").get<std::string>();
    if (type != further) {
        row[type] = nullptr;
    } else {
        Json& photos = row["photos"];
        photos.erase(std::find_if(photos.begin(), photos.end(),
                                  [&](const Json& photo) { return member_integer(photo, "id") == id; }));
    }
    call.store.table("file").erase(id);
    call.store.table(place.table).put(product, std::move(row));
    return {true};
}

}  // namespace

void add_catalog_image_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, std::string("productImage.") + name, "", right, run);
    };
    add_method("add", CatalogRight::modify, add_image);
    add_method("delete", CatalogRight::modify, remove_image);
    add_method("get", CatalogRight::read, [](Call& call) {
        return Answer{Json{{"productImage", image_of_call(call)}}};
    });
    add_method("list", CatalogRight::read, [](Call& call) {
        return Answer{Json{{"productImages", images_of_call(call)}}};
    });
}

}  // namespace obmen::sandbox
