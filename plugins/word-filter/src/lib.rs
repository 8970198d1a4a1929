//! Keeps a server's rooms clean of the words and links that its admin does not want there.

mod filter;
mod links;
mod lists;
mod normal;
mod trie;
mod words;

use std::sync::Mutex;

use filter::Filter;
use switchboard::{hooks, MessageEvent, PluginEvent, Verdict};

hooks! {
    on_config => configure,
    on_message => check,
}

static FILTER: Mutex<Option<Filter>> = Mutex::new(None);

fn configure(_: PluginEvent) {
    if let Ok(mut filter) = FILTER.lock() {
        *filter = Some(Filter::from_config());
    }
}

fn check(event: MessageEvent) -> Verdict {
    match FILTER.lock() {
        Ok(mut filter) => filter.get_or_insert_with(Filter::from_config).check(&event.text, event.code.is_some()),
        Err(_) => Verdict::Pass,
    }
}
