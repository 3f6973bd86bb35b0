//! One life of the program: the real engine on a runtime of its own, which can be taken away at any moment.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Runtime};
use yima_checkout::view::{Language, Mode};
use yima_checkout::{Checkout, Command, Ports, Refusal, StoreIds, Terms};
use yima_core::sale::Timing;
use yima_gateway::{Account, Endpoint, Profile, SignType};

use crate::witness::QR_TIMEOUT_MS;
use crate::world::Shared;

/// How often everything that can go on is let go on, until nothing can.
const ROUNDS: u32 = 3;
/// The settings there are to choose from: application, gateway, till.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("simulation", "https://pay.example", "01"),
    ("simulation-b", "https://pay.example", "01"),
    ("simulation", "https://other.example", "02"),
];

pub struct Till {
    runtime: Runtime,
    checkout: Option<Checkout>,
    ended: Arc<Mutex<bool>>,
}

impl Till {
    pub fn start(world: &Shared) -> std::io::Result<Self> {
        {
            let mut world = world.lock();
            world.life_began_ms = world.now_ms;
            world.sleeper = None;
            world.is_dead = false;
            world.disk.is_lost = false;
            let mono_ms = world.now().mono_ms;
            world.witness.new_life(mono_ms);
            world.note(format_args!("starts"));
        }
        let runtime = Builder::new_current_thread().build()?;
        let ports = Ports {
            gateway: world.clone(),
            store: world.clone(),
            clock: world.clone(),
            screen: world.clone(),
        };
        let terms = terms(world.lock().terms);
        let started = Arc::new(Mutex::new(None));
        let answer = Arc::clone(&started);
        runtime.spawn(async move {
            let outcome = Checkout::start(ports, terms).await;
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = outcome.ok();
        });
        let mut till = Self { runtime, checkout: None, ended: Arc::default() };
        till.settle();
        till.checkout = started.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(checkout) = till.checkout.clone() {
            let ended = Arc::clone(&till.ended);
            till.runtime.spawn(async move {
                checkout.ended().await;
                *ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
            });
        }
        till.settle();
        Ok(till)
    }

    /// Lets everything go on that can without time passing.
    pub fn settle(&self) {
        self.runtime.block_on(async {
            for _ in 0..ROUNDS {
                tokio::task::yield_now().await;
            }
        });
    }

    /// Does these acts, one right behind the other; `None` where the program ended before it answered.
    pub fn act(&self, commands: Vec<Command>) -> Vec<Option<Result<(), Refusal>>> {
        let Some(checkout) = &self.checkout else { return vec![None; commands.len()] };
        let answers: Vec<_> = commands
            .into_iter()
            .map(|command| {
                let (checkout, answer) = (checkout.clone(), Arc::new(Mutex::new(None)));
                let given = Arc::clone(&answer);
                self.runtime.spawn(async move {
                    let outcome = checkout.act(command).await;
                    *given.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
                });
                answer
            })
            .collect();
        self.settle();
        answers
            .into_iter()
            .map(|answer| answer.lock().unwrap_or_else(PoisonError::into_inner).take())
            .collect()
    }

    /// Whether the engine ended by itself.
    pub fn has_ended(&self) -> bool {
        self.checkout.is_none() || *self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The settings of that number: where it is sold, and under which name and till.
pub fn terms(which: usize) -> Terms {
    let (app_id, base_url, till_number) = SETTINGS[which % SETTINGS.len()];
    let account = Endpoint::parse(base_url).map(|endpoint| Account {
        endpoint,
        app_id: app_id.to_owned(),
        sign_type: SignType::Md5,
        profile: Profile::default(),
    });
    Terms {
        mode: Mode::Live,
        shop_name: "城西便利店".to_owned(),
        till_number: till_number.to_owned(),
        language: Language::Chinese,
        account: account.map_err(|_| "gateway.base_url".to_owned()),
        ids: StoreIds {
            waiter1_id: Some("w1".to_owned()),
            terminal_id: "till".to_owned(),
            ..StoreIds::default()
        },
        timing: Timing { qr_timeout_ms: QR_TIMEOUT_MS, ..Timing::default() },
        prices: yima_core::PriceRules::default(),
        scanning: yima_checkout::Scanning::default(),
        insecure_secret: false,
    }
}
