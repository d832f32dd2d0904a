//! Finding the bookings whose time limit has run out, without reading all the others.

use crate::schema::*;

/// Creates one small index for each state that has a time limit.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (status, limit) in LIMITS {
            let index = Index::create()
                .name(name(limit))
                .table("booking_orders")
                .col(limit)
                // In so many words: a plan for any parameter cannot know that the index holds the row.
                .and_where(Expr::cust(format!("status = '{status}'")))
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (_, limit) in LIMITS {
            let mut index = Index::drop();
            index.name(name(limit)).table("booking_orders");
            manager.drop_index(index).await?;
        }
        Ok(())
    }
}

const LIMITS: [(&str, &str); 3] = [
    ("held", "hold_expires_at"),
    ("pending_approval", "approval_due_at"),
    ("awaiting_deposit", "deposit_due_at"),
];

fn name(limit: &str) -> String {
    format!("booking_orders_{limit}_idx")
}
