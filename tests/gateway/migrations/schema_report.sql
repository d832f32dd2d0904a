-- The schema report 0003, in its own words. Section 1 gives SQL for `resources` only; for the other
-- tables it lists column, type and default, of which those with a default are NOT NULL, as there.
CREATE TABLE "resources" ();
CREATE TABLE "booking_orders" ();
CREATE TABLE "offer_versions" ();
CREATE TABLE "fulfillment_units" ();

ALTER TABLE "resources"
  ADD COLUMN IF NOT EXISTS "is_mobile" boolean DEFAULT false NOT NULL,
  ADD COLUMN IF NOT EXISTS "max_simultaneous_bookings" integer;

ALTER TABLE "booking_orders"
  ADD COLUMN IF NOT EXISTS "requested_duration_min" integer,
  ADD COLUMN IF NOT EXISTS "confirmed_duration_min" integer,
  ADD COLUMN IF NOT EXISTS "customer_purchase_id" text,
  ADD COLUMN IF NOT EXISTS "payment_terms" text;

ALTER TABLE "offer_versions"
  ADD COLUMN IF NOT EXISTS "unit_pricing_minor" integer,
  ADD COLUMN IF NOT EXISTS "requires_deposit" boolean DEFAULT false NOT NULL,
  ADD COLUMN IF NOT EXISTS "deposit_percent_bps" integer,
  ADD COLUMN IF NOT EXISTS "min_gap_between_bookings_min" integer DEFAULT 0 NOT NULL;

ALTER TABLE "fulfillment_units"
  ADD COLUMN IF NOT EXISTS "secondary_resource_id" text;

CREATE TABLE IF NOT EXISTS "booking_order_private_notes" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "booking_order_id" text NOT NULL,
  "author_user_id" text NOT NULL,
  "note" text NOT NULL,
  "is_pinned" boolean DEFAULT false NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "queues" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "location_id" text,
  "name" varchar(200) NOT NULL,
  "slug" varchar(120) NOT NULL,
  "status" text DEFAULT 'active' NOT NULL,
  "max_capacity" integer,
  "estimated_service_time_min" integer DEFAULT 15 NOT NULL,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "queue_entries" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "queue_id" text NOT NULL,
  "customer_user_id" text,
  "party_size" integer DEFAULT 1 NOT NULL,
  "status" text DEFAULT 'waiting' NOT NULL,
  "position" integer NOT NULL,
  "estimated_wait_min" integer,
  "notified_at" timestamp with time zone,
  "served_at" timestamp with time zone,
  "notes" text,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "class_schedules" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "offer_id" text NOT NULL,
  "location_id" text,
  "name" varchar(200) NOT NULL,
  "slug" varchar(120) NOT NULL,
  "status" text DEFAULT 'draft' NOT NULL,
  "timezone" varchar(50) DEFAULT 'UTC' NOT NULL,
  "recurrence_rule" varchar(500) NOT NULL,
  "capacity" integer NOT NULL,
  "min_enrollment" integer DEFAULT 0 NOT NULL,
  "auto_cancel_if_under" boolean DEFAULT false NOT NULL,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "class_occurrences" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "class_schedule_id" text NOT NULL,
  "occurrence_date" date NOT NULL,
  "start_at" timestamp with time zone NOT NULL,
  "end_at" timestamp with time zone NOT NULL,
  "status" text DEFAULT 'scheduled' NOT NULL,
  "enrolled_count" integer DEFAULT 0 NOT NULL,
  "waitlist_count" integer DEFAULT 0 NOT NULL,
  "cancelled_at" timestamp with time zone,
  "cancellation_reason" text,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE IF NOT EXISTS "package_products" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "offer_id" text NOT NULL,
  "name" varchar(200) NOT NULL,
  "slug" varchar(120) NOT NULL,
  "status" text DEFAULT 'draft' NOT NULL,
  "session_count" integer NOT NULL,
  "price_minor" integer NOT NULL,
  "currency" varchar(3) DEFAULT 'USD' NOT NULL,
  "expiry_type" text DEFAULT 'never' NOT NULL,
  "expiry_days" integer,
  "expiry_date" date,
  "transferable" boolean DEFAULT false NOT NULL,
  "refundable" boolean DEFAULT true NOT NULL,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "customer_purchases" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "package_product_id" text NOT NULL,
  "customer_user_id" text NOT NULL,
  "status" text DEFAULT 'active' NOT NULL,
  "sessions_total" integer NOT NULL,
  "sessions_used" integer DEFAULT 0 NOT NULL,
  "sessions_remaining" integer NOT NULL,
  "purchased_at" timestamp with time zone DEFAULT now() NOT NULL,
  "expires_at" timestamp with time zone,
  "transferred_from_purchase_id" text,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE IF NOT EXISTS "seat_maps" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "venue_id" text NOT NULL,
  "name" varchar(200) NOT NULL,
  "slug" varchar(120) NOT NULL,
  "status" text DEFAULT 'draft' NOT NULL,
  "width" integer NOT NULL,
  "height" integer NOT NULL,
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  "deleted_at" timestamp with time zone
);

CREATE TABLE IF NOT EXISTS "seat_map_seats" (
  "id" text PRIMARY KEY NOT NULL,
  "biz_id" text NOT NULL,
  "seat_map_id" text NOT NULL,
  "row_label" varchar(20) NOT NULL,
  "seat_number" varchar(20) NOT NULL,
  "x_position" integer NOT NULL,
  "y_position" integer NOT NULL,
  "status" text DEFAULT 'available' NOT NULL,
  "seat_type" varchar(50) DEFAULT 'standard',
  "metadata" jsonb DEFAULT '{}'::jsonb,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE INDEX IF NOT EXISTS "booking_order_private_notes_biz_order_idx"
  ON "booking_order_private_notes" ("biz_id", "booking_order_id", "created_at");

CREATE INDEX IF NOT EXISTS "queues_biz_status_idx"
  ON "queues" ("biz_id", "status");

CREATE INDEX IF NOT EXISTS "queue_entries_queue_status_idx"
  ON "queue_entries" ("queue_id", "status", "position");

CREATE INDEX IF NOT EXISTS "class_schedules_biz_offer_idx"
  ON "class_schedules" ("biz_id", "offer_id", "status");

CREATE INDEX IF NOT EXISTS "class_occurrences_schedule_date_idx"
  ON "class_occurrences" ("class_schedule_id", "occurrence_date");

CREATE INDEX IF NOT EXISTS "customer_purchases_customer_status_idx"
  ON "customer_purchases" ("customer_user_id", "status");
