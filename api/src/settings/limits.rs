//! The settings that limit what a client may ask for.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use booking_gateway::{
    graphql::{
        GatewaySchema,
        limits::{Gauge, Limits},
    },
    http::{DocumentOptions, RateLimits, Trusted},
};
use clap::Args;

/// What a client may ask for.
#[derive(Args, Clone, Debug)]
pub struct LimitSettings {
    /// The largest request, in bytes
    #[arg(long, env = "BODY_LIMIT", global = true)]
    #[arg(value_name = "BYTES", default_value_t = 1 << 20)]
    pub body_limit: usize,

    /// The time that a query or a mutation has
    #[arg(long, env = "REQUEST_TIMEOUT", global = true)]
    #[arg(value_name = "TIME", default_value = "30s", value_parser = humantime::parse_duration)]
    pub request_timeout: Duration,

    /// The most tokens of a document: words, numbers, strings and signs
    #[arg(long, env = "MAX_TOKENS", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().tokens)]
    pub max_tokens: usize,

    /// The most fields within fields
    #[arg(long, env = "MAX_DEPTH", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().depth)]
    pub max_depth: usize,

    /// The most fields and fragments of a document, with every fragment written out
    #[arg(long, env = "MAX_FIELDS", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().fields)]
    pub max_fields: usize,

    /// The most fields at the top of an operation
    #[arg(long, env = "MAX_ROOT_FIELDS", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().root_fields)]
    pub max_root_fields: usize,

    /// The most aliases of a document, with every fragment written out
    #[arg(long, env = "MAX_ALIASES", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().aliases)]
    pub max_aliases: usize,

    /// The most directives of a document, with every fragment written out
    #[arg(long, env = "MAX_DIRECTIVES", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().directives)]
    pub max_directives: usize,

    /// The most directives on one field, fragment, operation or variable
    #[arg(long, env = "MAX_DIRECTIVES_PER_PLACE", global = true)]
    #[arg(value_name = "N", default_value_t = Limits::default().directives_per_place)]
    pub max_directives_per_place: usize,

    /// The most that an operation may cost, in points: an object is one, times the pages it is in
    #[arg(long, env = "MAX_COST", global = true)]
    #[arg(value_name = "POINTS", default_value_t = Limits::default().cost)]
    pub max_cost: usize,

    /// The points that each signed-in viewer may spend in RATE_LIMIT_WINDOW; 0 for any number
    #[arg(long, env = "RATE_LIMIT_VIEWER", global = true)]
    #[arg(value_name = "POINTS", default_value_t = 60_000)]
    pub rate_limit_viewer: u32,

    /// The points that those who are not signed in may spend from each address; 0 for any number
    #[arg(long, env = "RATE_LIMIT_ADDRESS", global = true)]
    #[arg(value_name = "POINTS", default_value_t = 60_000)]
    pub rate_limit_address: u32,

    /// The time in which spent points are back
    #[arg(long, env = "RATE_LIMIT_WINDOW", global = true)]
    #[arg(value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    pub rate_limit_window: Duration,

    /// The most subscriptions that a viewer, or an address, may have open at once
    #[arg(long, env = "MAX_SUBSCRIPTIONS", global = true)]
    #[arg(value_name = "N", default_value_t = 50)]
    pub max_subscriptions: usize,

    /// The time that a WebSocket has to send `connection_init`
    #[arg(long, env = "WEBSOCKET_INIT_TIMEOUT", global = true)]
    #[arg(value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration)]
    pub websocket_init_timeout: Duration,

    /// The time that a WebSocket's client has to take a message, after which it is given up
    #[arg(long, env = "WEBSOCKET_SEND_TIMEOUT", global = true)]
    #[arg(value_name = "TIME", default_value = "20s", value_parser = humantime::parse_duration)]
    pub websocket_send_timeout: Duration,

    /// Whether clients may read the schema, and errors suggest names of it: `true` or `false`; when not
    /// set, with `serve --demo` only
    #[arg(long, env = "INTROSPECTION", global = true, value_name = "BOOL")]
    pub introspection: Option<bool>,

