/// What may stand in a request to the Conversions API, as Meta's Business SDK 26.0.3 describes it.
enum MetaFieldTypes {
    /// What a field may hold.
    enum Kind: Sendable {
        case text, integer, number, flag, any
        case texts
        case objects
        case object
        case choice(Set<String>)
    }

    static let body: NameTable<Kind> = [
        "data": .objects, "access_token": .text, "appsecret_proof": .text, "test_event_code": .text,
        "partner_agent": .text, "namespace_id": .text, "upload_id": .text, "upload_tag": .text, "upload_source": .text,
        "platforms": .texts, "progress": .any, "trace": .integer,
    ]

    static let event: NameTable<Kind> = [
        "event_name": .text, "event_time": .integer, "event_id": .text, "event_source_url": .text,
        "referrer_url": .text, "opt_out": .flag, "user_data": .object, "custom_data": .object, "app_data": .object,
        "data_processing_options": .texts, "data_processing_options_country": .integer,
        "data_processing_options_state": .integer, "advanced_measurement_table": .text,
        "messaging_channel": .choice(["whatsapp", "messenger", "instagram"]), "original_event_data": .object,
        "attribution_data": .object,
        "action_source": .choice([
            "email", "website", "app", "phone_call", "chat", "physical_store", "system_generated",
            "business_messaging", "other",
        ]),
    ]

    static let custom: NameTable<Kind> = [
        "value": .number, "net_revenue": .number, "currency": .text, "content_name": .text, "content_category": .text,
        "content_ids": .texts, "contents": .objects, "content_type": .text, "order_id": .text,
        "predicted_ltv": .number, "num_items": .integer, "status": .text, "search_string": .text,
        "delivery_category": .choice(deliveries), "item_number": .text, "lead_event_source": .text,
        "event_source": .text,
    ]

    static let content: NameTable<Kind> = [
        "id": .text, "quantity": .any, "item_price": .number, "title": .text, "description": .text, "brand": .text,
        "category": .text, "delivery_category": .choice(deliveries),
    ]

    static let original: NameTable<Kind> = [
        "event_name": .text, "event_time": .integer, "order_id": .text, "event_id": .text,
    ]

    static let attribution: NameTable<Kind> = [
        "scope": .text, "visit_time": .integer, "ad_id": .text, "adset_id": .text, "campaign_id": .text,
        "attribution_share": .number, "attribution_model": .text, "attr_window": .integer,
        "attribution_value": .number, "attribution_source": .text, "touchpoint_type": .text,
        "touchpoint_ts": .integer, "attribution_method": .text, "decline_reason": .text, "auditing_token": .text,
        "linkage_key": .text, "touchpoint_id": .text, "attribution_setting": .text, "total_credit": .number,
        "partner_client_id": .text,
    ]

    private static let deliveries: Set = ["in_store", "curbside", "home_delivery"]
}
