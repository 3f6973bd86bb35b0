//! `yima sandbox`: a gateway on this machine, in the foreground until it is told to stop.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use yima_sandbox::{Amount, App, Config, Key, PayCodeOutcome, Profile, Sandbox, Terms, Voucher};
use zeroize::Zeroizing;

use crate::Done;
use crate::failure::Failure;
use crate::secret::read_bounded;
use crate::till::wait_for;
use crate::words::sandbox::BadOption;
use crate::words::{self, Out};

const APPS_BYTES_MAX: u64 = 1024 * 1024;

#[derive(Args)]
pub(crate) struct Options {
    /// On 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The application it serves, 1 to 32 characters.
    #[arg(long, required_unless_present = "apps")]
    app_id: Option<String>,
    /// A file with the application's secret: requests are signed with MD5.
    #[arg(
        long,
        value_name = "FILE",
        requires = "app_id",
        conflicts_with = "rsa_public_key",
        required_unless_present_any = ["rsa_public_key", "apps"]
    )]
    secret_file: Option<PathBuf>,
    /// A file with the application's public key in PEM: requests are signed with RSA.
    #[arg(long, value_name = "FILE", requires = "app_id")]
    rsa_public_key: Option<PathBuf>,
    /// How the application signs, as name=value, separated by commas. The first value is the default.
    ///
    /// secret_key=app_sercet|app_secret, sign_type_signed=true|false, md5_output=base64_upper_hex|upper_hex,
    /// rsa_digest=sha256|sha1; amount_form=either|string|number is how amounts must be written.
    #[arg(long, value_name = "NAME=VALUE,...", requires = "app_id", value_parser = read_profile)]
    profile: Option<Profile>,
    /// A JSON file with further applications.
    ///
    /// [{"app_id": "…", "app_secret": "…" or "rsa_public_key": "PEM", "profile": {"md5_output": "upper_hex"},
    /// "enabled": true}, …]; profile and enabled may be left out, and one that is not enabled is told 5000.
    #[arg(long, value_name = "FILE")]
    apps: Option<PathBuf>,
    /// Keep orders, refunds and the balance in this file, so that they are there again after a restart.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Let every order that waits pay itself after so many whole seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=SECONDS_MAX))]
    pay_after: Option<u32>,
    /// Let every refund be pending for so many whole seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(..=SECONDS_MAX))]
    refund_after: Option<u32>,
    /// What becomes of customers' payment codes.
    #[arg(long, value_enum, value_name = "OUTCOME", default_value = "pays")]
    pay_code: PayCode,
    /// A member discount in fen on every order: what is payable is that much below the total.
    #[arg(long, value_name = "FEN", default_value = "0", allow_negative_numbers = true, value_parser = read_fen)]
    discount: Amount,
    /// What the payment channel adds in fen: what is really paid is that much below what is payable.
    #[arg(long, value_name = "FEN", default_value = "0", allow_negative_numbers = true, value_parser = read_fen)]
    subsidy: Amount,
    /// What refunds may draw on, in fen; without end if not said. A state file that is there knows better.
    #[arg(long, value_name = "FEN", allow_negative_numbers = true, value_parser = read_fen)]
    balance: Option<Amount>,
    /// Tell calls beyond so many in one second that they are too many (5002).
    #[arg(long, value_name = "COUNT")]
    requests_per_second: Option<NonZeroU32>,
    /// Let the clock in the Date header be so many seconds ahead, or behind where negative.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    date_offset: i32,
    /// Tell calls about an order that is not there so (4001) before their signature is checked.
    #[arg(long)]
    look_up_first: bool,
}

/// 46 days: what fits as milliseconds.
const SECONDS_MAX: i64 = 4_000_000;

#[derive(Clone, Copy, ValueEnum)]
enum PayCode {
    /// Paid at once (1000).
    Pays,
    /// The customer is asked for a password (1002) and pays or declines on the page or over the control interface.
    Waits,
    /// Refused (1001).
    Declines,
}

