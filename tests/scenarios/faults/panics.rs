//! Nothing dies unasked, and no sale tries to leave its edges: seen by thread, since each row has one of its own.

use std::fmt::Debug;
use std::future::Future;
use std::panic;
use std::sync::{Arc, Mutex, Once};
use std::thread;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use yima_core::sale::State;

/// What a death that a row asks for says.
const AS_ASKED: &str = "as the test asked";

/// Thread and message of each death.
static DEATHS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Plays it on a thread of this name, and adds what died meanwhile and was not to.
pub fn on_a_thread(
    name: &str,
    deaths: usize,
    row: impl Future<Output = Vec<String>> + Send + 'static,
) -> Vec<String> {
    watch();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || play(row)).unwrap();
    let (mut wrong, logged) = thread.join().unwrap_or_default();
    let died = dead(name);
    let (asked, unasked): (Vec<_>, Vec<_>) = died.into_iter().partition(|message| message.contains(AS_ASKED));
    wrong.extend(unasked.into_iter().map(|message| format!("panicked: {message}")));
    if asked.len() != deaths {
        wrong.push(format!("{} tasks were to die, and {} did", deaths, asked.len()));
    }
    if logged != deaths {
        wrong.push(format!("{deaths} tasks were to die, and the log tells of {logged}"));
    }
    wrong
}

/// Gives what is wrong, and how often the log said that something died.
fn play(row: impl Future<Output = Vec<String>>) -> (Vec<String>, usize) {
    let log = Log::default();
    let told = Arc::clone(&log.0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut wrong = tracing::subscriber::with_default(log, || runtime.block_on(row));
    let mut told = told.lock().unwrap();
    wrong.append(&mut told.defects);
    (wrong, told.deaths)
}

/// Of the row of this name, and of threads that no row is named by: the store's are such.
fn dead(name: &str) -> Vec<String> {
    let mut deaths = DEATHS.lock().unwrap();
    let is_its =
        |(thread, _): &(String, String)| thread == name || thread.is_empty() || thread.starts_with("store-");
    let (its, others) = deaths.drain(..).partition(is_its);
    *deaths = others;
    let its: Vec<(String, String)> = its;
    its.into_iter().map(|(_, message)| message).collect()
}

fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |death| {
            let thread = thread::current().name().unwrap_or_default().to_owned();
            DEATHS.lock().unwrap().push((thread, death.to_string()));
            before(death);
        }));
    });
}

/// Keeps what is logged of the machine's own faults.
#[derive(Default)]
struct Log(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    defects: Vec<String>,
    deaths: usize,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() == &tracing::Level::ERROR
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields { is_defect: false, text: String::new() };
        event.record(&mut fields);
        let mut told = self.0.lock().unwrap();
        told.deaths += usize::from(fields.text.contains(" died"));
        if fields.is_defect {
            told.defects.push(format!("I11: a sale would have left its edges:{}", fields.text));
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Fields {
    is_defect: bool,
    text: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.is_defect |= field.name() == "defect";
        self.text += &format!(" {}={value:?}", field.name());
    }
}

/// The engine has no way to such a move: its words are those of `Engine::happened_by`.
#[test]
fn i11_a_row_in_which_a_sale_would_leave_its_edges_fails() {
    let tells = async {
        tracing::error!(defect = ?(State::Paid, State::Ready), order_id = %"a1", "a sale would have left its edges");
        tracing::error!("something else");
        Vec::new()
    };
    let wrong = on_a_thread("a defect", 0, tells);
    assert_eq!(
        wrong,
        [
            "I11: a sale would have left its edges: message=a sale would have left its edges defect=(Paid, Ready) order_id=a1"
        ]
    );
}
