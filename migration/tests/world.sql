-- Two businesses, and a row in every table: the smallest world that exercises each constraint.
INSERT INTO bizes (id, name, slug) VALUES ('a', 'Studio', 'studio'), ('b', 'Salon', 'salon');
INSERT INTO users (id, subject, name, email) VALUES ('u', 'sub', 'Ada', 'ada@example.com');
INSERT INTO memberships (id, biz_id, user_id, role) VALUES ('m', 'a', 'u', 'owner');
INSERT INTO locations (id, biz_id, name, slug, timezone, latitude, longitude)
    VALUES ('la', 'a', 'Studio', 's', 'Europe/Rome', 41.9, 12.5), ('lb', 'b', 'Salon', 's', 'UTC', NULL, NULL);
INSERT INTO venues (id, biz_id, location_id, name, slug) VALUES ('v', 'a', 'la', 'Hall', 'hall');
INSERT INTO resources (id, biz_id, location_id, type, name, slug, user_id)
    VALUES ('ra', 'a', 'la', 'host', 'Ada', 'ada', 'u'), ('rb', 'b', NULL, 'asset', 'Chair', 'chair', NULL);
INSERT INTO offers (id, biz_id, name, slug) VALUES ('o', 'a', 'Hour', 'hour');
INSERT INTO offer_versions (id, biz_id, offer_id, version, default_duration_min, currency)
    VALUES ('ov', 'a', 'o', 1, 60, 'EUR'), ('draft', 'a', 'o', 2, 60, 'EUR');
INSERT INTO offer_version_resources (id, biz_id, offer_version_id, resource_id, role)
    VALUES ('ovr', 'a', 'ov', 'ra', 'primary');
UPDATE offer_versions SET status = 'published' WHERE id = 'ov';
INSERT INTO package_products (id, biz_id, offer_id, name, slug, session_count, price_minor)
    VALUES ('pp', 'a', 'o', 'Ten', 'ten', 10, 9000);
INSERT INTO customer_purchases (id, biz_id, package_product_id, customer_user_id, sessions_total, sessions_remaining)
    VALUES ('cp', 'a', 'pp', 'u', 10, 10);
INSERT INTO customer_purchases
    (id, biz_id, package_product_id, customer_user_id, sessions_total, sessions_remaining, transferred_from_purchase_id)
    VALUES ('cp2', 'a', 'pp', 'u', 5, 5, 'cp');
INSERT INTO booking_orders (id, biz_id, offer_id, offer_version_id, customer_user_id, status, start_at, end_at,
        currency, subtotal_minor, tax_minor, total_minor, customer_purchase_id)
    VALUES ('bo', 'a', 'o', 'ov', 'u', 'confirmed', '2030-01-01T10:00:00+00:00', '2030-01-01T11:00:00+00:00',
        'EUR', 1000, 220, 1220, 'cp');
INSERT INTO booking_order_lines (id, biz_id, booking_order_id, type, label, quantity, unit_amount_minor, total_minor)
    VALUES ('bl', 'a', 'bo', 'base', 'An hour', 2, 500, 1000);
INSERT INTO fulfillment_units (id, biz_id, booking_order_id, resource_id, secondary_resource_id)
    VALUES ('fu', 'a', 'bo', 'ra', 'ra');
INSERT INTO booking_order_private_notes (id, biz_id, booking_order_id, author_user_id, note)
    VALUES ('n', 'a', 'bo', 'u', 'Prefers mornings');
INSERT INTO queues (id, biz_id, location_id, name, slug) VALUES ('q', 'a', 'la', 'Desk', 'desk');
INSERT INTO queue_entries (id, biz_id, queue_id, position) VALUES ('qe', 'a', 'q', 1);
INSERT INTO class_schedules (id, biz_id, offer_id, name, slug, recurrence_rule, capacity)
    VALUES ('cs', 'a', 'o', 'Yoga', 'yoga', 'FREQ=WEEKLY', 12);
INSERT INTO class_occurrences (id, biz_id, class_schedule_id, occurrence_date, start_at, end_at)
    VALUES ('co', 'a', 'cs', '2030-01-02', '2030-01-02T17:00:00+00:00', '2030-01-02T18:00:00+00:00');
INSERT INTO seat_maps (id, biz_id, venue_id, name, slug, width, height) VALUES ('sm', 'a', 'v', 'Hall', 'hall', 2, 1);
INSERT INTO seat_map_seats (id, biz_id, seat_map_id, row_label, seat_number, x_position, y_position)
    VALUES ('s1', 'a', 'sm', 'A', '1', 0, 0);
INSERT INTO opening_hours (id, biz_id, location_id, weekday, opens_at, closes_at)
    VALUES ('oh', 'a', 'la', 1, '09:00:00', '18:00:00');
INSERT INTO opening_hours_exceptions (id, biz_id, resource_id, date) VALUES ('oe', 'a', 'ra', '2030-01-06');
INSERT INTO payments (id, biz_id, booking_order_id, kind, amount_minor, currency)
    VALUES ('p', 'a', 'bo', 'balance', 1220, 'EUR');
INSERT INTO resource_claims (id, biz_id, resource_id, starts_at, ends_at, service_starts_at, service_ends_at, kind, booking_order_id)
    VALUES ('rc', 'a', 'ra', '2030-01-01T10:00:00+00:00', '2030-01-01T11:00:00+00:00',
        '2030-01-01T10:00:00+00:00', '2030-01-01T11:00:00+00:00', 'booking', 'bo');
INSERT INTO idempotency_keys (user_id, mutation, key, input_hash, expires_at)
    VALUES ('u', 'createBooking', 'k', 'h', '2030-01-08T00:00:00+00:00');
INSERT INTO domain_events (id, biz_id, kind, aggregate_type, aggregate_id, payload)
    VALUES ('e', 'a', 'booking.created', 'booking', 'bo', '{}');
