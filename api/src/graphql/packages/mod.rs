//! Packages in the schema: what is on sale, what was bought, and its ledger.

mod input;
mod ledger;
mod loader;
mod mutation;
mod product;
mod purchase;
mod query;
mod words;

pub use ledger::PackageLedgerEntry;
pub use mutation::PackagesMutation;
pub use product::PackageProduct;
pub use purchase::{PackagePurchase, business_purchases, viewer_purchases};
pub use query::PackagesQuery;
pub use words::PackagePurchaseStatus;
