//! The triggers by which the ledger of a package moves the counts of its purchase.
//!
//! - An entry is never changed or deleted.
//! - The first entry tells how many sessions the purchase began with. Every later one moves the counts by its
//!   delta, and is refused unless its balance is what then remains; it brings the status along.
//! - The counts of a purchase are what its entries add up to: no other change of them passes.

use crate::schema::refuse;

/// Entries are never changed or deleted.
const APPEND_ONLY: &str = "package_ledger_entries_append_only";
/// The balance of an entry is what remains of the purchase.
const BALANCE: &str = "package_ledger_entries_balance";
/// The counts of a purchase follow its entries.
const FOLLOW: &str = "customer_purchases_follow_ledger";

/// What a change by an entry does to a purchase, in words that both databases read. `NEW` is the entry.
const MOVE: &str = "
UPDATE customer_purchases SET
    sessions_remaining = sessions_remaining + NEW.delta,
    sessions_used = sessions_used - CASE WHEN NEW.kind IN ('redeem', 'return') THEN NEW.delta ELSE 0 END,
    sessions_total = sessions_total + CASE WHEN NEW.kind IN ('redeem', 'return') THEN 0 ELSE NEW.delta END,
    sessions_adjusted = sessions_adjusted + CASE WHEN NEW.kind = 'adjust' THEN NEW.delta ELSE 0 END,
    status = CASE
        WHEN NEW.delta = 0 THEN status
        WHEN NEW.balance_after > 0 THEN CASE status WHEN 'pending_payment' THEN status ELSE 'active' END
        WHEN NEW.kind = 'transfer_out' THEN 'transferred'
        WHEN NEW.kind = 'refund' THEN 'cancelled'
        WHEN NEW.kind = 'expire' THEN 'expired'
        ELSE 'exhausted' END,
    version = version + 1,
    updated_at = NEW.at
WHERE biz_id = NEW.biz_id AND id = NEW.customer_purchase_id
    AND sessions_remaining + NEW.delta = NEW.balance_after";

/// The first entry states the counts instead of changing them. `NEW` is the entry.
const IS_OPENING: &str = "NEW.kind IN ('purchase', 'transfer_in')";
const OPENING_MATCHES: &str = "EXISTS (
    SELECT 1 FROM customer_purchases WHERE biz_id = NEW.biz_id AND id = NEW.customer_purchase_id
        AND sessions_remaining = NEW.delta AND sessions_used = 0 AND NEW.balance_after = NEW.delta AND NEW.sequence = 1)";

/// Whether the counts of a purchase, `NEW`, are other than its entries add up to.
const ASTRAY: &str = "EXISTS (
    SELECT 1 FROM (SELECT COALESCE(SUM(delta), 0) AS remaining,
            COALESCE(SUM(CASE WHEN kind IN ('redeem', 'return') THEN -delta ELSE 0 END), 0) AS used
        FROM package_ledger_entries WHERE customer_purchase_id = NEW.id) AS counted
    WHERE counted.remaining <> NEW.sessions_remaining OR counted.used <> NEW.sessions_used)";

const COUNTS: &str = "sessions_total, sessions_used, sessions_remaining";

/// Creates the triggers on PostgreSQL.
pub fn postgres_up() -> String {
    let refusal = |name: &str| {
        format!(
            "RAISE EXCEPTION '{name}'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{name}'"
        )
    };
    let append_only = refusal(APPEND_ONLY);
    let balance = refusal(BALANCE);
    let follow = refusal(FOLLOW);
    format!(
        "
CREATE FUNCTION {APPEND_ONLY}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {append_only};
END $$;
CREATE TRIGGER {APPEND_ONLY} BEFORE UPDATE OR DELETE ON package_ledger_entries
    FOR EACH ROW EXECUTE FUNCTION {APPEND_ONLY}();

CREATE FUNCTION {BALANCE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {IS_OPENING} THEN
        IF NOT {OPENING_MATCHES} THEN
            {balance};
        END IF;
        RETURN NULL;
    END IF;
    {MOVE};
    IF NOT FOUND THEN
        {balance};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {BALANCE} AFTER INSERT ON package_ledger_entries
    FOR EACH ROW EXECUTE FUNCTION {BALANCE}();

CREATE FUNCTION {FOLLOW}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {ASTRAY} THEN
        {follow};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {FOLLOW} BEFORE UPDATE OF {COUNTS} ON customer_purchases
    FOR EACH ROW EXECUTE FUNCTION {FOLLOW}();
"
    )
}

/// Drops the triggers on PostgreSQL.
pub fn postgres_down() -> String {
    format!(
        "
DROP TRIGGER {FOLLOW} ON customer_purchases;
DROP FUNCTION {FOLLOW}();
DROP TRIGGER {BALANCE} ON package_ledger_entries;
DROP FUNCTION {BALANCE}();
DROP TRIGGER {APPEND_ONLY} ON package_ledger_entries;
DROP FUNCTION {APPEND_ONLY}();
"
    )
}

/// Creates the triggers on SQLite.
pub fn sqlite_up() -> String {
    let append_only = |event: &str| {
        let name = format!("{APPEND_ONLY}_{}", event.to_lowercase());
        refuse(
            &name,
            &format!("{event} ON package_ledger_entries"),
            "TRUE",
            APPEND_ONLY,
        )
    };
    let follow = refuse(
        FOLLOW,
        &format!("UPDATE OF {COUNTS} ON customer_purchases"),
        ASTRAY,
        FOLLOW,
    );
    let matches = "EXISTS (
        SELECT 1 FROM customer_purchases WHERE biz_id = NEW.biz_id AND id = NEW.customer_purchase_id
            AND sessions_remaining + NEW.delta = NEW.balance_after)";
    format!(
        "{}
{}
CREATE TRIGGER {BALANCE}_opening AFTER INSERT ON package_ledger_entries
    FOR EACH ROW WHEN {IS_OPENING} AND NOT {OPENING_MATCHES}
    BEGIN SELECT RAISE(ABORT, '{BALANCE}'); END;
CREATE TRIGGER {BALANCE} AFTER INSERT ON package_ledger_entries
    FOR EACH ROW WHEN NOT ({IS_OPENING})
    BEGIN
        SELECT RAISE(ABORT, '{BALANCE}') WHERE NOT {matches};
        {MOVE};
    END;
{follow}",
        append_only("UPDATE"),
        append_only("DELETE"),
    )
}

/// Drops the triggers on SQLite.
pub fn sqlite_down() -> String {
    format!(
        "DROP TRIGGER {FOLLOW};
         DROP TRIGGER {BALANCE};
         DROP TRIGGER {BALANCE}_opening;
         DROP TRIGGER {APPEND_ONLY}_update;
         DROP TRIGGER {APPEND_ONLY}_delete;"
    )
}