    /// The bytes of documents that clients may leave as automatic persisted queries; 0 for none
    #[arg(long, env = "PERSISTED_BYTES", global = true)]
    #[arg(value_name = "BYTES", default_value_t = 16 << 20)]
    pub persisted_bytes: u64,

    /// Manifests of trusted documents, separated by commas: Apollo's, or maps of ids to documents
    #[arg(long, env = "TRUSTED_DOCUMENTS", global = true)]
    #[arg(value_name = "FILES", value_delimiter = ',')]
    pub trusted_documents: Vec<PathBuf>,

    /// Whether trusted documents are the only ones that are executed: `true` or `false`
    #[arg(long, env = "TRUSTED_DOCUMENTS_ONLY", global = true)]
    #[arg(value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set)]
    pub trusted_documents_only: bool,
}

impl LimitSettings {
    /// Checks what no single setting tells.
    ///
    /// # Errors
    /// Says which setting is wrong, and what would be right.
    pub fn check(&self) -> Result<()> {
        for (name, time) in [
            ("REQUEST_TIMEOUT", self.request_timeout),
            ("RATE_LIMIT_WINDOW", self.rate_limit_window),
            ("WEBSOCKET_INIT_TIMEOUT", self.websocket_init_timeout),
            ("WEBSOCKET_SEND_TIMEOUT", self.websocket_send_timeout),
        ] {
            ensure!(!time.is_zero(), "{name} must be more than nothing");
        }
        ensure!(self.body_limit > 0, "BODY_LIMIT must be more than nothing");
        for (name, points) in [
            ("RATE_LIMIT_VIEWER", self.rate_limit_viewer),
            ("RATE_LIMIT_ADDRESS", self.rate_limit_address),
        ] {
            ensure!(
                points == 0 || points as usize >= self.max_cost,
                "{name} is {points}, less than a single operation may cost (MAX_COST, {})",
                self.max_cost
            );
        }
        ensure!(
            !self.trusted_documents_only || !self.has_no_manifest(),
            "TRUSTED_DOCUMENTS_ONLY needs TRUSTED_DOCUMENTS: without any, nothing would be executed"
        );
        Ok(())
    }

    fn has_no_manifest(&self) -> bool {
        self.trusted_documents
            .iter()
            .all(|path| path.as_os_str().is_empty())
    }

    /// What documents may ask for. `is_demo` opens the schema where nothing else is set.
    pub fn limits(&self, is_demo: bool) -> Limits {
        Limits {
            tokens: self.max_tokens,
            depth: self.max_depth,
            fields: self.max_fields,
            root_fields: self.max_root_fields,
            aliases: self.max_aliases,
            directives: self.max_directives,
            directives_per_place: self.max_directives_per_place,
            cost: self.max_cost,
            introspection: self.introspection.unwrap_or(is_demo),
        }
    }

    /// How fast somebody may spend.
    pub fn rate_limits(&self) -> RateLimits {
        RateLimits {
            per_viewer: NonZeroU32::new(self.rate_limit_viewer),
            per_address: NonZeroU32::new(self.rate_limit_address),
            window: self.rate_limit_window,
        }
    }

    /// The documents that clients need not send.
    ///
    /// # Errors
    /// When a manifest cannot be read, or holds a document that could not be executed.
    pub fn documents(&self, schema: &GatewaySchema, limits: Limits) -> Result<DocumentOptions> {
        let gauge = Gauge::new(schema, limits);
        let mut manifests = Vec::new();
        let paths = self.trusted_documents.iter();
        for path in paths.filter(|path| !path.as_os_str().is_empty()) {
            let manifest = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read TRUSTED_DOCUMENTS={}", path.display()))?;
            manifests.push(manifest);
        }
        let trusted = Trusted::read(manifests, &gauge).context("in TRUSTED_DOCUMENTS")?;
        if !trusted.is_empty() {
            tracing::info!(documents = trusted.len(), "trusted");
        }
        Ok(DocumentOptions {
            cache_bytes: self.persisted_bytes,
            trusted,
            only_trusted: self.trusted_documents_only,
        })
    }
}