pub(crate) fn run(options: &Options, out: &mut Out<'_>) -> Result<Done, Failure> {
    let config = config(options)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    wait_for(async {
        let stop = Stop::listen().map_err(|error| Failure::new(words::sandbox::no_signal(&error)))?;
        let running = Sandbox::start(config, address)
            .map_err(|error| Failure::new(words::sandbox::not_started(address, &error)))?;
        writeln!(out, "{}", running.base_url())?;
        out.flush()?;
        stop.wait().await;
        running.shutdown().await;
        Ok(Done::Wholly)
    })
}

fn config(options: &Options) -> Result<Config, Failure> {
    let mut apps = Vec::new();
    if let Some(app_id) = &options.app_id {
        let profile = options.profile.unwrap_or_default();
        apps.push(App { profile, ..App::new(app_id, key(options)?) });
    }
    if let Some(path) = &options.apps {
        apps.extend(read_apps(path)?);
    }
    let Some(first) = apps.first() else { return Err(Failure::new(words::sandbox::no_application())) };
    let mut config = Config::new(&first.app_id, first.key.clone());
    config.more_apps = apps;
    config.state_file.clone_from(&options.state);
    config.balance = options.balance;
    config.terms = terms(options);
    Ok(config)
}

fn terms(options: &Options) -> Terms {
    let milliseconds = |seconds: u32| seconds.saturating_mul(1_000);
    let voucher = |amount, of: fn(Amount) -> Voucher| (amount > Amount::ZERO).then(|| of(amount));
    Terms {
        member_vouchers: voucher(options.discount, Voucher::member).into_iter().collect(),
        channel_vouchers: voucher(options.subsidy, Voucher::channel).into_iter().collect(),
        pay_after_ms: options.pay_after.map(milliseconds),
        refund_after_ms: options.refund_after.map(milliseconds),
        pay_code: match options.pay_code {
            PayCode::Pays => PayCodeOutcome::Pays,
            PayCode::Waits => PayCodeOutcome::Waits,
            PayCode::Declines => PayCodeOutcome::Declines,
        },
        requests_per_second: options.requests_per_second,
        date_offset_s: options.date_offset,
        looks_up_first: options.look_up_first,
    }
}

fn key(options: &Options) -> Result<Key, Failure> {
    if let Some(path) = &options.rsa_public_key {
        return Ok(Key::rsa(read_bounded(open(path)?)?.expose_secret()));
    }
    let Some(path) = &options.secret_file else {
        return Err(Failure::not_understood(words::sandbox::key_is_missing()));
    };
    let secret = read_bounded(open(path)?)?;
    if secret.expose_secret().contains("-----BEGIN ") {
        let problem = words::failures::at(path, &words::sandbox::key_for_a_secret());
        return Err(Failure::not_understood(problem));
    }
    Ok(Key::Md5(secret))
}

fn read_apps(path: &Path) -> Result<Vec<App>, Failure> {
    let told = |problem| Failure::new(words::failures::at(path, &problem));
    let mut json = Zeroizing::new(Vec::new());
    open(path)?
        .take(APPS_BYTES_MAX)
        .read_to_end(&mut json)
        .map_err(|error| told(words::failures::system(&error)))?;
    App::list_from_json(&json).map_err(|error| told(words::sandbox::application(&error)))
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path)
        .map_err(|error| Failure::new(words::failures::at(path, &words::failures::system(&error))))
}

fn read_profile(text: &str) -> Result<Profile, BadOption> {
    let mut profile = Map::new();
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=').ok_or_else(|| BadOption::NotAPair(pair.to_owned()))?;
        let value = value.parse().map(Value::Bool).unwrap_or_else(|_| Value::from(value));
        if profile.insert(name.to_owned(), value).is_some() {
            return Err(BadOption::Twice(name.to_owned()));
        }
    }
    serde_json::from_value(Value::Object(profile)).map_err(|error| BadOption::BadProfile(error.to_string()))
}

fn read_fen(text: &str) -> Result<Amount, BadOption> {
    let fen = text.parse().map_err(|_| BadOption::NotFen)?;
    Amount::from_fen(fen).ok_or(BadOption::BelowZero)
}

/// Ctrl-C, or what a service manager sends; listened for before the address is told to anyone.
struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn wait(mut self) {
        let _ = self.interrupt.recv().await;
    }
}
