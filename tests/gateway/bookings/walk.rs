//! Every way through the schema, as introspection tells it.

use std::collections::HashMap;

use serde_json::{Value, json};
use tests::*;

/// The schema as introspection tells it: the types by their names.
struct Schema(HashMap<String, Value>);

impl Schema {
    async fn of(app: &TestApp) -> Self {
        let document = "{ __schema { types { name kind possibleTypes { name } fields(includeDeprecated: true) { name
            args { name type { kind name ofType { kind name ofType { kind name } } } }
            type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
        let answer = app
            .anonymous()
            .graphql(document, json!({}))
            .await
            .expect_ok();
        let types = answer.list("__schema.types").iter();
        Self(
            types
                .map(|it| (it["name"].as_str().unwrap().to_owned(), it.clone()))
                .collect(),
        )
    }

    fn fields(&self, name: &str) -> &[Value] {
        self.0[name]["fields"].as_array().map_or(&[], Vec::as_slice)
    }

    fn is_leaf(&self, name: &str) -> bool {
        ["SCALAR", "ENUM"].contains(&self.0[name]["kind"].as_str().unwrap())
    }
}

fn named(of: &Value) -> &str {
    match &of["ofType"] {
        Value::Null => of["name"].as_str().unwrap(),
        inner => named(inner),
    }
}

/// Every way from the root to an object, with all that it tells there.
struct Walk<'a> {
    schema: &'a Schema,
    ids: &'a HashMap<&'static str, String>,
    ways: Vec<String>,
}

impl Walk<'_> {
    const DEEPEST: usize = 5;

    fn through(&mut self, name: &str, path: &mut Vec<String>, types: &mut Vec<String>) {
        let leaves: Vec<String> = self
            .schema
            .fields(name)
            .iter()
            .filter_map(|field| {
                let leaf = self.schema.is_leaf(named(&field["type"]));
                leaf.then(|| self.call(field))
            })
            .collect();
        if !path.is_empty() && !leaves.is_empty() {
            let closing = "}".repeat(path.len() - 1);
            let way = format!("{} {{ {} }} {closing}", path.join(" { "), leaves.join(" "));
            self.ways.push(way);
        }
        if path.len() >= Self::DEEPEST {
            return;
        }
        for field in self.schema.fields(name) {
            let to = named(&field["type"]).to_owned();
            if self.schema.is_leaf(&to) {
                continue;
            }
            let possible: Vec<String> = match self.schema.0[&to]["possibleTypes"].as_array() {
                Some(possible) => possible
                    .iter()
                    .map(|it| it["name"].as_str().unwrap().to_owned())
                    .collect(),
                None => vec![to],
            };
            for to in possible {
                // Round in circles there is nothing new.
                if types.contains(&to) {
                    continue;
                }
                let before = path.len();
                match ["node", "nodes"].contains(&field["name"].as_str().unwrap())
                    && path.is_empty()
                {
                    true => {
                        let id = self.ids.get(to.as_str()).unwrap_or(&self.ids["Booking"]);
                        let call = if field["name"] == "node" {
                            format!("node(id: \"{id}\")")
                        } else {
                            format!("nodes(ids: [\"{id}\"])")
                        };
                        path.extend([call, format!("... on {to}")]);
                    }
                    false => path.push(self.call(field)),
                }
                types.push(to.clone());
                self.through(&to, path, types);
                types.pop();
                path.truncate(before);
            }
        }
    }

    /// A field with the arguments that it asks for.
    fn call(&self, field: &Value) -> String {
        let name = field["name"].as_str().unwrap();
        let window = r#"{ from: "2026-03-01T00:00:00Z", to: "2026-03-10T00:00:00Z" }"#;
        let args: Vec<String> = field["args"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|arg| {
                let value = match (name, arg["name"].as_str().unwrap()) {
                    (_, "id") => {
                        let kind = named(&field["type"]);
                        format!("\"{}\"", self.ids.get(kind).unwrap_or(&self.ids["Booking"]))
                    }
                    (_, "by") => format!("{{ id: \"{}\" }}", self.ids["Business"]),
                    ("availability", "input") => format!("{{ window: {window} }}"),
                    (_, "window") => window.to_owned(),
                    _ if arg["type"]["kind"] != "NON_NULL" => return None,
                    (name, arg) => panic!("the walk knows no {arg} of {name}"),
                };
                Some(format!("{}: {value}", arg["name"].as_str().unwrap()))
            })
            .collect();
        match args.is_empty() {
            true => name.to_owned(),
            false => format!("{name}({})", args.join(", ")),
        }
    }
}

/// Every way from the root to an object. `ids` are things to begin with, by their types.
pub async fn ways(app: &TestApp, ids: &HashMap<&'static str, String>) -> Vec<String> {
    let schema = Schema::of(app).await;
    let mut walk = Walk {
        schema: &schema,
        ids,
        ways: Vec::new(),
    };
    walk.through("Query", &mut Vec::new(), &mut vec!["Query".to_owned()]);
    walk.ways
}

/// Several of the ways in one document. Where the root may be null, an error on one of them hides nothing
/// on another; the others go alone.
pub fn documents(ways: &[String]) -> Vec<String> {
    let nullable = |way: &&String| !way.starts_with("nodes") && !way.starts_with("businesses");
    let together: Vec<&String> = ways.iter().filter(nullable).collect();
    let alone = ways.iter().filter(|way| !nullable(way));
    let joined = together.chunks(20).map(|ways| {
        let named = ways
            .iter()
            .enumerate()
            .map(|(number, way)| format!("way{number}: {way}"));
        format!("{{ {} }}", named.collect::<Vec<_>>().join(" "))
    });
    joined
        .chain(alone.map(|way| format!("{{ {way} }}")))
        .collect()
}
