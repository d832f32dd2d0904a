//! What a request goes through before it is executed, whichever way it came: its document is found, held
//! against the limits, and paid for.

use async_graphql::{Request as GraphqlRequest, Value, parser::types::OperationType, value};

use super::{
    App,
    body::Asked,
    errors::Refused,
    quota::Payer,
    subscribers::Subscriber,
    traffic::{Operation, Transport},
};
use crate::graphql::limits::Measured;

/// An operation that may be executed.
pub(super) struct Admitted {
    pub(super) request: GraphqlRequest,
    pub(super) cost: u32,
    /// There when it is a subscription, for as long as it is open.
    pub(super) subscriber: Option<Subscriber>,
}

/// Lets an operation in, or counts it as refused.
pub(super) fn admit(
    app: &App,
    asked: Asked,
    payer: &Payer,
    transport: Transport,
) -> Result<Admitted, Refused> {
    pay(app, asked, payer)
        .inspect_err(|refused| Operation::refuse(&app.options.traffic, transport, refused))
}

/// It is paid for even when it is not let in: finding that out was work.
fn pay(app: &App, asked: Asked, payer: &Payer) -> Result<Admitted, Refused> {
    let (mut request, measured) = match ready(app, asked) {
        Ok(ready) => ready,
        Err(refused) => {
            app.quotas.charge(payer, 1)?;
            return Err(refused);
        }
    };
    if let Some(budget) = app.quotas.charge(payer, measured.cost)? {
        request.data.insert(budget);
    }
    let subscribes = measured.kind == Some(OperationType::Subscription);
    Ok(Admitted {
        request,
        cost: measured.cost,
        subscriber: match subscribes {
            true => Some(app.subscribers.enter(payer)?),
            false => None,
        },
    })
}

fn ready(app: &App, mut asked: Asked) -> Result<(GraphqlRequest, Measured), Refused> {
    let text = app.documents.find(&mut asked)?;
    // Some clients send an empty name for none.
    asked.operation_name = asked.operation_name.filter(|name| !name.is_empty());
    let document = app.gauge.read(text.as_ref())?;
    let name = asked.operation_name.as_deref();
    let measured = app.gauge.measure(&document, name, &asked.variables)?;
    if asked.is_read_only && measured.kind == Some(OperationType::Mutation) {
        return Err(Refused::method("POST", "A mutation must be sent by POST."));
    }
    app.documents.keep(text);
    let mut request = GraphqlRequest::new(String::new());
    request.set_parsed_query(document);
    if !app.gauge.limits().introspection {
        request = request.disable_introspection();
    }
    request.operation_name = asked.operation_name;
    request.variables = asked.variables;
    request.extensions = asked.extensions;
    Ok((request, measured))
}

/// What clients are told of an operation's cost.
pub(super) fn cost_shown(app: &App, cost: u32) -> Value {
    let maximum = app.gauge.limits().cost;
    value!({ "requested": cost, "maximum": maximum })
}
